package dev.kindling.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.testing.Conformance;
import dev.kindling.nn.testing.Conformance.Case;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and gradients are PyTorch's. Its sums are our means times what they divide by. */
class PyTorchLossTest {

  static List<Case> cases() {
    return Conformance.cases("loss");
  }

  @Test
  void allCasesAreThere() {
    assertEquals(39, cases().size());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithPyTorch(Case c) {
    String loss = c.attrs().get("loss").getAsString();
    switch (loss) {
      case "mse" -> elementwise(c, new MeanSquaredError());
      case "l1" -> elementwise(c, new MeanAbsoluteError());
      case "smooth_l1_b1", "smooth_l1_b05" -> elementwise(c, new SmoothL1(number(c, "beta")));
      case "huber_d02" -> elementwise(c, new Huber(number(c, "delta")));
      case "bce_logits", "bce_logits_big" -> elementwise(c, new BinaryCrossEntropyWithLogits());
      case "bce_logits_pw" -> weightedBinary(c);
      case "bce_saturated" ->
          elementwise(c, new BinaryCrossEntropy(), Tensor.of(new float[] {0, 1, 1, 0}, 4));
      case "hinge_embedding" -> elementwise(c, new HingeEmbedding(), numbers(c, "y").reshape(6, 5));
      case "kldiv" -> kl(c);
      case "nll" -> nll(c);
      case "multi_margin" -> rows(c, new MultiMargin(), c.in("in.x"), c.in("in.y"), 6);
      case "cross_entropy_soft" ->
          rows(c, new SoftmaxCrossEntropy(), c.in("in.x"), c.in("in.t"), 6);
      case "cross_entropy_seq" -> sequence(c);
      case "cosine_embedding" ->
          stacked(c, new CosineEmbedding(number(c, "margin")), numbers(c, "y"), 6, "x", "t");
      case "margin_ranking" ->
          stacked(
              c,
              new MarginRanking(number(c, "margin")),
              numbers(c, "y").reshape(6, 5),
              30,
              "x",
              "t");
      case "gaussian_nll" ->
          stacked(c, new GaussianNegativeLogLikelihood(), c.in("in.t"), 30, "x", "v");
      case "triplet" -> stacked(c, new TripletMargin(), Tensor.zeros(6), 6, "a", "p", "n");
      default -> {
        SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy();
        if (c.attrs().has("label_smoothing")) {
          softmax = softmax.withLabelSmoothing(number(c, "label_smoothing"));
        }
        double total = 6;
        if (c.attrs().has("weight")) {
          float[] w = numbers(c, "weight").data();
          softmax = softmax.withClassWeights(w);
          total = 0;
          for (double y : c.in("in.y").toArray()) {
            total += w[(int) y];
          }
        }
        if (c.attrs().has("ignore_index")) {
          softmax = softmax.withIgnoredIndex(c.attrs().get("ignore_index").getAsInt());
        }
        rows(c, softmax, c.in("in.x"), c.in("in.y"), total);
      }
    }
  }

  // ---------------------------------------------------------------- reductions

  private static void elementwise(Case c, Loss loss) {
    elementwise(c, loss, c.in("in.t"));
  }

  private static void elementwise(Case c, Loss loss, Tensor t) {
    Tensor x = c.in("in.x");
    int n = x.size();
    if (reduction(c).equals("none")) {
      rows(c, loss, x.reshape(n), t.reshape(n), n);
    } else {
      rows(c, loss, x, t, n);
    }
  }

  /** With reduction none, one row at a time; the factor is what a sum is larger by than our mean. */
  private static void rows(Case c, Loss loss, Tensor x, Tensor t, double total) {
    Tensor g = Tensor.full(Float.NaN, x.shape().dims());
    double[] up = c.numbers().array("upstream.0").values();
    double[] gradient = new double[x.size()];
    if (reduction(c).equals("none")) {
      int n = x.dim(0);
      double[] values = new double[n];
      int per = x.size() / n;
      for (int i = 0; i < n; i++) {
        Tensor gi = g.rows(i, i + 1);
        values[i] = loss.gradient(x.rows(i, i + 1), t.rows(i, i + 1), gi);
        assertEquals(values[i], loss.value(x.rows(i, i + 1), t.rows(i, i + 1)), 1e-6);
        for (int j = 0; j < per; j++) {
          gradient[i * per + j] = up[i] * gi.data()[gi.offset() + j];
        }
      }
      c.assertClose("out.0", values);
    } else {
      double factor = reduction(c).equals("sum") ? total : 1;
      c.assertClose("out.0", factor * loss.value(x, t));
      c.assertClose("out.0", factor * loss.gradient(x, t, g));
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = factor * up[0] * g.data()[i];
      }
    }
    c.assertClose("grad.x", gradient);
  }

  private static void stacked(Case c, Loss loss, Tensor t, double total, String... parts) {
    Tensor first = c.in("in." + parts[0]);
    int n = first.dim(0);
    int size = first.size() / n;
    Tensor x = Tensor.zeros(n, parts.length, size);
    for (int p = 0; p < parts.length; p++) {
      Tensor part = c.in("in." + parts[p]);
      for (int i = 0; i < n; i++) {
        x.row(i).row(p).copyFrom(part.row(i));
      }
    }
    Tensor g = Tensor.full(Float.NaN, x.shape().dims());
    double[] up = c.numbers().array("upstream.0").values();
    boolean none = reduction(c).equals("none");
    double factor = reduction(c).equals("mean") ? 1 : total;
    double value = loss.gradient(x, t, g);
    if (none) {
      double[] values = new double[n * size];
      for (int i = 0; i < values.length; i++) {
        Tensor pair =
            Tensor.of(new float[] {first.data()[i], c.in("in." + parts[1]).data()[i]}, 1, 2, 1);
        values[i] = loss.value(pair, Tensor.of(new float[] {t.data()[i]}, 1, 1));
      }
      c.assertClose("out.0", values);
    } else {
      c.assertClose("out.0", factor * value);
      c.assertClose("out.0", factor * loss.value(x, t));
    }
    for (int p = 0; p < parts.length; p++) {
      double[] gradient = new double[n * size];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = factor * up[none ? i : 0] * g.get(i / size, p, i % size);
      }
      c.assertClose("grad." + parts[p], gradient);
    }
  }

  // ---------------------------------------------------------------- special inputs

  /** Without reduction, each column is a loss of its own weight. */
  private static void weightedBinary(Case c) {
    Tensor weights = numbers(c, "pos_weight");
    BinaryCrossEntropyWithLogits loss = new BinaryCrossEntropyWithLogits();
    if (reduction(c).equals("mean")) {
      elementwise(c, loss.withPositiveWeight(weights.data()));
      return;
    }
    Tensor x = c.in("in.x");
    Tensor t = c.in("in.t");
    double[] values = new double[30];
    double[] gradient = new double[30];
    for (int i = 0; i < 30; i++) {
      Tensor g = Tensor.zeros(1);
      values[i] =
          loss.withPositiveWeight(weights.data()[i % 5])
              .gradient(x.reshape(30).rows(i, i + 1), t.reshape(30).rows(i, i + 1), g);
      gradient[i] = g.item() * c.numbers().array("upstream.0").values()[i];
    }
    c.assertClose("out.0", values);
    c.assertClose("grad.x", gradient);
  }

  /** PyTorch's mean divides by elements, not rows. */
  private static void kl(Case c) {
    double factor = reduction(c).equals("sum") ? 6 : 1 / 5.0;
    throughLogSoftmax(c, new KlDivergence(), logSoftmax(c.in("in.x")), c.in("in.t"), factor);
  }

  private static void nll(Case c) {
    throughLogSoftmax(c, new NegativeLogLikelihood(), logSoftmax(c.in("in.x")), c.in("in.y"), 6);
  }

  private static void throughLogSoftmax(Case c, Loss loss, Tensor logP, Tensor t, double factor) {
    Tensor g = Tensor.zeros(6, 5);
    c.assertClose("out.0", factor * loss.gradient(logP, t, g));
    double[] gradient = new double[30];
    for (int i = 0; i < 6; i++) {
      double sum = 0;
      for (int j = 0; j < 5; j++) {
        sum += g.get(i, j);
      }
      for (int j = 0; j < 5; j++) {
        gradient[i * 5 + j] =
            factor
                * c.numbers().array("upstream.0").values()[0]
                * (g.get(i, j) - Math.exp(logP.get(i, j)) * sum);
      }
    }
    c.assertClose("grad.x", gradient);
  }

  private static Tensor logSoftmax(Tensor x) {
    Tensor y = x.copy();
    for (int i = 0; i < x.dim(0); i++) {
      double sum = 0;
      for (int j = 0; j < x.dim(1); j++) {
        sum += Math.exp(x.get(i, j));
      }
      for (int j = 0; j < x.dim(1); j++) {
        y.set((float) (x.get(i, j) - Math.log(sum)), i, j);
      }
    }
    return y;
  }

  /** PyTorch has classes on the second axis of [2, 5, 3], we have them on the last. */
  private static void sequence(Case c) {
    Tensor x = Tensor.zeros(6, 5);
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 5; j++) {
        x.set(c.in("in.x").get(i / 3, j, i % 3), i, j);
      }
    }
    Tensor t = c.in("in.y").reshape(6);
    Loss loss = new SoftmaxCrossEntropy();
    double[] values = new double[6];
    double[] gradient = new double[30];
    Tensor g = Tensor.zeros(2, 3, 5);
    loss.gradient(x.reshape(2, 3, 5), t.reshape(2, 3), g);
    for (int i = 0; i < 6; i++) {
      values[i] = loss.value(x.rows(i, i + 1), t.rows(i, i + 1));
      for (int j = 0; j < 5; j++) {
        gradient[(i / 3) * 15 + j * 3 + i % 3] =
            6 * c.numbers().array("upstream.0").values()[i] * g.data()[i * 5 + j];
      }
    }
    c.assertClose("out.0", values);
    c.assertClose("grad.x", gradient);
  }

  // ---------------------------------------------------------------- settings

  private static String reduction(Case c) {
    return c.attrs().get("reduction").getAsString();
  }

  private static float number(Case c, String name) {
    return c.attrs().get(name).getAsFloat();
  }

  private static Tensor numbers(Case c, String name) {
    List<Float> all = new ArrayList<>();
    collect(c.attrs().getAsJsonArray(name), all);
    Tensor t = Tensor.zeros(all.size());
    for (int i = 0; i < all.size(); i++) {
      t.data()[i] = all.get(i);
    }
    return t;
  }

  private static void collect(JsonArray array, List<Float> all) {
    for (JsonElement e : array) {
      if (e.isJsonArray()) {
        collect(e.getAsJsonArray(), all);
      } else {
        all.add(e.getAsFloat());
      }
    }
  }
}
