package dev.kindling.examples.chapter01;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Tensor;

/** The mean and the standard deviation of a column. */
record Scale(double mean, double std) {

  static Scale of(Tensor column) {
    double mean = Reduce.mean(column);
    Tensor centred = Ops.affine(1, column, (float) -mean, Tensor.zeros(column.shape()));
    return new Scale(mean, Math.sqrt(Reduce.dot(centred, centred) / column.size()));
  }

  /** (value - mean) / std. */
  Tensor standardize(Tensor column) {
    return Ops.affine(
        (float) (1 / std), column, (float) (-mean / std), Tensor.zeros(column.shape()));
  }
}
