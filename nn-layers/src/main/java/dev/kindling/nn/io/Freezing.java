package dev.kindling.nn.io;

import dev.kindling.nd.Tensor;
import dev.kindling.nn.Config;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.layers.BatchNorm;
import dev.kindling.nn.layers.Conv1d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.Dense;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Copies of models for predictions, in which a batch norm is folded into the layer in front of it: γ·(w·x + b - mean) /
 * √(variance + epsilon) + β is a product with scaled weights and another bias. {@link Model#frozen} is the way in.
 */
public final class Freezing {

  private final Model model;

  /** The batch norm behind a layer, and the layer in front of a batch norm. */
  private final Map<Layer, Layer> partners = new LinkedHashMap<>();

  private final Iterator<Layer> leaves;

  private Freezing(Model model) {
    this.model = model;
    leaves = model.layers().iterator();
    pair(model.root());
  }

  /** See {@link Model#frozen}, which does more with it. */
  public static Model copy(Model model) {
    return new Freezing(model).copy();
  }

  // ---------------------------------------------------------------- who goes with whom

  private void pair(Layer container) {
    List<Layer> children = container.children();
    for (int i = 0; i < children.size(); i++) {
      pair(children.get(i));
      if (container instanceof Sequential
          && i > 0
          && children.get(i) instanceof BatchNorm
          && takesNorm(children.get(i - 1))) {
        partners.put(children.get(i - 1), children.get(i));
        partners.put(children.get(i), children.get(i - 1));
      }
    }
  }

  /** Whether every row of the weights is for one channel of the output. */
  private static boolean takesNorm(Layer layer) {
    return layer instanceof Conv1d
        || layer instanceof Conv2d
        || (layer instanceof Dense && layer.outputShape().rank() == 1);
  }

  // ---------------------------------------------------------------- the network

  private Model copy() {
    known(model.root());
    Architecture a = Architecture.of(model);
    Model copy = Model.uninitialized(a.input(), LayerKinds.layer(rewritten(a.root())));
    List<Layer> from = model.layers();
    List<Layer> to = copy.layers();
    for (int i = 0; i < from.size(); i++) {
      if (from.get(i) instanceof BatchNorm && partners.containsKey(from.get(i))) {
        continue;
      }
      copyNumbers(from.get(i), to.get(i));
      if (partners.get(from.get(i)) instanceof BatchNorm norm) {
        fold(from.get(i), norm, to.get(i));
      }
    }
    return copy;
  }

  private static void known(Layer layer) {
    for (Layer child : layer.children()) {
      known(child);
    }
    try {
      LayerKinds.layer(layer.config());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          layer.label()
              + ": only the library's own layers can be copied, so the model can't be frozen. Predict with it as it is",
          e);
    }
  }

  /** With an identity for every batch norm that is folded away, so that all layers keep their places. */
  private Config rewritten(Config c) {
    Config result = c;
    boolean leaf = true;
    for (Map.Entry<String, Object> setting : c.settings().entrySet()) {
      if (setting.getValue() instanceof List<?> list
          && !list.isEmpty()
          && list.get(0) instanceof Config) {
        leaf = false;
        List<Config> inside = new ArrayList<>();
        for (Config each : c.configsOf(setting.getKey())) {
          boolean noLayer = setting.getKey().equals("nodes") && !each.has("layer");
          inside.add(noLayer ? each : rewritten(each));
        }
        result = result.with(setting.getKey(), inside);
      }
    }
    return leaf ? rewrittenLeaf(c, leaves.next()) : result;
  }

  private Config rewrittenLeaf(Config c, Layer layer) {
    if (!partners.containsKey(layer)) {
      return c;
    }
    return layer instanceof BatchNorm
        ? Config.of("Identity").with("name", layer.name())
        : c.with("bias", true);
  }

  // ---------------------------------------------------------------- the numbers

  private static void copyNumbers(Layer from, Layer to) {
    for (int i = 0; i < from.parameters().size(); i++) {
      to.parameters().get(i).value().copyFrom(from.parameters().get(i).value());
    }
    for (int i = 0; i < from.buffers().size(); i++) {
      to.buffers().get(i).value().copyFrom(from.buffers().get(i).value());
    }
  }

  /** Scales the rows of the weights and moves the bias, which was 0 if there was none. */
  private static void fold(Layer from, BatchNorm norm, Layer to) {
    Parameter weight = to.parameters().get(0);
    Parameter bias = to.parameters().get(1);
    boolean biased = from.parameters().size() > 1;
    int channels = bias.size();
    int row = weight.size() / channels;
    for (int c = 0; c < channels; c++) {
      double scale = norm.scale(c);
      Tensor w = weight.value();
      for (int i = w.offset() + c * row; i < w.offset() + (c + 1) * row; i++) {
        w.data()[i] = (float) (scale * w.data()[i]);
      }
      Tensor b = bias.value();
      int i = b.offset() + c;
      b.data()[i] = (float) (scale * (biased ? b.data()[i] : 0) + norm.shift(c));
    }
  }
}
