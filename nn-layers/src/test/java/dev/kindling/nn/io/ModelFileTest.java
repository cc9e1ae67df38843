package dev.kindling.nn.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Shape;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.nn.Residual;
import dev.kindling.nn.Sequential;
import dev.kindling.nn.activation.Gelu;
import dev.kindling.nn.activation.LogSoftmax;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.activation.Tanh;
import dev.kindling.nn.check.LayerCase;
import dev.kindling.nn.layers.BatchNorm1d;
import dev.kindling.nn.layers.Dense;
import dev.kindling.nn.layers.Dropout;
import dev.kindling.nn.layers.Flatten;
import dev.kindling.nn.layers.GaussianNoise;
import dev.kindling.nn.layers.LayerNorm;
import dev.kindling.nn.layers.Reshape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {

  @TempDir Path folder;

  // ---------------------------------------------------------------- the same model again

  /** Layers in layers, with and without names. */
  private static Model nested() {
    return Model.of(
        Shape.of(2, 6),
        5,
        new LayerNorm().withEpsilon(1e-3f),
        new Dense(4).withoutBias().named("per step"),
        new Flatten(),
        new BatchNorm1d().withMomentum(0.3f),
        new Residual(
            new Dense(8),
            new Residual(new Relu()),
            Residual.withShortcut(new Dense(8), new Dense(8), new Gelu())),
        new Sequential(new Dropout(0.25f), new GaussianNoise(0.5f)).named("noise"),
        new Reshape(2, 2, 2),
        new Flatten(),
        new LogSoftmax());
  }

  @Test
  void loadGivesTheSameBitsAndPredictions() throws IOException {
    Model model = nested();
    Rng rng = Rng.seeded(1);
    for (Layer.Buffer b : model.buffers()) {
      rng.fillUniform(b.value(), 0.5f, 2);
    }
    Path file = folder.resolve("sub/model.safetensors");
    model.save(file);
    Model loaded = Model.load(file);
    assertEquals(model.inputShape(), loaded.inputShape());
    Map<String, Tensor> expected = ModelFile.numbers(model);
    Map<String, Tensor> numbers = ModelFile.numbers(loaded);
    assertEquals(new ArrayList<>(expected.keySet()), new ArrayList<>(numbers.keySet()));
    for (Map.Entry<String, Tensor> e : expected.entrySet()) {
      assertArrayEquals(
          SafeTensorsTest.bits(e.getValue()),
          SafeTensorsTest.bits(Objects.requireNonNull(numbers.get(e.getKey()))),
          e.getKey());
    }
    assertEquals(model.summary().toString(), loaded.summary().toString());
    Tensor x = rng.fillNormal(Tensor.zeros(7, 2, 6), 0, 1);
    assertArrayEquals(
        SafeTensorsTest.bits(model.predict(x)), SafeTensorsTest.bits(loaded.predict(x)));
    assertEquals(List.of("model.safetensors"), names(folder.resolve("sub")));
  }

  @Test
  void savingTwiceGivesTheSameFile() throws IOException {
    Path first = folder.resolve("1");
    Path second = folder.resolve("2");
    nested().save(first);
    Model.load(first).save(second);
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void notesComeBackAsTheyWere() throws IOException {
    Path file = folder.resolve("m");
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("classes", "[\"cat\", \"dög\"]");
    notes.put("a", "");
    ModelFile.save(nested(), notes, file);
    assertEquals(List.copyOf(notes.entrySet()), List.copyOf(ModelFile.notes(file).entrySet()));
    assertEquals(nested().parameters().size(), Model.load(file).parameters().size());
    nested().save(file);
    assertEquals(Map.of(), ModelFile.notes(file));
    for (String taken : List.of("format", "kindling.architecture", "kindling.classes")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> ModelFile.save(nested(), Map.of(taken, ""), file),
          taken);
    }
  }

  @Test
  void inHalfPrecisionAFileIsHalfAsLargeAndComesBackRounded() throws IOException {
    Path whole = folder.resolve("whole");
    Path half = folder.resolve("half");
    Model model = Model.of(Shape.of(40), 1, new Dense(300), new BatchNorm1d(), new Dense(2));
    model.save(whole);
    ModelFile.saveHalf(model, Map.of("classes", "[]"), half);
    assertEquals(0.5, (double) Files.size(half) / Files.size(whole), 0.02);
    assertEquals(Map.of("classes", "[]"), ModelFile.notes(half));
    Map<String, Tensor> expected = ModelFile.numbers(model);
    for (Map.Entry<String, Tensor> e : ModelFile.numbers(Model.load(half)).entrySet()) {
      float[] found = e.getValue().toArray();
      float[] exact = Objects.requireNonNull(expected.get(e.getKey())).toArray();
      for (int i = 0; i < found.length; i++) {
        assertEquals(exact[i], found[i], Math.abs(exact[i]) * 0x1p-11f + 0x1p-25f);
      }
    }
    model.parameters().values()[7] = 65_520;
    assertThrows(IllegalArgumentException.class, () -> ModelFile.saveHalf(model, Map.of(), half));
    assertEquals(2, Model.load(half).outputShape().dim(0));
  }

  @Test
  void tensorsAreCalledByTheirPaths() throws IOException {
    Path file = folder.resolve("m");
    Model.of(
            Shape.of(3),
            1,
            new Dense(4).named("hidden"),
            new BatchNorm1d(),
            new Residual(new Dense(4)),
            new Dense(2))
        .save(file);
    SafeTensors contents = SafeTensors.read(file);
    assertEquals(
        List.of(
            "hidden.weight",
            "hidden.bias",
            "batchNorm1d1.weight",
            "batchNorm1d1.bias",
            "residual1.dense1.weight",
            "residual1.dense1.bias",
            "dense1.weight",
            "dense1.bias",
            "batchNorm1d1.running_mean",
            "batchNorm1d1.running_var"),
        new ArrayList<>(contents.tensors().keySet()));
    assertEquals("pt", contents.metadata().get("format"));
    assertEquals("1", contents.metadata().get("kindling.version"));
    assertTrue(
        Objects.requireNonNull(contents.metadata().get("kindling.architecture"))
            .startsWith(
                "{\"input\":[3],\"root\":{\"kind\":\"Sequential\",\"layers\":[{\"kind\":\"Dense\",\"units\":4,"),
        contents.metadata().toString());
  }

  @Test
  void everyLayerOfTheLibraryComesBackWithItsSettings() throws IOException {
    Path file = folder.resolve("m");
    for (LayerCase c : LayerCase.all()) {
      Shape in = c.shapes().get(0);
      Model model = Model.of(in, 1, c.maker().get());
      model.save(file);
      Model loaded = Model.load(file);
      assertEquals(
          new Architecture(in, model.root().config()).toJson(),
          new Architecture(in, loaded.root().config()).toJson());
      Tensor x = Rng.seeded(2).fillNormal(Tensor.zeros(in.prepend(3)), 0, 1);
      assertArrayEquals(
          SafeTensorsTest.bits(model.predict(x)),
          SafeTensorsTest.bits(loaded.predict(x)),
          c.toString());
    }
  }

  @Test
  void aLayerOfOnesOwnIsRefusedWhenSavedButItsWeightsAreNot() throws IOException {
    Model model = Model.of(Shape.of(2), 1, new Twice());
    Path file = folder.resolve("m");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> model.save(file));
    assertTrue(String.valueOf(e.getMessage()).contains("'Twice'"), e.getMessage());
    assertEquals(List.of(), names(folder));
    model.saveWeights(file);
    model.parameters().list().get(0).value().fill(7);
    model.loadWeights(file);
    assertArrayEquals(new float[] {2, 2}, model.parameters().values());
  }

  // ---------------------------------------------------------------- bad files

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> t = new LinkedHashMap<>();
    t.put("dense1.weight", Tensor.full(1, 2, 3));
    t.put("dense1.bias", Tensor.full(1, 2));
    return t;
  }

  private static final String DENSE =
      "{\"input\":[3],\"root\":{\"kind\":\"Sequential\",\"layers\":[{\"kind\":\"Dense\",\"units\":2,\"bias\":true}]}}";

  private void assertRefused(String architecture, Map<String, Tensor> tensors, String reason)
      throws IOException {
    Path file = folder.resolve("bad");
    new SafeTensors(tensors, Map.of("kindling.version", "1", "kindling.architecture", architecture))
        .write(file);
    DataFormatException e = assertThrows(DataFormatException.class, () -> Model.load(file));
    assertTrue(e.reason().contains(reason), e.getMessage());
    assertEquals(file.toString(), e.file());
  }

  @Test
  void aHandWrittenFileIsAFile() throws IOException {
    Path file = folder.resolve("good");
    new SafeTensors(tensors(), Map.of("kindling.version", "1", "kindling.architecture", DENSE))
        .write(file);
    assertEquals(4, Model.load(file).predict(Tensor.full(1, 1, 3)).get(0, 1));
  }

  @Test
  void wrongArchitecturesAreRefused() throws IOException {
    Map<String, Tensor> t = tensors();
    assertRefused(
        DENSE.replace("Dense", "Denser"),
        t,
        "there is no layer kind 'Denser' in this version. Was the file made by a newer one?");
    assertRefused(
        DENSE.replace("Dense", "java.lang.Runtime"),
        t,
        "there is no layer kind 'java.lang.Runtime'");
    assertRefused(
        DENSE.replace("2", "2.5"), t, "setting 'units' should be a whole number, got 2.5");
    assertRefused(DENSE.replace("\"units\":2", "\"units\":\"2\""), t, "should be a Number, got 2");
    assertRefused(
        DENSE.replace("\"units\":2,", ""), t, "setting 'units' should be a Number, got nothing");
    assertRefused(DENSE.replace("2", "-2"), t, "must be at least 1, got -2");
    assertRefused(DENSE.replace("\"bias\":true", "\"units\":3"), t, "a repeated setting");
    assertRefused(
        DENSE.replace("\"kind\":\"Dense\",", ""), t, "a layer should begin with its 'kind'");
    assertRefused(DENSE.replace("[3]", "[3,3,3]"), t, "expected [features] or [time, features]");
    assertRefused(DENSE.replace("[3]", "[-3]"), t, "negative axis");
    assertRefused(DENSE.replace("[3]", "3"), t, "setting 'shape' should be a List");
    assertRefused(DENSE.replace("true", "null"), t, "unexpected NULL");
    assertRefused(DENSE + "{}", t, "kindling.architecture");
    assertRefused(DENSE.substring(0, 70), t, "kindling.architecture");
    assertRefused("[]", t, "kindling.architecture");
    assertRefused("{}", t, "expected one object with 'input' and 'root'");
    assertRefused(
        "{\"input\":[3],\"root\":" + "{\"kind\":\"Sequential\",\"layers\":[".repeat(50_000),
        t,
        "characters");
    assertRefused(
        "{\"input\":[3],\"root\":" + "{\"kind\":\"Sequential\",\"layers\":[".repeat(1000),
        t,
        "kindling.architecture");
  }

  @Test
  void tensorsThatDoNotFitAreListed() throws IOException {
    Map<String, Tensor> t = tensors();
    t.remove("dense1.bias");
    t.put("dense1.Bias", Tensor.zeros(2));
    t.put("dense1.weight", Tensor.zeros(3, 2));
    assertRefused(
        DENSE,
        t,
        "the tensors don't fit the model: 'dense1.weight' is [3, 2], the model needs [2, 3]; "
            + "unexpected 'dense1.Bias' [2]; missing 'dense1.bias' [2]");
  }

  @Test
  void memoryIsNotTakenForWhatTheFileDoesNotHold() throws IOException {
    assertRefused(
        DENSE.replace("2", "500000000").replace("[3]", "[1]"),
        tensors(),
        "need more memory than the file holds numbers for");
    assertRefused(
        DENSE.replace("[3]", "[2000000000]").replace("Dense", "BatchNorm1d"),
        Map.of(),
        "kindling.architecture");
    assertRefused(
        DENSE
            .replace("[3]", "[200000000]")
            .replace(
                "\"kind\":\"Dense\"",
                "\"kind\":\"BatchNorm1d\",\"epsilon\":1,\"momentum\":0.1,\"affine\":false"),
        Map.of(),
        "need more memory than the file holds numbers for");
  }

  @Test
  void otherFilesAreToldWhatTheyLack() throws IOException {
    Path file = folder.resolve("m");
    SafeTensors.of(tensors()).write(file);
    DataFormatException e = assertThrows(DataFormatException.class, () -> Model.load(file));
    assertTrue(e.reason().contains("Build the model and use loadWeights"), e.getMessage());
    new SafeTensors(tensors(), Map.of("kindling.version", "2", "kindling.architecture", DENSE))
        .write(file);
    e = assertThrows(DataFormatException.class, () -> Model.load(file));
    assertTrue(e.reason().contains("Was it made by a newer version?"), e.getMessage());
  }

  @Test
  void aModelsNumbersAreFloat32OrHalf() throws IOException {
    Path file = folder.resolve("m");
    Model.of(Shape.of(2), 1, new Dense(2)).save(file);
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, ISO_8859_1);
    Files.write(file, text.replace("F32", "I32").getBytes(ISO_8859_1));
    DataFormatException e = assertThrows(DataFormatException.class, () -> Model.load(file));
    assertTrue(
        e.reason().contains("'dense1.weight' is I32, a model's file holds F32 or F16"),
        e.getMessage());
  }

  @Test
  void aDamagedFileIsRefusedOrReadButNothingElse() throws IOException {
    Path file = folder.resolve("m");
    Model.of(
            Shape.of(3), 1, new Dense(4), new BatchNorm1d(), new Residual(new Relu()), new Dense(2))
        .save(file);
    byte[] bytes = Files.readAllBytes(file);
    Rng rng = Rng.seeded(3);
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      byte[] damaged = bytes.clone();
      for (int k = rng.nextInt(3); k >= 0; k--) {
        damaged[rng.nextInt(damaged.length)] =
            (byte) (k == 0 ? rng.nextInt(256) : "0129,\"[{}]:".getBytes(UTF_8)[rng.nextInt(11)]);
      }
      if (i % 5 == 0) {
        damaged = java.util.Arrays.copyOf(damaged, rng.nextInt(damaged.length));
      }
      Files.write(file, damaged);
      try {
        Model.load(file);
      } catch (DataFormatException e) {
        refused++;
      }
    }
    assertTrue(refused > 300, refused + " refused");
  }

  // ---------------------------------------------------------------- weights from PyTorch

  private Path copy(String resource) throws IOException {
    Path file = folder.resolve(resource);
    try (InputStream in = SafeTensorsTest.resource(resource)) {
      Files.copy(in, file);
    }
    return file;
  }

  private static Model likeTorch() {
    return Model.of(
        Shape.of(3),
        9,
        new Dense(4),
        new BatchNorm1d(),
        new Relu(),
        new Dense(12),
        new Tanh(),
        new Dense(2),
        new Relu(),
        new Dense(2));
  }

  private void assertGivesTorchsOutputs(Model model) throws IOException {
    Map<String, Tensor> io =
        SafeTensors.read(copy("torch_sequential_outputs.safetensors")).tensors();
    Tensor y = model.predict(Objects.requireNonNull(io.get("x")));
    assertArrayEquals(Objects.requireNonNull(io.get("y")).toArray(), y.toArray(), 1e-6f);
  }

  @Test
  void weightsOfANumberedStateDictAreReadInOrder() throws IOException {
    Model model = likeTorch();
    model.loadWeightsInOrder(copy("torch_sequential.safetensors"));
    assertGivesTorchsOutputs(model);
  }

  @Test
  void weightsAreReadByNameAfterRenaming() throws IOException {
    Map<String, String> names =
        Map.of("0", "dense1", "1", "batchNorm1d1", "3", "dense2", "5", "dense3", "10", "dense4");
    Model model = likeTorch();
    model.loadWeights(
        copy("torch_sequential.safetensors"),
        name -> {
          int dot = name.indexOf('.');
          return names.get(name.substring(0, dot)) + name.substring(dot);
        });
    assertGivesTorchsOutputs(model);
  }

  @Test
  void weightsOfAnotherNetworkLeaveTheModelAsItWas() throws IOException {
    Path file = copy("torch_sequential.safetensors");
    Model model = Model.of(Shape.of(3), 9, new Dense(4), new Relu(), new Dense(3));
    float[] before = model.parameters().values().clone();
    DataFormatException e = assertThrows(DataFormatException.class, () -> model.loadWeights(file));
    assertTrue(e.reason().contains("unexpected '0.bias' [4]"), e.getMessage());
    assertTrue(e.reason().contains("; and 8 more"), e.getMessage());
    e = assertThrows(DataFormatException.class, () -> model.loadWeightsInOrder(file));
    assertTrue(e.reason().contains("unexpected '1.running_mean' [4]"), e.getMessage());
    assertArrayEquals(before, model.parameters().values());
  }

  @Test
  void namesWithoutAnOrderAreRefused() throws IOException {
    Path file = folder.resolve("m");
    SafeTensors.of(
            Map.of("encoder.weight", Tensor.zeros(2, 2), "decoder.weight", Tensor.zeros(2, 2)))
        .write(file);
    Model model = Model.of(Shape.of(2), 1, new Dense(2).withoutBias(), new Dense(2).withoutBias());
    DataFormatException e =
        assertThrows(DataFormatException.class, () -> model.loadWeightsInOrder(file));
    assertTrue(e.reason().contains("differ in more than numbers"), e.getMessage());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
