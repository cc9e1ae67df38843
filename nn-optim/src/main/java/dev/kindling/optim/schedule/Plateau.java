package dev.kindling.optim.schedule;

import dev.kindling.optim.Snapshot;

/** What a {@link ReduceOnPlateau} has seen so far. */
public final class Plateau {

  private final ReduceOnPlateau rule;
  private double best;
  private int bad;
  private int cooldown;

  Plateau(ReduceOnPlateau rule) {
    this.rule = rule;
    this.best = rule.higherIsBetter() ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /**
   * Takes the number of one more epoch.
   *
   * @param rate the learning rate as it is
   * @return the learning rate from here on
   */
  public double observe(double rate, double value) {
    if (improves(value)) {
      best = value;
      bad = 0;
    } else {
      bad++;
    }
    if (cooldown > 0) {
      cooldown--;
      bad = 0;
    }
    if (bad <= rule.patience()) {
      return rate;
    }
    bad = 0;
    cooldown = rule.cooldown();
    double reduced = Math.max(rate * rule.factor(), rule.minRate());
    return rate - reduced > rule.epsilon() ? reduced : rate;
  }

  private boolean improves(double value) {
    double margin = rule.relative() ? rule.threshold() * best : rule.threshold();
    if (Double.isInfinite(best)) {
      margin = 0;
    }
    return rule.higherIsBetter() ? value > best + margin : value < best - margin;
  }

  /** Puts what was seen into a snapshot. */
  public void save(Snapshot snapshot, String prefix) {
    snapshot.put(prefix + ".best", best);
    snapshot.put(prefix + ".counts", bad, cooldown);
  }

  /** Takes back what {@link #save} put in. */
  public void restore(Snapshot snapshot, String prefix) {
    long[] counts = snapshot.longs(prefix + ".counts", 2);
    best = snapshot.doubles(prefix + ".best", 1)[0];
    bad = (int) counts[0];
    cooldown = (int) counts[1];
  }
}
