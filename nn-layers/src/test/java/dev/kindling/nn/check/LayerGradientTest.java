package dev.kindling.nn.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer's backward pass, over random shapes and both modes. */
class LayerGradientTest {

  static List<LayerCase> layers() {
    return LayerCase.all();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void backwardIsTheDerivativeOfForward(LayerCase c) {
    long seed = 1;
    for (Shape shape : c.shapes()) {
      for (int batch : new int[] {2, 5}) {
        for (Mode mode : Mode.values()) {
          GradientCheck.of(c.maker().get(), shape)
              .batch(batch)
              .mode(mode)
              .seed(seed++)
              .most(60)
              .run()
              .assertOk();
        }
      }
    }
  }

  /** A second step of training must know nothing of the first. */
  @ParameterizedTest
  @MethodSource("layers")
  void gradientsBeginAnewOnceClearedAndAddUpOtherwise(LayerCase c) {
    for (Shape shape : c.shapes()) {
      Model model = Model.of(shape, 1, c.maker().get());
      float[] first = gradient(model, true);
      assertArrayEquals(first, gradient(model, true), shape + ", cleared");
      float[] both = gradient(model, false);
      for (int i = 0; i < both.length; i++) {
        float expected = 2 * first[i];
        assertEquals(expected, both[i], 1e-4 * (1 + Math.abs(expected)), shape + ", not cleared");
      }
    }
  }

  private static float[] gradient(Model model, boolean clear) {
    if (clear) {
      model.parameters().clearGradients();
    }
    Pass pass = model.newPass(Mode.TRAIN, 3);
    Tensor x = Rng.seeded(4).fillNormal(Tensor.zeros(model.inputShape().prepend(3)), 0, 1);
    Tensor y = model.forward(x, pass);
    model.backward(Rng.seeded(5).fillNormal(Tensor.zeros(y.shape()), 0, 1), pass);
    model.parameters().settleGradients();
    return model.parameters().grads().clone();
  }

  @Test
  void everyLayerOfTheModuleIsChecked() throws Exception {
    Set<Class<?>> checked = new HashSet<>();
    for (LayerCase c : LayerCase.all()) {
      checked.add(c.maker().get().getClass());
    }
    Set<String> missing = new TreeSet<>();
    for (Class<?> layer : concreteLayers()) {
      if (!checked.contains(layer)) {
        missing.add(layer.getName());
      }
    }
    assertEquals(Set.of(), missing, "layers without a gradient check; enter them in LayerCase");
  }

  private static List<Class<?>> concreteLayers() throws IOException, URISyntaxException {
    Path classes = Path.of(Layer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      List<Class<?>> layers =
          files
              .map(f -> classes.relativize(f).toString().replace('\\', '/'))
              .filter(f -> f.endsWith(".class") && !f.endsWith("package-info.class"))
              .<Class<?>>map(f -> load(f.substring(0, f.length() - 6).replace('/', '.')))
              .filter(
                  c -> Layer.class.isAssignableFrom(c) && !Modifier.isAbstract(c.getModifiers()))
              .toList();
      if (layers.isEmpty()) {
        throw new AssertionError("No layers under " + classes);
      }
      return layers;
    }
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Layer.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }
}
