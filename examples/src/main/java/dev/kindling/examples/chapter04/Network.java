package dev.kindling.examples.chapter04;

import dev.kindling.examples.Numbers;
import dev.kindling.examples.chapter04.Pictures.Kind;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Residual;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.GlobalAvgPool;
import dev.kindling.nn.layers.MaxPool2d;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The network: stages of convolutions, each of which sees half as many places as the one before and knows more of each.
 * At the end the mean of all places' answers counts, so it takes pictures of any size.
 */
final class Network {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec chapter;

  private int @Nullable [] channels;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      converter = Numbers.Fraction.class,
      defaultValue = "0.2",
      order = 1,
      description =
          "Share of the last numbers that a training step leaves out (default: ${DEFAULT-VALUE}).")
  private double dropout;

  @Option(
      names = "--channels",
      paramLabel = "N,N,…",
      split = ",",
      converter = Numbers.Count.class,
      order = 0,
      description = "Kernels of each stage (default: 32,64,128,192 with --data, else 32,64,128).")
  void channels(int[] stages) {
    if (stages.length < 2) {
      throw new ParameterException(
          chapter.commandLine(), "--channels must be at least two numbers, got " + stages.length);
    }
    channels = stages.clone();
  }

  /**
   * New layers: pixels in, a number for each class out.
   *
   * @param kind what it looks at
   * @param classes how many there are
   */
  Layer[] layers(Kind kind, int classes) {
    boolean photographs = kind == Kind.PHOTOGRAPHS;
    int[] widths =
        channels != null
            ? channels
            : photographs ? new int[] {32, 64, 128, 192} : new int[] {32, 64, 128};
    List<Layer> all = new ArrayList<>();

    // The first stage looks for edges and colours. Of a photograph every other place is enough.
    add(all, photographs ? conv(halving(widths[0])) : pooled(widths[0]));

    // In the middle each stage sees half as many places, and has a detour to think about them.
    for (int stage = 1; stage < widths.length - 1; stage++) {
      add(all, pooled(widths[stage]));
      all.add(detour(widths[stage]));
    }

    // All places have a say: the mean of their answers counts.
    add(all, conv(same(widths[widths.length - 1])));
    all.add(new GlobalAvgPool());
    all.add(new Dropout((float) dropout));
    all.add(new Dense(classes));
    return all.toArray(new Layer[0]);
  }

  /** The norm has a bias of its own, so the convolution needs none. */
  private static Layer[] conv(Conv2d conv) {
    return new Layer[] {conv.withoutBias(), new BatchNorm2d(), new Relu()};
  }

  /**
   * A convolution that leaves the strongest of every four neighbours. Which one that is, Relu doesn't change, and it has less
   * to do behind.
   */
  private static Layer[] pooled(int channels) {
    return new Layer[] {
      same(channels).withoutBias(), new BatchNorm2d(), new MaxPool2d(2), new Relu()
    };
  }

  /** What comes in goes on as it is, and two convolutions say what to add to it. */
  private static Layer detour(int channels) {
    List<Layer> body = new ArrayList<>();
    add(body, conv(same(channels)));
    add(body, conv(same(channels)));
    return new Residual(body.toArray(new Layer[0]));
  }

  private static Conv2d same(int channels) {
    return new Conv2d(channels, 3).withSamePadding();
  }

  private static Conv2d halving(int channels) {
    return new Conv2d(channels, 3).withStride(2).withPadding(1);
  }

  private static void add(List<Layer> all, Layer... layers) {
    Collections.addAll(all, layers);
  }
}
