package dev.kindling.nn.io;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.io.Header.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Models as files: safetensors with the network as JSON in the metadata, so that Python opens them as they are.
 *
 * <p>Tensors are float32, or float16 where that was asked for, in PyTorch's layouts, under the paths of parameters and buffers ({@code dense1.weight},
 * {@code batchNorm1d1.running_mean}). Metadata: {@code format} ("pt", which says that layouts are PyTorch's),
 * {@code kindling.version} (of this description, now 1) and {@code kindling.architecture}: the shape of one example and the
 * layers with their settings and names.
 *
 * <p>A file is data: it names layers out of a closed list, and everything that it claims is checked before memory is taken
 * for it. {@link Model#save} and {@link Model#load} are the ways in.
 */
public final class ModelFile {

  private static final String FORMAT = "format";
  private static final String OURS = "kindling.";
  private static final String VERSION = OURS + "version";
  private static final String ARCHITECTURE = OURS + "architecture";
  private static final String CURRENT = "1";

  /**
   * A network may ask for this much more memory than the file's tensors need before it is refused: so small a difference is
   * told by the names of the missing tensors.
   */
  private static final long SMALL = 1 << 16;

  private ModelFile() {}

  // ---------------------------------------------------------------- writing

  /** See {@link Model#save}. */
  public static void save(Model model, Path file) throws IOException {
    save(model, Map.of(), file);
  }

  /**
   * As {@link Model#save}, with texts of one's own beside the network, such as the names of its classes.
   *
   * @param notes texts by name, for {@link #notes(Path)}
   * @throws IllegalArgumentException also if a note is called {@code format} or {@code kindling.…}, which are taken
   */
  public static void save(Model model, Map<String, String> notes, Path file) throws IOException {
    contents(model, notes).write(file);
  }

  /**
   * As {@link #save(Model, Map, Path)}, in half the space: numbers are rounded to half precision, which keeps three digits
   * and hardly ever changes what a model says.
   *
   * @throws IllegalArgumentException also if a number is beyond half precision's range
   */
  public static void saveHalf(Model model, Map<String, String> notes, Path file)
      throws IOException {
    contents(model, notes).writeHalf(file);
  }

  private static SafeTensors contents(Model model, Map<String, String> notes) throws IOException {
    for (String name : notes.keySet()) {
      if (name.equals(FORMAT) || name.startsWith(OURS)) {
        throw new IllegalArgumentException("A note can't be called '" + name + "', which is taken");
      }
    }
    Architecture architecture = Architecture.of(model);
    LayerKinds.layer(architecture.root()); // fails now rather than when the file is read
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(FORMAT, "pt");
    metadata.put(VERSION, CURRENT);
    metadata.put(ARCHITECTURE, architecture.toJson());
    metadata.putAll(notes);
    return new SafeTensors(numbers(model), metadata);
  }

  /** See {@link Model#saveWeights}. */
  public static void saveWeights(Model model, Path file) throws IOException {
    new SafeTensors(numbers(model), Map.of(FORMAT, "pt")).write(file);
  }

  /** Every parameter and buffer under its path. */
  static Map<String, Tensor> numbers(Model model) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (Parameter p : model.parameters().list()) {
      all.put(p.name(), p.value());
    }
    for (Layer.Buffer b : model.buffers()) {
      all.put(b.name(), b.value());
    }
    return all;
  }

  // ---------------------------------------------------------------- reading

  /** See {@link Model#load}. */
  public static Model load(Path file) throws IOException {
    try (TensorFile open = TensorFile.open(file)) {
      Model model = model(open);
      Weights weights = new Weights(open, model);
      for (Entry e : open.entries()) {
        if (e.type() != NumberType.F32 && e.type() != NumberType.F16) {
          throw new DataFormatException(
              open.name(),
              Header.PREFIX,
              "tensor '"
                  + Header.shortened(e.name())
                  + "' is "
                  + e.type()
                  + ", a model's file holds F32 or F16");
        }
        weights.match(e.name(), e);
      }
      weights.read();
      return model;
    }
  }

  /**
   * The notes that a model was saved with, in the order of the file; no tensor is read.
   *
   * @throws DataFormatException if it is no safetensors file
   * @throws IOException if it can't be read
   */
  public static Map<String, String> notes(Path file) throws IOException {
    try (TensorFile open = TensorFile.open(file)) {
      Map<String, String> notes = new LinkedHashMap<>(open.metadata());
      notes.keySet().removeIf(name -> name.equals(FORMAT) || name.startsWith(OURS));
      return Collections.unmodifiableMap(notes);
    }
  }

  /** See {@link Model#loadWeights(Path, UnaryOperator)}. */
  public static void loadWeights(Model model, Path file, UnaryOperator<String> rename)
      throws IOException {
    Weights.load(model, file, rename);
  }

  /** See {@link Model#loadWeightsInOrder}. */
  public static void loadWeightsInOrder(Model model, Path file) throws IOException {
    Weights.loadInOrder(model, file);
  }

  private static Model model(TensorFile file) throws IOException {
    String text = file.metadata().get(ARCHITECTURE);
    if (text == null) {
      throw new DataFormatException(
          file.name(),
          Header.PREFIX,
          "no '"
              + ARCHITECTURE
              + "' in the metadata: the file holds weights without a network. Build the model and use loadWeights");
    }
    String version = file.metadata().get(VERSION);
    if (!CURRENT.equals(version)) {
      throw new DataFormatException(
          file.name(),
          Header.PREFIX,
          VERSION
              + " is "
              + version
              + ", expected "
              + CURRENT
              + ". Was it made by a newer version?");
    }
    long most = SMALL;
    for (Entry e : file.entries()) {
      most += 2L * e.shape().size();
    }
    try {
      Architecture architecture = Architecture.parse(text);
      return Model.uninitialized(architecture.input(), LayerKinds.layer(architecture.root()), most);
    } catch (IOException | IllegalStateException | IllegalArgumentException e) {
      throw new DataFormatException(
          file.name(), Header.PREFIX, ARCHITECTURE + ": " + Header.fault(e), e);
    }
  }
}
