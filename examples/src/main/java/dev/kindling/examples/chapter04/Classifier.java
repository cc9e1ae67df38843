package dev.kindling.examples.chapter04;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.Dataset;
import dev.kindling.data.Standardizer;
import dev.kindling.data.augment.RandomFlip;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Ops;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.nn.io.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network with all that it takes to name what is on a picture.
 *
 * @param model takes [channels, height, width], gives a number for each class
 * @param classes what the classes are called
 * @param standardizer what pictures with numbers from 0 to 1 go through first
 * @param mirrored whether a picture is looked at twice, as it is and mirrored, and the mean of both answers counts
 */
public record Classifier(
    Model model, List<String> classes, Standardizer standardizer, boolean mirrored) {

  private static final int BATCH = 128;

  /** A copy that looks at every picture once. */
  Classifier withOneLook() {
    return new Classifier(model, classes, standardizer, false);
  }

  /**
   * How probable each class is.
   *
   * @param pictures [n, channels, height, width], from 0 to 1; changed
   * @return [n, classes]
   */
  public Tensor probabilities(Tensor pictures) {
    int n = pictures.dim(0);
    for (int i = 0; i < n; i++) {
      standardizer.apply(pictures.row(i));
    }
    Tensor once = Reduce.softmax(model.predict(pictures), Tensor.zeros(n, classes.size()));
    if (!mirrored) {
      return once;
    }
    RandomFlip mirror = RandomFlip.horizontal(1);
    for (int i = 0; i < n; i++) {
      mirror.apply(pictures.row(i), Rng.seeded(0));
    }
    Tensor twice = Reduce.softmax(model.predict(pictures), Tensor.zeros(n, classes.size()));
    return Ops.scale(0.5f, Ops.add(once, twice, once), once);
  }

  /** How probable each class is for each picture of a dataset, [size, classes]. */
  Tensor probabilities(Dataset pictures) {
    Tensor all = Tensor.zeros(pictures.size(), classes.size());
    int at = 0;
    try (Batches batches = pictures.loader(BATCH).epoch(0)) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        all.rows(at, at + batch.size()).copyFrom(probabilities(batch.x()));
        at += batch.size();
      }
    }
    return all;
  }

  // ---------------------------------------------------------------- files

  /**
   * Writes the model in half precision, with the rest as notes in the file's metadata.
   *
   * @throws IOException if it can't be written
   */
  void save(Path file) throws IOException {
    Gson gson = new Gson();
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("classes", gson.toJson(classes));
    notes.put("shift", gson.toJson(standardizer.shift()));
    notes.put("scale", gson.toJson(standardizer.scale()));
    notes.put("mirrored", gson.toJson(mirrored));
    ModelFile.saveHalf(model, notes, file);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws DataFormatException if the file isn't such a one
   * @throws IOException if it can't be read
   */
  public static Classifier load(Path file) throws IOException {
    Model model = Model.load(file);
    Map<String, String> notes = ModelFile.notes(file);
    String[] classes = note(file, notes, "classes", String[].class);
    float[] shift = note(file, notes, "shift", float[].class);
    float[] scale = note(file, notes, "scale", float[].class);
    boolean mirrored = note(file, notes, "mirrored", Boolean.class);
    int channels = model.inputShape().rank() == 3 ? model.inputShape().dim(0) : 0;
    float[] deviation = new float[scale.length];
    for (int i = 0; i < scale.length; i++) {
      deviation[i] = 1 / scale[i];
    }
    if ((channels != 1 && channels != 3)
        || model.outputShape().rank() != 1
        || model.outputShape().dim(0) != classes.length
        || Arrays.asList(classes).contains(null)
        || (shift.length != channels && shift.length != 1)) {
      throw new DataFormatException(
          file.toString(),
          -1,
          "expected a model of pictures [1 or 3, height, width] with a name for each class, found "
              + model
              + " and "
              + classes.length
              + " names");
    }
    try {
      return new Classifier(model, List.of(classes), Standardizer.of(shift, deviation), mirrored);
    } catch (IllegalArgumentException e) {
      throw new DataFormatException(file.toString(), -1, String.valueOf(e.getMessage()), e);
    }
  }

  private static <T> T note(Path file, Map<String, String> notes, String name, Class<T> type)
      throws DataFormatException {
    try {
      @Nullable T value = new Gson().fromJson(notes.get(name), type);
      if (value != null) {
        return value;
      }
    } catch (JsonParseException e) {
      // Told below, together with notes that aren't there.
    }
    throw new DataFormatException(
        file.toString(),
        -1,
        "no good note '" + name + "' in the metadata. Is it a model that chapter 4 wrote?");
  }
}
