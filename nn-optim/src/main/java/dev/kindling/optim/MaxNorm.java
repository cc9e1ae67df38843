package dev.kindling.optim;

import dev.kindling.nd.kernel.KernelProvider;
import dev.kindling.nd.kernel.Kernels;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Parameters;
import java.util.ArrayList;
import java.util.List;

/** Scales down rows of weights whose norm is above a limit. */
final class MaxNorm {

  private static final Kernels K = KernelProvider.get();
  private static final int CHUNK = 1 << 14;

  /** Some rows of one weight: the first element of the first and the last row's end, and the length of each. */
  private record Rows(Parameter parameter, int from, int to, int length) {}

  private final float[] values;
  private final double max;
  private final List<Rows> chunks = new ArrayList<>();
  private final Parallel.Chunks work = this::apply;

  MaxNorm(Parameters parameters, double max) {
    Checks.positive("maxNorm", max);
    this.values = parameters.values();
    this.max = max;
    for (Parameter p : parameters.inMemoryOrder()) {
      if (p.role() == Parameter.Role.WEIGHT && p.shape().rank() > 1 && p.size() > 0) {
        int length = p.size() / p.shape().dim(0);
        int stride = Math.max(1, CHUNK / length) * length;
        int end = p.offset() + p.size();
        for (int at = p.offset(); at < end; at += stride) {
          chunks.add(new Rows(p, at, Math.min(end, at + stride), length));
        }
      }
    }
  }

  void apply() {
    if (chunks.size() < 4) {
      for (int i = 0; i < chunks.size(); i++) {
        apply(i);
      }
    } else {
      Parallel.run(chunks.size(), work);
    }
  }

  private void apply(int index) {
    Rows rows = chunks.get(index);
    if (rows.parameter.frozen()) {
      return;
    }
    for (int at = rows.from; at < rows.to; at += rows.length) {
      double norm = Math.sqrt(K.dot(values, at, values, at, rows.length));
      if (norm > max) {
        float factor = (float) (max / norm);
        for (int i = at; i < at + rows.length; i++) {
          values[i] *= factor;
        }
      }
    }
  }
}
