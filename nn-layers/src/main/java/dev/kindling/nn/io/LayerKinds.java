package dev.kindling.nn.io;

import dev.kindling.nn.Concat;
import dev.kindling.nn.Config;
import dev.kindling.nn.Graph;
import dev.kindling.nn.GraphBuilder;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Residual;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Elu;
import dev.kindling.nn.activation.Gelu;
import dev.kindling.nn.activation.HardSigmoid;
import dev.kindling.nn.activation.HardSwish;
import dev.kindling.nn.activation.LeakyRelu;
import dev.kindling.nn.activation.LogSoftmax;
import dev.kindling.nn.activation.Mish;
import dev.kindling.nn.activation.Prelu;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Selu;
import dev.kindling.nn.activation.Sigmoid;
import dev.kindling.nn.activation.Silu;
import dev.kindling.nn.activation.Softmax;
import dev.kindling.nn.activation.Softplus;
import dev.kindling.nn.activation.Softsign;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.layers.AdaptiveAvgPool2d;
import dev.kindling.nn.layers.AdaptiveMaxPool2d;
import dev.kindling.nn.layers.AvgPool1d;
import dev.kindling.nn.layers.AvgPool2d;
import dev.kindling.nn.layers.BatchNorm1d;
import dev.kindling.nn.layers.BatchNorm2d;
import dev.kindling.nn.layers.Conv1d;
import dev.kindling.nn.layers.Conv2d;
import dev.kindling.nn.layers.ConvTranspose2d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.DropPath;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.GaussianNoise;
import dev.kindling.nn.layers.GlobalAvgPool;
import dev.kindling.nn.layers.GlobalMaxPool;
import dev.kindling.nn.layers.GroupNorm;
import dev.kindling.nn.layers.Identity;
import dev.kindling.nn.layers.InstanceNorm2d;
import dev.kindling.nn.layers.LayerNorm;
import dev.kindling.nn.layers.MaxPool1d;
import dev.kindling.nn.layers.MaxPool2d;
import dev.kindling.nn.layers.PixelShuffle;
import dev.kindling.nn.layers.Reshape;
import dev.kindling.nn.layers.SpatialDropout;
import dev.kindling.nn.layers.SqueezeExcitation;
import dev.kindling.nn.layers.Upsample;
import dev.kindling.nn.layers.ZeroPad2d;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers that a file may ask for: a closed list. A name in a file never reaches a class loader. New kinds of layers
 * are added here.
 */
final class LayerKinds {

  private LayerKinds() {}

  /**
   * A layer of this kind and these settings, under its name.
   *
   * @throws IllegalArgumentException if there is no such kind, or a setting is missing or wrong
   */
  static Layer layer(Config c) {
    Layer layer = unnamed(c);
    return c.has("name") ? layer.named(c.stringOf("name")) : layer;
  }

  private static Layer unnamed(Config c) {
    return switch (c.kind()) {
      case "Sequential" -> new Sequential(layers(c, "layers"));
      case "Residual" -> residual(c);
      case "Conv1d" -> Conv1d.from(c);
      case "Conv2d" -> Conv2d.from(c);
      case "ConvTranspose2d" -> ConvTranspose2d.from(c);
      case "Concat" -> new Concat(layers(c, "branches"));
      case "Graph" -> graph(c);
      case "Identity" -> new Identity();
      case "Dense" -> Dense.from(c);
      case "Flatten" -> new Flatten();
      case "Reshape" -> Reshape.from(c);
      case "Dropout" -> Dropout.from(c);
      case "GaussianNoise" -> GaussianNoise.from(c);
      case "BatchNorm1d" -> BatchNorm1d.from(c);
      case "BatchNorm2d" -> BatchNorm2d.from(c);
      case "MaxPool1d" -> MaxPool1d.from(c);
      case "MaxPool2d" -> MaxPool2d.from(c);
      case "AvgPool1d" -> AvgPool1d.from(c);
      case "AvgPool2d" -> AvgPool2d.from(c);
      case "GlobalMaxPool" -> new GlobalMaxPool();
      case "GlobalAvgPool" -> new GlobalAvgPool();
      case "AdaptiveMaxPool2d" -> AdaptiveMaxPool2d.from(c);
      case "AdaptiveAvgPool2d" -> AdaptiveAvgPool2d.from(c);
      case "DropPath" -> DropPath.from(c);
      case "GroupNorm" -> GroupNorm.from(c);
      case "InstanceNorm2d" -> InstanceNorm2d.from(c);
      case "PixelShuffle" -> PixelShuffle.from(c);
      case "SpatialDropout" -> SpatialDropout.from(c);
      case "SqueezeExcitation" -> SqueezeExcitation.from(c);
      case "Upsample" -> Upsample.from(c);
      case "ZeroPad2d" -> ZeroPad2d.from(c);
      case "LayerNorm" -> LayerNorm.from(c);
      case "Elu" -> Elu.from(c);
      case "Gelu" -> Gelu.from(c);
      case "HardSigmoid" -> new HardSigmoid();
      case "HardSwish" -> new HardSwish();
      case "LeakyRelu" -> LeakyRelu.from(c);
      case "LogSoftmax" -> new LogSoftmax();
      case "Mish" -> new Mish();
      case "Prelu" -> Prelu.from(c);
      case "Relu" -> new Relu();
      case "Selu" -> new Selu();
      case "Sigmoid" -> new Sigmoid();
      case "Silu" -> new Silu();
      case "Softmax" -> new Softmax();
      case "Softplus" -> Softplus.from(c);
      case "Softsign" -> new Softsign();
      case "Tanh" -> new Tanh();
      default ->
          throw new IllegalArgumentException(
              "there is no layer kind '"
                  + Header.shortened(c.kind())
                  + "' in this version. Was the file made by a newer one?");
    };
  }

  private static Residual residual(Config c) {
    Layer body = one(c, "body");
    return c.has("shortcut") ? Residual.withShortcut(one(c, "shortcut"), body) : new Residual(body);
  }

  private static Graph graph(Config c) {
    GraphBuilder graph = Graph.builder();
    for (Config node : c.configsOf("nodes")) {
      String name = node.stringOf("name");
      switch (node.kind()) {
        case "input" -> {
          if (node.has("shape")) {
            graph.input(name, node.shapeOf("shape"));
          } else {
            graph.input(name);
          }
        }
        case "layer" -> {
          List<String> from = node.stringsOf("from");
          if (from.size() != 1) {
            throw new IllegalArgumentException(
                "Graph: a layer takes one node, '" + name + "' has " + from.size());
          }
          graph.layer(name, one(node, "layer"), from.get(0));
        }
        case "add" -> graph.add(name, node.stringsOf("from").toArray(new String[0]));
        case "concat" -> graph.concat(name, node.stringsOf("from").toArray(new String[0]));
        default ->
            throw new IllegalArgumentException(
                "Graph: no node kind '" + Header.shortened(node.kind()) + "'");
      }
    }
    return graph.output(c.stringsOf("outputs").toArray(new String[0])).build();
  }

  private static Layer one(Config c, String setting) {
    List<Layer> layers = layers(c, setting);
    if (layers.size() != 1) {
      throw new IllegalArgumentException(
          c.kind() + ": setting '" + setting + "' should be one layer, got " + layers.size());
    }
    return layers.get(0);
  }

  private static List<Layer> layers(Config c, String setting) {
    List<Layer> layers = new ArrayList<>();
    for (Config inner : c.configsOf(setting)) {
      layers.add(layer(inner));
    }
    return layers;
  }
}
