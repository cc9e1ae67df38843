package dev.kindling.examples.chapter04;

import dev.kindling.data.Dataset;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import dev.kindling.nn.activation.Relu;
import dev.kindling.report.ConfusionMatrixPlot;
import dev.kindling.report.ImageGrid;
import dev.kindling.report.Picture;
import dev.kindling.train.ConfusionMatrix;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Looks into a network, and at what it says. */
final class Gallery {

  private static final int MAPS = 8;
  private static final int MISTAKES = 24;
  private static final int SHARP = 96;

  private Gallery() {}

  /** The kernels of the first layer, each from its own most negative to its own most positive. */
  static Picture filters(Model model) {
    Tensor kernels = model.parameters().list().get(0).value(); // [out, channels, rows, columns]
    ImageGrid grid =
        ImageGrid.titled("What the first layer looks for")
            .subtitle("its kernels; gray is 0")
            .columns(8);
    for (int k = 0; k < kernels.dim(0); k++) {
      grid.add(signed(kernels.row(k)), "");
    }
    return grid;
  }

  /** What the layers make of a picture: some channels after each convolution of the main road. */
  static Picture maps(Classifier classifier, Tensor picture) {
    Model model = classifier.model();
    ImageGrid grid =
        ImageGrid.titled("One picture on its way through the network")
            .subtitle("eight channels after each stage; bright is where they answer")
            .columns(MAPS + 1);
    Tensor x = picture.copy();
    classifier.standardizer().apply(x);
    x = x.reshape(x.shape().prepend(1));
    Pass pass = model.newPass(Mode.PREDICT, 0);
    for (Layer layer : model.root().children()) {
      x = layer.forward(x, pass);
      if (layer instanceof Relu) {
        grid.add(picture, "the picture");
        for (int c = 0; c < Math.min(MAPS, x.dim(1)); c++) {
          Tensor map = x.row(0).row(c);
          grid.add(bright(map), c == 0 ? map.dim(0) + " × " + map.dim(1) : "");
        }
      }
    }
    return grid;
  }

  /** Who is taken for whom. */
  static Picture confusion(Tensor probabilities, int[] labels, List<String> classes) {
    ConfusionMatrix matrix = new ConfusionMatrix();
    Tensor y = Tensor.zeros(labels.length);
    for (int i = 0; i < labels.length; i++) {
      y.data()[i] = labels[i];
    }
    matrix.update(probabilities, y);
    return ConfusionMatrixPlot.of(matrix.counts(), classes).titled("What it takes for what");
  }

  /** The pictures on which it is most sure and wrong. */
  static Picture mistakes(Tensor probabilities, Dataset pictures) {
    List<String> classes = pictures.classNames();
    int[] labels = pictures.labels();
    ImageGrid grid = ImageGrid.titled("Its most confident mistakes").columns(MAPS);
    Tensor picture = Tensor.zeros(pictures.inputShape());
    Tensor label = Tensor.zeros(pictures.targetShape());
    IntStream.range(0, pictures.size())
        .filter(i -> said(probabilities, i) != labels[i])
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -probabilities.get(i, said(probabilities, i))))
        .limit(MISTAKES)
        .forEach(
            i -> {
              int said = said(probabilities, i);
              pictures.read(i, picture, label);
              grid.add(
                  picture, classes.get(said), probabilities.get(i, said), classes.get(labels[i]));
            });
    return grid;
  }

  /** The class that it names. */
  static int said(Tensor probabilities, int i) {
    int classes = probabilities.dim(1);
    return Reduce.argmax(probabilities.data(), probabilities.offset() + i * classes, classes);
  }

  /** Gray for 0, brighter above and darker below, by the largest magnitude; small ones with sharp pixels. */
  static Tensor signed(Tensor x) {
    return sharp(shades(x, 0.5f, 0.5f));
  }

  private static Tensor bright(Tensor x) {
    return shades(x, 0, 1);
  }

  private static Tensor shades(Tensor x, float zero, float span) {
    float most = Float.MIN_NORMAL;
    for (int i = 0; i < x.size(); i++) {
      most = Math.max(most, Math.abs(x.data()[x.offset() + i]));
    }
    Tensor out = x.copy();
    for (int i = 0; i < out.size(); i++) {
      out.data()[i] = zero + span * out.data()[i] / most;
    }
    return out;
  }

  /** Each pixel of a small image as many, so that no viewer blurs them. */
  private static Tensor sharp(Tensor x) {
    int height = x.dim(-2);
    int width = x.dim(-1);
    int planes = x.size() / (height * width);
    int times = Math.max(1, SHARP / Math.max(height, width));
    Tensor from = x.reshape(planes, height, width);
    boolean drawable = planes == 1 || planes == 3;
    Tensor out = Tensor.zeros(drawable ? planes : 1, height * times, width * times);
    for (int c = 0; c < out.dim(0); c++) {
      for (int i = 0; i < out.dim(1); i++) {
        for (int j = 0; j < out.dim(2); j++) {
          out.set(from.get(c, i / times, j / times), c, i, j);
        }
      }
    }
    return out;
  }
}
