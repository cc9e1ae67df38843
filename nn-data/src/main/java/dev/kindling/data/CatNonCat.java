package dev.kindling.data;

import dev.kindling.data.format.NumberType;
import dev.kindling.data.format.RawArray;
import dev.kindling.data.hdf5.Hdf5;
import dev.kindling.nd.DataFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The cat / non-cat set of deeplearning.ai's course "Neural Networks and Deep Learning" (Ng, 2017): 209 and 50
 * photographs {@code [3, 64, 64]}, numbers from 0 to 1, from its two HDF5 files.
 */
public final class CatNonCat {

  private CatNonCat() {}

  /**
   * Loads it from a directory with {@code train_catvnoncat.h5} and {@code test_catvnoncat.h5}.
   *
   * @throws DataFormatException if a file isn't what it claims to be
   * @throws IOException if one is missing or can't be read
   */
  public static Split load(Path directory) throws IOException {
    return new Split(
        part(directory.resolve("train_catvnoncat.h5"), "train_set"),
        part(directory.resolve("test_catvnoncat.h5"), "test_set"));
  }

  private static Dataset part(Path path, String name) throws IOException {
    try (Hdf5 file = Hdf5.open(path)) {
      for (String expected : List.of(name + "_x", name + "_y", "list_classes")) {
        if (!file.names().contains(expected)) {
          throw new DataFormatException(
              path.toString(), -1, "expected a dataset " + expected + ", found " + file.names());
        }
      }
      RawArray images = file.read(name + "_x");
      RawArray labels = file.read(name + "_y");
      List<String> classes = file.readTexts("list_classes");
      int[] dims = images.dims();
      if (dims.length != 4
          || dims[3] != 3
          || images.type() != NumberType.UINT8
          || labels.dims().length != 1
          || labels.dims()[0] != dims[0]) {
        throw new DataFormatException(
            path.toString(),
            -1,
            "expected images UINT8[n, height, width, 3] and labels [n], found "
                + images
                + " and "
                + labels);
      }
      for (long label : labels.toLongs()) {
        if (label < 0 || label >= classes.size()) {
          throw new DataFormatException(
              path.toString(), -1, "expected classes " + classes + ", found number " + label);
        }
      }
      return RawDataset.of(images.permute(0, 3, 1, 2), labels, classes)
          .map(Standardizer.scale(1 / 255f));
    }
  }
}
