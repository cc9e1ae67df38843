package dev.kindling.nd;

import java.util.Objects;

/**
 * Shapes that don't fit together, or a shape that can't be. The message names the operation or layer, what was
 * expected, what came and, where there is one, the likely fix.
 */
public final class ShapeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /** With the whole message. */
  public ShapeException(String message) {
    super(message);
  }

  /** In the usual form: {@code where: expected EXPECTED, got GOT. FIX}. */
  public static ShapeException of(String where, String expected, String got, String fix) {
    return new ShapeException(
        where + ": expected " + expected + ", got " + got + (fix.isEmpty() ? "" : ". " + fix));
  }

  /** Never null. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
