package dev.kindling.nn.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Pass;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.init.Initializers;
import dev.kindling.nn.loss.Loss;
import dev.kindling.nn.loss.MeanSquaredError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GradientCheckTest {

  /** What can be wrong with a layer. */
  enum Mistake {
    NONE,
    INPUT_GRADIENT_ONE_PERCENT_OFF,
    PARAMETER_GRADIENT_ONE_PERCENT_OFF,
    WRONG_SIGN_FOR_NEGATIVES,
    OVERWRITES_INSTEAD_OF_ADDING,
    CHANGES_ITS_INPUT,
    CHANGES_THE_GRADIENT,
    FORGETS_AN_ELEMENT
  }

  /** y = w·x², with a mistake. */
  private static final class Squares extends Layer {

    private final Mistake mistake;
    private Parameter weight;

    @SuppressWarnings("NullAway.Init") // weight comes with build
    Squares(Mistake mistake) {
      this.mistake = mistake;
    }

    @Override
    protected Shape build(Shape in) {
      weight = parameter("weight", Parameter.Role.WEIGHT, in, Initializers.normal(0, 1));
      return in;
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
      Tensor y = pass.buffer(this, 0, x.dim(0), outputShape());
      pass.keep(this, 0, x);
      Ops.mul(x, x, y);
      Ops.mul(y, weight.value(), y);
      if (mistake == Mistake.CHANGES_ITS_INPUT) {
        x.data()[x.offset()] = 1;
      }
      return y;
    }

    @Override
    public Tensor backward(Tensor dy, Pass pass) {
      Tensor x = pass.kept(this, 0);
      Tensor dx = pass.buffer(this, 1, dy.dim(0), inputShape());
      Tensor dw = weight.grad();
      float beta = weight.gradBeta();
      if (beta == 0 || mistake == Mistake.OVERWRITES_INSTEAD_OF_ADDING) {
        dw.fill(0);
      }
      int n = dw.size();
      for (int i = 0; i < x.size(); i++) {
        float v = x.data()[x.offset() + i];
        float d = dy.data()[dy.offset() + i];
        float scale = mistake == Mistake.PARAMETER_GRADIENT_ONE_PERCENT_OFF ? 1.01f : 1;
        dw.data()[dw.offset() + i % n] += scale * d * v * v;
        float slope = 2 * v * weight.value().data()[weight.value().offset() + i % n];
        dx.data()[i] = d * slope;
      }
      switch (mistake) {
        case INPUT_GRADIENT_ONE_PERCENT_OFF -> Ops.scale(1.01f, dx, dx);
        case WRONG_SIGN_FOR_NEGATIVES -> {
          for (int i = 0; i < dx.size(); i++) {
            dx.data()[i] *= Math.signum(x.data()[x.offset() + i]);
          }
        }
        case CHANGES_THE_GRADIENT -> dy.fill(0);
        case FORGETS_AN_ELEMENT -> dx.data()[dx.size() - 1] = 0;
        default -> {}
      }
      return dx;
    }

    @Override
    public Config config() {
      return Config.of("Squares");
    }
  }

  @ParameterizedTest
  @EnumSource(Mistake.class)
  void aMistakeIsFoundAndACorrectLayerPasses(Mistake mistake) {
    for (long seed = 1; seed <= 5; seed++) {
      GradientReport report =
          GradientCheck.of(new Squares(mistake), Shape.of(3, 2)).batch(4).seed(seed).run();
      assertEquals(mistake == Mistake.NONE, report.ok(), report::toString);
    }
  }

  @Test
  void theMessageNamesTensorPlaceAndBothNumbers() {
    AssertionError e =
        assertThrows(
            AssertionError.class,
            () ->
                GradientCheck.of(new Squares(Mistake.INPUT_GRADIENT_ONE_PERCENT_OFF), Shape.of(3))
                    .run()
                    .assertOk());
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("wrong input: 9 elements, worst at ["), message);
    assertTrue(message.contains("backward says"), message);
    assertTrue(message.contains("ok    squares1.weight"), message);
  }

  @Test
  void elementsAtKinksAreLeftOutAndCounted() {
    // Inputs within 1/1000 of ReLU's bend, and far from it.
    Tensor x = Tensor.of(new float[] {0.001f, -0.001f, 1, 2, 3, -1, -2, -3, 4, 5, 6, 7}, 1, 12);
    GradientReport report = GradientCheck.of(new Relu(), Shape.of(12)).input(x).run();
    assertEquals(2, report.compared().get(0).kinks());
    assertTrue(report.ok(), report::toString);
  }

  @Test
  void tooManyKinksFail() {
    Tensor x = Tensor.of(new float[] {0.001f, -0.001f, 0.002f, 2}, 1, 4);
    assertFalse(GradientCheck.of(new Relu(), Shape.of(4)).input(x).run().ok());
  }

  @Test
  void aLossIsChecked() {
    Tensor p = Tensor.of(new float[] {0.5f, -1, 2, 0.1f, 0, 3}, 3, 2);
    Tensor t = Tensor.of(new float[] {0, 1, 2, -1, 1, 1}, 3, 2);
    GradientCheck.loss(new MeanSquaredError(), p, t).assertOk();
  }

  @Test
  void aWrongLossIsFound() {
    Tensor p = Tensor.of(new float[] {0.5f, -1, 2, 0.1f, 0, 3}, 3, 2);
    Tensor t = Tensor.of(new float[] {0, 1, 2, -1, 1, 1}, 3, 2);
    Loss right = new MeanSquaredError();
    Loss wrong =
        new Loss() {
          @Override
          public String name() {
            return "sum taken for mean";
          }

          @Override
          public void check(Shape output, Shape target) {}

          @Override
          public double value(Tensor prediction, Tensor target) {
            return right.value(prediction, target);
          }

          @Override
          public double gradient(Tensor prediction, Tensor target, Tensor gradient) {
            double value = right.gradient(prediction, target, gradient);
            Ops.scale(prediction.dim(0), gradient, gradient);
            return value;
          }
        };
    assertFalse(GradientCheck.loss(wrong, p, t).ok());
  }
}
