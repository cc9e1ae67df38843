package dev.kindling.nn.check;

import dev.kindling.nd.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * What a {@link GradientCheck} found.
 *
 * @param subject what was checked, on which shape
 * @param compared each tensor whose gradient was compared
 * @param faults other duties that were broken, empty if none
 */
public record GradientReport(String subject, List<Compared> compared, List<String> faults) {

  /** Copies the lists. */
  public GradientReport {
    compared = List.copyOf(compared);
    faults = List.copyOf(faults);
  }

  /**
   * One tensor's gradient, and the element that is furthest off, measured in what it is allowed.
   *
   * @param name {@code input}, {@code prediction} or the parameter's name
   * @param shape of the tensor
   * @param elements how many were looked at
   * @param kinks how many of them were left out, since the function bends there
   * @param place of the worst element, in row-major order
   * @param analytic what backward says
   * @param numeric what differences say
   * @param allowed by how much they may differ
   */
  public record Compared(
      String name,
      Shape shape,
      int elements,
      int kinks,
      int place,
      double analytic,
      double numeric,
      double allowed) {

    /** Whether the gradient is right as far as could be seen, and enough could be. */
    public boolean ok() {
      return Math.abs(analytic - numeric) <= allowed && !tooManyKinks();
    }

    private boolean tooManyKinks() {
      return kinks > 1 + elements / 10;
    }

    /** As in {@code fc.weight: 12 elements, worst at [1, 2]: backward 0.51, differences 0.50, ± 0.001}. */
    @Override
    public String toString() {
      return String.format(
          "%s: %d elements%s, worst at %s: backward says %.6g, differences say %.6g, allowed are ±%.2g",
          name,
          elements,
          kinks == 0
              ? ""
              : " (" + kinks + " at kinks left out" + (tooManyKinks() ? ": too many" : "") + ")",
          Arrays.toString(index()),
          analytic,
          numeric,
          allowed);
    }

    private int[] index() {
      int[] index = new int[shape.rank()];
      int rest = place;
      for (int axis = index.length - 1; axis >= 0; axis--) {
        index[axis] = rest % Math.max(1, shape.dim(axis));
        rest /= Math.max(1, shape.dim(axis));
      }
      return index;
    }
  }

  /** Whether nothing is wrong. */
  public boolean ok() {
    return faults.isEmpty() && compared.stream().allMatch(Compared::ok);
  }

  /**
   * Does nothing if all is right.
   *
   * @throws AssertionError if not, saying what, where, what backward says and what differences say
   */
  public void assertOk() {
    if (!ok()) {
      throw new AssertionError(toString());
    }
  }

  /** Every finding, a line each. */
  @Override
  public String toString() {
    StringBuilder s =
        new StringBuilder("Gradient check of ").append(subject).append(ok() ? ": ok" : ": wrong");
    for (String fault : faults) {
      s.append("\n  ").append(fault);
    }
    for (Compared c : compared) {
      s.append("\n  ").append(c.ok() ? "ok    " : "wrong ").append(c);
    }
    return s.toString();
  }
}
