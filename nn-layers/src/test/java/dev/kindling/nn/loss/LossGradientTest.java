package dev.kindling.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Tensor;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every loss keeps, whatever its formula. */
class LossGradientTest {

  static List<Problem> problems() {
    return Problem.all();
  }

  @ParameterizedTest
  @MethodSource("problems")
  void gradientIsTheSlopeOfTheValue(Problem p) {
    Tensor x = p.prediction();
    Tensor g = Tensor.full(Float.NaN, x.shape().dims());
    p.loss().gradient(x, p.target(), g);
    double value = p.loss().value(x, p.target());
    float h = 1e-3f;
    double scale = 1.0 / x.size();
    int kinks = 0;
    for (int i = 0; i < x.size(); i++) {
      float at = x.data()[i];
      float right = at + h;
      float left = at - h;
      x.data()[i] = right;
      double above = p.loss().value(x, p.target());
      x.data()[i] = left;
      double below = p.loss().value(x, p.target());
      x.data()[i] = at;
      double slopeRight = (above - value) / ((double) right - at);
      double slopeLeft = (value - below) / ((double) at - left);
      double jump = Math.abs(slopeRight - slopeLeft);
      double steepest = Math.max(Math.abs(slopeRight), Math.abs(slopeLeft));
      if (jump > 0.05 * scale + 0.1 * steepest) {
        kinks++; // between the two points the slope jumps
        continue;
      }
      double slope = (above - below) / ((double) right - left);
      double error = Math.abs(slope - g.data()[i]);
      assertTrue(
          error <= 2e-3 * scale + 2e-3 * Math.abs(slope) + jump / 2,
          () -> p + ": gradient " + g + ", slope " + slope + ", error " + error);
    }
    assertTrue(kinks <= 1 + x.size() / 50, "too many kinks to have been checked: " + kinks);
  }

  @ParameterizedTest
  @MethodSource("problems")
  void gradientReturnsTheValue(Problem p) {
    double value = p.loss().value(p.prediction(), p.target());
    double returned = p.loss().gradient(p.prediction(), p.target(), p.prediction().copy());
    assertEquals(value, returned, 1e-6 * Math.max(1, Math.abs(value)));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void readsAndWritesAtTensorsOffsets(Problem p) {
    Tensor x = shifted(p.prediction());
    Tensor t = shifted(p.target());
    Tensor g = shifted(p.prediction());
    Tensor expected = p.prediction().copy();
    double value = p.loss().gradient(p.prediction(), p.target(), expected);
    assertEquals(value, p.loss().gradient(x, t, g));
    assertEquals(p.loss().value(p.prediction(), p.target()), p.loss().value(x, t));
    assertTrue(
        java.util.Arrays.equals(expected.toArray(), g.toArray()), "another gradient at an offset");
    assertEquals(77, g.data()[0]);
    assertEquals(77, g.data()[g.data().length - 1]);
  }

  private static Tensor shifted(Tensor t) {
    float[] data = new float[t.size() + 5];
    java.util.Arrays.fill(data, 77);
    System.arraycopy(t.data(), t.offset(), data, 3, t.size());
    return Tensor.view(data, 3, t.shape());
  }
}
