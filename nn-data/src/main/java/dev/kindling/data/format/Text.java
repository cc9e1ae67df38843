package dev.kindling.data.format;

import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Text files, UTF-8: as lines, or as numbered characters. */
public final class Text {

  private Text() {}

  /**
   * The whole text.
   *
   * @throws DataFormatException if it isn't UTF-8; names the first byte that isn't
   * @throws IOException if it can't be read
   */
  public static String read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer chars = CharBuffer.allocate(bytes.remaining() + 1);
    if (decoder.decode(bytes, chars, true).isError()) {
      throw new DataFormatException(file.toString(), bytes.position(), "expected UTF-8 text");
    }
    return chars.flip().toString();
  }

  /** The lines, without their ends (LF, CRLF or CR); see {@link #read}. */
  public static List<String> lines(Path file) throws IOException {
    return read(file).lines().toList();
  }

  /** The different characters (UTF-16 units) of a text, in their own order: its alphabet. */
  public static String alphabet(String text) {
    int[] characters = text.chars().sorted().distinct().toArray();
    return new String(characters, 0, characters.length);
  }

  /**
   * Each character as its place in an alphabet.
   *
   * @param alphabet characters in their own order, as {@link #alphabet} gives them
   * @throws IllegalArgumentException if a character isn't in it
   */
  public static int[] encode(String text, String alphabet) {
    char[] all = alphabet.toCharArray();
    int[] codes = new int[text.length()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Arrays.binarySearch(all, text.charAt(i));
      if (codes[i] < 0) {
        throw new IllegalArgumentException(
            "text must be made of the alphabet, got '" + text.charAt(i) + "' at " + i);
      }
    }
    return codes;
  }

  /**
   * The text of places in an alphabet.
   *
   * @throws IndexOutOfBoundsException if one isn't in it
   */
  public static String decode(int[] codes, String alphabet) {
    StringBuilder text = new StringBuilder(codes.length);
    for (int code : codes) {
      text.append(alphabet.charAt(code));
    }
    return text.toString();
  }
}
