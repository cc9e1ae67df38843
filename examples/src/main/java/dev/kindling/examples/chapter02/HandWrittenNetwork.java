package dev.kindling.examples.chapter02;

import dev.kindling.nd.Ops;
import dev.kindling.nd.Reduce;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/**
 * A network with one hidden layer and nothing hidden from the reader: every step forward and every gradient is a line of
 * tensor arithmetic.
 *
 * <pre>
 *   z1 = x · W1ᵀ + b1      [n, hidden]
 *   a1 = tanh(z1)
 *   z2 = a1 · W2ᵀ + b2     [n, 1]
 *   p  = sigmoid(z2)       the probability of class 1
 *   cost = -mean( y·ln p + (1 - y)·ln(1 - p) )
 * </pre>
 */
final class HandWrittenNetwork {

  private final Tensor w1; // [hidden, 2]
  private final Tensor b1; // [hidden]
  private final Tensor w2; // [1, hidden]
  private final Tensor b2; // [1]

  HandWrittenNetwork(int hidden, Rng rng) {
    w1 = rng.fillNormal(Tensor.zeros(hidden, 2), 0, 0.5f);
    b1 = Tensor.zeros(hidden);
    w2 = rng.fillNormal(Tensor.zeros(1, hidden), 0, 0.5f);
    b2 = Tensor.zeros(1);
  }

  /** Trains on all examples at once and returns the cost before each step. */
  double[] train(Tensor x, Tensor y, int steps, float learningRate) {
    int n = x.dim(0);
    int hidden = w1.dim(0);
    Tensor a1 = Tensor.zeros(n, hidden);
    Tensor p = Tensor.zeros(n, 1);
    Tensor dz1 = Tensor.zeros(n, hidden);
    Tensor dz2 = Tensor.zeros(n, 1);
    Tensor dw1 = Tensor.zeros(hidden, 2);
    Tensor db1 = Tensor.zeros(hidden);
    Tensor dw2 = Tensor.zeros(1, hidden);
    Tensor db2 = Tensor.zeros(1);
    double[] costs = new double[steps];

    for (int step = 0; step < steps; step++) {
      forward(x, a1, p);
      costs[step] = cost(p, y);

      // Backward, from the cost to the weights. Sigmoid and cross-entropy together have a simple
      // derivative:
      Ops.scale(1f / n, Ops.sub(p, y, dz2), dz2); // dz2 = (p - y) / n
      Ops.gemm(1, dz2, true, a1, false, 0, dw2); // dW2 = dz2ᵀ · a1
      Reduce.sum(dz2, 0, db2); // db2 = sum over the examples of dz2

      Ops.matmul(dz2, w2, dz1); // da1 = dz2 · W2
      timesTanhDerivative(dz1, a1); // dz1 = da1 · (1 - a1²)
      Ops.gemm(1, dz1, true, x, false, 0, dw1); // dW1 = dz1ᵀ · x
      Reduce.sum(dz1, 0, db1); // db1 = sum over the examples of dz1

      // One step downhill.
      Ops.axpy(-learningRate, dw1, w1);
      Ops.axpy(-learningRate, db1, b1);
      Ops.axpy(-learningRate, dw2, w2);
      Ops.axpy(-learningRate, db2, b2);
    }
    return costs;
  }

  /** The probability of class 1 for each point. */
  Tensor predict(Tensor x) {
    Tensor p = Tensor.zeros(x.dim(0), 1);
    forward(x, Tensor.zeros(x.dim(0), w1.dim(0)), p);
    return p;
  }

  private void forward(Tensor x, Tensor a1, Tensor p) {
    Ops.gemm(1, x, false, w1, true, 0, a1);
    Ops.tanh(Ops.add(a1, b1, a1), a1);
    Ops.gemm(1, a1, false, w2, true, 0, p);
    Ops.sigmoid(Ops.add(p, b2, p), p);
  }

  private static void timesTanhDerivative(Tensor dz1, Tensor a1) {
    for (int i = 0; i < dz1.size(); i++) {
      float a = a1.data()[i];
      dz1.data()[i] *= 1 - a * a;
    }
  }

  private static double cost(Tensor p, Tensor y) {
    double sum = 0;
    for (int i = 0; i < p.size(); i++) {
      double probability = y.data()[i] == 1 ? p.data()[i] : 1 - p.data()[i];
      sum -= Math.log(Math.max(probability, 1e-12));
    }
    return sum / p.size();
  }
}
