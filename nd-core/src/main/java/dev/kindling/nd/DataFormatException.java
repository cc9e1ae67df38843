package dev.kindling.nd;

import java.io.IOException;
import java.util.Objects;

/** A file that is not what it claims to be: names the file, the byte offset and what is wrong there. */
public final class DataFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final long offset;
  private final String reason;

  /**
   * @param file the file, and the entry inside it where there is one
   * @param offset the byte at which the fault was found, or -1 if no single byte is at fault
   * @param reason what was expected and what was found
   */
  public DataFormatException(String file, long offset, String reason) {
    super(message(file, offset, reason));
    this.file = file;
    this.offset = offset;
    this.reason = reason;
  }

  /** As above, with the exception that a library used for reading threw. */
  public DataFormatException(String file, long offset, String reason, Throwable cause) {
    super(message(file, offset, reason), cause);
    this.file = file;
    this.offset = offset;
    this.reason = reason;
  }

  /** The file at fault. */
  public String file() {
    return file;
  }

  /** The byte offset at which the fault was found, -1 if unknown. */
  public long offset() {
    return offset;
  }

  /** What was expected and what was found. */
  public String reason() {
    return reason;
  }

  private static String message(String file, long offset, String reason) {
    return file + (offset >= 0 ? " at byte " + offset : "") + ": " + reason;
  }

  /** Never null. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
