package dev.kindling.optim.schedule;

import java.util.Arrays;
import java.util.List;

/**
 * The rate falls by a factor at given times: base·gamma^(how many milestones are past).
 *
 * @param milestones the steps (or epochs) from which on a smaller rate holds, ascending
 * @param gamma the factor; 0.1 is PyTorch's default
 */
public record MultiStep(List<Integer> milestones, double gamma) implements Schedule {

  /** Checks the settings. */
  public MultiStep {
    milestones = List.copyOf(milestones);
    Checks.positive("gamma", gamma);
    for (int i = 1; i < milestones.size(); i++) {
      if (milestones.get(i) < milestones.get(i - 1)) {
        throw new IllegalArgumentException("milestones must ascend, got " + milestones);
      }
    }
  }

  /** With the given factor at the given times. */
  public static MultiStep of(double gamma, int... milestones) {
    return new MultiStep(Arrays.stream(milestones).boxed().toList(), gamma);
  }

  @Override
  public double rate(double base, long t) {
    int past = 0;
    for (int i = 0; i < milestones.size(); i++) {
      if (t >= milestones.get(i)) {
        past++;
      }
    }
    return base * Math.pow(gamma, past);
  }
}
