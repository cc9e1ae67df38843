package dev.kindling.nn.loss;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import java.util.ArrayList;
import java.util.List;

/** A loss with predictions and targets that suit it. */
record Problem(String name, Loss loss, Tensor prediction, Tensor target) {

  private static final int[][] LINES = {{1}, {7}, {3, 5}, {2, 1, 4}};
  private static final int[] CLASSES = {2, 5, 17};

  /** Every loss, with every setting that changes its formula, over many shapes. */
  static List<Problem> all() {
    List<Problem> all = new ArrayList<>();
    Rng rng = Rng.seeded(7);
    for (int[] lines : LINES) {
      for (int c : CLASSES) {
        elementwise(all, lines, c, rng);
        classes(all, lines, c, rng);
        stacked(all, lines, c, rng);
      }
    }
    return all;
  }

  private static void elementwise(List<Problem> all, int[] lines, int c, Rng rng) {
    Shape shape = shape(lines, c);
    Tensor x = normal(shape, 1, rng);
    Tensor t = normal(shape, 1, rng);
    all.add(of(new MeanSquaredError(), x, t));
    all.add(of(new MeanAbsoluteError(), x, t));
    all.add(of(new Huber(), x, t));
    all.add(of(new Huber(0.3f), x, t));
    all.add(of(new SmoothL1(), x, t));
    all.add(of(new SmoothL1(2.5f), x, t));
    all.add(of(new CosineDistance(), x, t));
    Tensor sign = bits(shape, -1, 1, rng);
    all.add(of(new Hinge(), x, sign));
    all.add(of(Hinge.squared(), x, sign));
    all.add(of(new HingeEmbedding(0.7f), x, sign));
    Tensor probability = uniform(shape, 0.05f, 0.95f, rng);
    Tensor yes = uniform(shape, 0, 1, rng);
    all.add(of(new BinaryCrossEntropy(), probability, yes));
    all.add(of(new BinaryCrossEntropy(), probability, bits(shape, 0, 1, rng)));
    all.add(of(new KlDivergence(), x, yes));
    all.add(of(new KlDivergence(), x, bits(shape, 0, 0.5f, rng)));
    Tensor logits = normal(shape, 3, rng);
    all.add(of(new BinaryCrossEntropyWithLogits(), logits, bits(shape, 0, 1, rng)));
    all.add(of(new BinaryCrossEntropyWithLogits(), logits, yes));
    all.add(of(new BinaryCrossEntropyWithLogits().withPositiveWeight(2.5f), logits, yes));
    float[] each = uniform(Shape.of(c), 0, 3, rng).data();
    all.add(of(new BinaryCrossEntropyWithLogits().withPositiveWeight(each), logits, yes));
  }

  private static void classes(List<Problem> all, int[] lines, int c, Rng rng) {
    Shape shape = shape(lines, c);
    Tensor x = normal(shape, 2, rng);
    Tensor index = indices(Shape.of(lines), c, rng);
    Tensor ignoring = index.copy();
    for (int i = 0; i < ignoring.size(); i += 2) {
      ignoring.data()[i] = -100;
    }
    Tensor soft = uniform(shape, 0, 1, rng);
    float[] weights = uniform(Shape.of(c), 0, 2, rng).data();
    SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy();
    all.add(of(new NegativeLogLikelihood(), x, index));
    all.add(
        of(
            new NegativeLogLikelihood().withClassWeights(weights).withIgnoredIndex(-100),
            x,
            ignoring));
    all.add(of(new MultiMargin(), x, index));
    all.add(of(new MultiMargin(0.4f).withClassWeights(weights), x, index));
    all.add(of(softmax, x, index));
    all.add(of(softmax, x, soft));
    all.add(of(softmax.withLabelSmoothing(0.1f), x, index));
    all.add(of(softmax.withLabelSmoothing(0.1f), x, soft));
    all.add(of(softmax.withClassWeights(weights), x, index));
    all.add(of(softmax.withClassWeights(weights).withLabelSmoothing(0.3f), x, index));
    all.add(of(softmax.withClassWeights(weights).withLabelSmoothing(0.3f), x, soft));
    all.add(of(softmax.withIgnoredIndex(-100), x, ignoring));
    all.add(
        of(
            softmax.withIgnoredIndex(-100).withClassWeights(weights).withLabelSmoothing(0.3f),
            x,
            ignoring));
  }

  private static void stacked(List<Problem> all, int[] lines, int c, Rng rng) {
    int n = lines[0];
    int[] rest = shape(lines, c).tail().dims();
    Tensor two = normal(shape(new int[] {n, 2}, rest), 1, rng);
    Tensor each = bits(shape(lines, c), -1, 1, rng);
    all.add(of(new MarginRanking(0.3f), two, each));
    all.add(of(new CosineEmbedding(0.2f), two, bits(Shape.of(n), -1, 1, rng)));
    Tensor three = normal(shape(new int[] {n, 3}, rest), 1, rng);
    all.add(of(new TripletMargin(), three, Tensor.zeros(n)));
    Tensor spread = two.copy();
    for (int i = 0; i < n; i++) {
      Tensor variances = spread.row(i).row(1);
      rng.fillUniform(variances, 0.2f, 2);
    }
    all.add(of(new GaussianNegativeLogLikelihood(), spread, normal(shape(lines, c), 1, rng)));
  }

  private static Problem of(Loss loss, Tensor x, Tensor t) {
    return new Problem(loss + " of " + x.shape() + " and " + t.shape(), loss, x, t);
  }

  static Shape shape(int[] lines, int... more) {
    int[] dims = java.util.Arrays.copyOf(lines, lines.length + more.length);
    System.arraycopy(more, 0, dims, lines.length, more.length);
    return Shape.of(dims);
  }

  static Tensor normal(Shape shape, float scale, Rng rng) {
    Tensor t = Tensor.zeros(shape);
    rng.fillNormal(t, 0, scale);
    return t;
  }

  static Tensor uniform(Shape shape, float low, float high, Rng rng) {
    Tensor t = Tensor.zeros(shape);
    rng.fillUniform(t, low, high);
    return t;
  }

  static Tensor bits(Shape shape, float no, float yes, Rng rng) {
    Tensor t = uniform(shape, 0, 1, rng);
    for (int i = 0; i < t.size(); i++) {
      t.data()[i] = t.data()[i] < 0.5f ? no : yes;
    }
    return t;
  }

  static Tensor indices(Shape shape, int classes, Rng rng) {
    Tensor t = uniform(shape, 0, classes, rng);
    for (int i = 0; i < t.size(); i++) {
      t.data()[i] = Math.min(classes - 1, (int) t.data()[i]);
    }
    return t;
  }

  @Override
  public String toString() {
    return name;
  }
}
