package dev.kindling.examples;

import dev.kindling.data.image.Image;
import dev.kindling.data.image.ImageDecoder;
import dev.kindling.data.image.Resize;
import dev.kindling.examples.chapter04.Classifier;
import dev.kindling.nd.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./run classify --model FILE IMAGE…}: names what is on photographs, by a model that chapter 4 wrote. */
@Command(
    name = "classify",
    header = "Not a chapter: names what is on photographs, by the model of 04-convolutions")
public final class ClassifyCommand implements Callable<Integer> {

  /** Of many classes, the likeliest are enough. */
  private static final int SHOWN = 3;

  private static final int BAD_FILE = 2;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "The model.safetensors that 04-convolutions wrote.")
  private Path model = Path.of("");

  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "JPEG or PNG files.")
  private List<Path> images = List.of();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this.")
  boolean help;

  /** A line for each image; where one can't be read, a line that says why, and the others come all the same. */
  @Override
  public Integer call() throws IOException {
    Classifier classifier = Classifier.load(model);
    ImageDecoder decoder = new ImageDecoder();
    int code = 0;
    for (Path image : images) {
      try {
        Tensor p = classifier.probabilities(read(decoder, image, classifier));
        spec.commandLine().getOut().println(image + ": " + words(p, classifier.classes()));
      } catch (IOException e) {
        code = BAD_FILE;
        String why = Mistakes.fromUser(e);
        spec.commandLine()
            .getErr()
            .println(spec.name() + ": " + (why == null ? image + ": " + e.getMessage() : why));
      }
    }
    spec.commandLine().getOut().flush();
    return code;
  }

  /** The image as the model wants it, [1, channels, height, width]. */
  private static Tensor read(ImageDecoder decoder, Path file, Classifier classifier)
      throws IOException {
    Tensor x = Tensor.zeros(classifier.model().inputShape().prepend(1));
    Image image = decoder.decode(file);
    Resize.resize(image, x.dim(3), x.dim(2), Resize.Filter.AREA).copyTo(x.row(0));
    return x;
  }

  private static String words(Tensor probabilities, List<String> classes) {
    return IntStream.range(0, classes.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -probabilities.get(0, i)))
        .limit(SHOWN)
        .map(
            i ->
                String.format(
                    Locale.ROOT, "%s %.1f%%", classes.get(i), 100 * probabilities.get(0, i)))
        .collect(Collectors.joining(", "));
  }
}
