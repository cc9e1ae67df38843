package dev.kindling.examples.chapter01;

import dev.kindling.data.format.Csv;
import dev.kindling.data.format.Table;
import dev.kindling.nd.Tensor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Heights of fathers and sons in inches, one row a pair.
 *
 * @param fathers [n, 1]
 * @param sons [n, 1]
 */
record Heights(Tensor fathers, Tensor sons) {

  private static final String FILE = "/dev/kindling/examples/heights/pearson-heights.csv";

  /** Pearson's table, which ships with the project. */
  static Heights load() throws IOException {
    try (InputStream in = Heights.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new FileNotFoundException(FILE);
      }
      Table table = Csv.standard().read(in, FILE);
      return new Heights(table.numbers("Father"), table.numbers("Son"));
    }
  }

  int size() {
    return fathers.dim(0);
  }
}
