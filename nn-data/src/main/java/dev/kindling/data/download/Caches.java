package dev.kindling.data.download;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where the platform keeps files that can be had again. */
public final class Caches {

  private Caches() {}

  /**
   * This user's cache directory for Kindling, which may not be there yet: {@code kindling} in {@code $XDG_CACHE_HOME} or
   * {@code ~/.cache}; on macOS in {@code ~/Library/Caches}; on Windows in {@code %LOCALAPPDATA%}.
   */
  public static Path directory() {
    return directory(
        System.getProperty("os.name"), Path.of(System.getProperty("user.home")), System::getenv);
  }

  static Path directory(String system, Path home, Function<String, @Nullable String> environment) {
    String name = system.toLowerCase(Locale.ROOT);
    String set;
    Path otherwise;
    if (name.startsWith("windows")) {
      set = environment.apply("LOCALAPPDATA");
      otherwise = home.resolve("AppData").resolve("Local");
    } else if (name.startsWith("mac")) {
      set = null;
      otherwise = home.resolve("Library").resolve("Caches");
    } else {
      set = environment.apply("XDG_CACHE_HOME");
      otherwise = home.resolve(".cache");
    }
    // The XDG specification: a relative path is as good as none.
    boolean usable = set != null && Path.of(set).isAbsolute();
    return (usable ? Path.of(set) : otherwise).resolve("kindling");
  }
}
