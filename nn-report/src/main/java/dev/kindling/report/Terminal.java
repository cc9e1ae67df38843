package dev.kindling.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether somebody watches a stream in a terminal, where a line can be drawn over. */
final class Terminal {

  private Terminal() {}

  /** Only of the two standard streams can be told where they lead; any other is taken for a file. */
  @SuppressWarnings("SystemConsoleNull") // in which versions it says something is asked below
  static boolean is(PrintStream out) {
    int descriptor = out == System.out ? 1 : out == System.err ? 2 : -1;
    return descriptor > 0
        && understands(System.getenv("TERM"))
        && leadsToTerminal(
            Path.of("/proc/self/fd/" + descriptor),
            System.console() != null,
            Runtime.version().feature());
  }

  /** A "dumb" terminal, such as an editor's, can't go back to the beginning of a line. */
  static boolean understands(@Nullable String term) {
    return !"dumb".equals(term);
  }

  /**
   * On Linux the descriptor itself says where it leads. Elsewhere the JVM's console does, which is there if both input
   * and output are a terminal; but Java 22 to 24 give one in any case, and so say nothing.
   */
  static boolean leadsToTerminal(Path descriptor, boolean console, int javaVersion) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return console && (javaVersion < 22 || javaVersion > 24);
    }
  }
}
