package dev.kindling.optim;

import dev.kindling.nn.Parameter;

/**
 * A rule that changes some parameters as whole matrices, for instance by their singular vectors, and all others element
 * by element. A parameter of more than two axes counts as the matrix [first axis, all others]: a row for each output of
 * a dense layer or a convolution.
 */
public interface MatrixOptimizer extends Optimizer {

  /** Whether a parameter is changed as a matrix. Depends on nothing that changes. */
  boolean takes(Parameter parameter);

  /**
   * Changes one parameter that the rule {@linkplain #takes takes}, after its gradient was scaled, regularized and
   * clipped. Reads and writes nothing else of the arrays, so that matrices can be changed at the same time. The arrays
   * are those of {@link #update}.
   *
   * @param decay whether weight decay applies to it
   * @param at where the matrix [rows, columns] begins, without gaps between its rows
   */
  void updateMatrix(
      float[] values,
      float[] grads,
      float[][] state,
      double[] numbers,
      boolean decay,
      int at,
      int rows,
      int columns);
}
