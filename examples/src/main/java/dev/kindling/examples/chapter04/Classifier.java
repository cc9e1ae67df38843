package dev.kindling.examples.chapter04;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.Dataset;
import dev.kindling.data.Standardizer;
import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Ops;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Model;
import dev.kindling.nn.io.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network with all that it takes to name what is on a picture. It may look several times, at the picture mirrored and moved,
 * and the mean of all answers counts (Krizhevsky et al., "ImageNet classification with deep convolutional neural networks",
 * 2012).
 *
 * @param model takes [channels, height, width], gives a number for each class
 * @param classes what the classes are called
 * @param standardizer what pictures with numbers from 0 to 1 go through first
 * @param mirrored whether each look is taken in the mirror too
 * @param moved by how many pixels up, down, left and right the picture is moved for further looks; 0 for none
 */
public record Classifier(
    Model model, List<String> classes, Standardizer standardizer, boolean mirrored, int moved) {

  private static final int BATCH = 128;

  /** A copy that looks at every picture once. */
  Classifier withOneLook() {
    return new Classifier(model, classes, standardizer, false, 0);
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
    List<Look> looks = looks();
    Tensor sum = Tensor.zeros(n, classes.size());
    Tensor seen = Tensor.zeros(pictures.shape());
    for (Look look : looks) {
      look.copy(pictures, seen);
      Ops.add(sum, Reduce.softmax(model.predict(seen), Tensor.zeros(sum.shape())), sum);
    }
    return Ops.scale(1f / looks.size(), sum, sum);
  }

  private List<Look> looks() {
    List<Look> looks = new ArrayList<>();
    int[][] moves = {{0, 0}, {-moved, 0}, {moved, 0}, {0, -moved}, {0, moved}};
    for (int[] move : moved == 0 ? new int[][] {{0, 0}} : moves) {
      looks.add(new Look(move[0], move[1], false));
      if (mirrored) {
        looks.add(new Look(move[0], move[1], true));
      }
    }
    return looks;
  }

  /** How pictures are seen: moved by some pixels, with their edges going on, and perhaps mirrored. */
  private record Look(int down, int right, boolean mirrored) {

    void copy(Tensor pictures, Tensor seen) {
      int height = pictures.dim(2);
      int width = pictures.dim(3);
      int rows = pictures.size() / width;
      for (int row = 0; row < rows; row++) {
        int plane = row / height * height;
        int fromRow = plane + inside(row - plane - down, height);
        int from = pictures.offset() + fromRow * width;
        int to = seen.offset() + row * width;
        for (int x = 0; x < width; x++) {
          int place = mirrored ? width - 1 - x : x;
          seen.data()[to + place] = pictures.data()[from + inside(x - right, width)];
        }
      }
    }

    private static int inside(int place, int size) {
      return Math.max(0, Math.min(size - 1, place));
    }
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
    notes.put("moved", gson.toJson(moved));
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
    int moved = note(file, notes, "moved", Integer.class);
    int channels = model.inputShape().rank() == 3 ? model.inputShape().dim(0) : 0;
    float[] deviation = new float[scale.length];
    for (int i = 0; i < scale.length; i++) {
      deviation[i] = 1 / scale[i];
    }
    if ((channels != 1 && channels != 3)
        || model.outputShape().rank() != 1
        || model.outputShape().dim(0) != classes.length
        || Arrays.asList(classes).contains(null)
        || (shift.length != channels && shift.length != 1)
        || moved < 0) {
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
      return new Classifier(
          model, List.of(classes), Standardizer.of(shift, deviation), mirrored, moved);
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
