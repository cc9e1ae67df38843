package dev.kindling.optim;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.Parameter.Role;
import dev.kindling.nn.Parameters;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** The parameters that a {@link MatrixOptimizer} takes, each changed as a whole. */
final class Matrices {

  private final MatrixOptimizer optimizer;
  private final Parameters parameters;
  private final float[][] state;
  private final double[] numbers;
  private final Set<Role> decayed;
  private final List<Parameter> largestFirst;
  private final Parallel.Chunks work = this::update;

  Matrices(
      MatrixOptimizer optimizer,
      Parameters parameters,
      float[][] state,
      double[] numbers,
      Set<Role> decayed) {
    this.optimizer = optimizer;
    this.parameters = parameters;
    this.state = state;
    this.numbers = numbers;
    this.decayed = decayed;
    this.largestFirst =
        parameters.inMemoryOrder().stream()
            .filter(optimizer::takes)
            .sorted(Comparator.comparing(Parameter::size).reversed())
            .toList();
  }

  /** Fewer matrices than threads are changed one after the other, each by products on all threads. */
  void update() {
    int count = largestFirst.size();
    Parallel.run(count, count < Parallel.threads(), work);
  }

  private void update(int index) {
    Parameter p = largestFirst.get(index);
    if (!p.frozen() && p.size() > 0) {
      int rows = p.shape().dim(0);
      optimizer.updateMatrix(
          parameters.values(),
          parameters.grads(),
          state,
          numbers,
          decayed.contains(p.role()),
          p.offset(),
          rows,
          p.size() / rows);
    }
  }
}
