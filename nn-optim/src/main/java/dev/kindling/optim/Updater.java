package dev.kindling.optim;

import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter.Role;
import dev.kindling.nn.Parameters;
import dev.kindling.optim.schedule.Plateau;
import dev.kindling.optim.schedule.ReduceOnPlateau;
import dev.kindling.optim.schedule.Schedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes a model's parameters by an {@link Optimizer}, and holds what the optimizer remembers: slabs of the layout of
 * {@link Parameters#values}, and the step count. The loop by hand:
 *
 * <pre>{@code
 * Updater updater = Updater.of(model, Adam.withRate(1e-3));
 * …
 * Tensor y = model.forward(x, pass);
 * double l = loss.gradient(y, target, dy);
 * model.parameters().clearGradients();
 * model.backward(dy, pass);
 * updater.step();
 * }</pre>
 *
 * <p>A step goes over the parameters once (twice if gradients are clipped by norm), split over the library's threads in
 * chunks that don't depend on how many there are, and allocates nothing. Frozen parameters are left out, with their
 * gradients and their state. One thread at a time.
 */
public final class Updater {

  /** Elements, of all parameters together, below which one thread does all. */
  private static final int SERIAL = 1 << 15;

  /** Elements that are prepared (scaled, regularized, cut) and then used while they are still in the cache. */
  private static final int BLOCK = 1 << 12;

  private final Parameters parameters;
  private final Optimizer optimizer;
  private final float[][] state;
  private final double[] numbers;
  private final Chunks chunks;
  private final @Nullable Matrices matrices;
  private final Parallel.Chunks prepareChunk = this::prepareChunk;
  private final Parallel.Chunks updateChunk = this::updateChunk;
  private final Parallel.Chunks penaltyChunk = this::penaltyChunk;

  private final Set<Role> decayed = EnumSet.allOf(Role.class);
  private final Map<Role, List<Regularizer>> regularizers = new EnumMap<>(Role.class);
  private @Nullable Clip clip;
  private @Nullable MaxNorm maxNorm;
  private Schedule schedule = Schedule.constant();
  private @Nullable Plateau plateau;

  private double baseRate;
  private double lastRate;
  private long steps;
  private int epoch;
  private double norm = Double.NaN;

  /** Of the step that runs: what gradients are multiplied by before they are used. */
  private float scale;

  private Updater(Parameters parameters, Optimizer optimizer) {
    this.parameters = parameters;
    this.optimizer = optimizer;
    this.state = new float[optimizer.stateNames().size()][parameters.size()];
    this.numbers = new double[optimizer.numbers()];
    if (optimizer instanceof MatrixOptimizer rule) {
      this.chunks = new Chunks(parameters, rule::takes);
      this.matrices = new Matrices(rule, parameters, state, numbers, decayed);
    } else {
      this.chunks = new Chunks(parameters, parameter -> false);
      this.matrices = null;
    }
    this.baseRate = optimizer.learningRate();
    this.lastRate = baseRate;
    optimizer.initialize(state, numbers);
  }

  /** An updater that begins at step 0. */
  public static Updater of(Model model, Optimizer optimizer) {
    return new Updater(model.parameters(), optimizer);
  }

  // ---------------------------------------------------------------- settings

  /** Lets the learning rate follow a schedule. Default: constant. */
  public Updater schedule(Schedule schedule) {
    this.schedule = schedule;
    lastRate = learningRate();
    return this;
  }

  /** Makes the learning rate smaller when {@link #observe} sees no progress. Default: no. */
  public Updater reduceOnPlateau(ReduceOnPlateau rule) {
    plateau = rule.start();
    return this;
  }

  /** Limits gradients. Default: no. */
  public Updater clip(@Nullable Clip clip) {
    this.clip = clip;
    return this;
  }

  /** Adds a penalty to the loss, on weights or on parameters of the given roles. Default: none. */
  public Updater regularizer(Regularizer regularizer, Role... roles) {
    for (Role role : roles.length == 0 ? new Role[] {Role.WEIGHT} : roles) {
      regularizers.computeIfAbsent(role, r -> new ArrayList<>()).add(regularizer);
    }
    return this;
  }

  /** Lets the optimizer's weight decay fall on parameters of these roles only. Default: on all, as in PyTorch. */
  public Updater decay(Role... roles) {
    decayed.clear();
    Collections.addAll(decayed, roles);
    return this;
  }

  /**
   * After each step, scales down every row of a weight (what leads to one output) whose Euclidean norm is above a limit
   * (Srivastava and others, "Dropout", 2014). Default: no.
   */
  public Updater maxNorm(double max) {
    maxNorm = new MaxNorm(parameters, max);
    return this;
  }

  // ---------------------------------------------------------------- stepping

  /** Changes the parameters by their gradients, once. */
  public void step() {
    step(1);
  }

  /**
   * As {@link #step()}, with all gradients multiplied by a number first: for gradients that were summed over several
   * backward passes. What the gradients hold afterwards is not defined.
   */
  public void step(double gradientScale) {
    parameters.settleGradients();
    chunks.refresh();
    lastRate = learningRate();
    optimizer.prepare(lastRate, steps + 1, numbers);
    scale = (float) gradientScale;
    if (clip != null && clip.kind() != Clip.Kind.VALUE) {
      run(prepareChunk);
      norm = totalNorm(clip.kind());
      scale = (float) clip.factor(norm);
    }
    run(updateChunk);
    if (matrices != null) {
      matrices.update();
    }
    if (maxNorm != null) {
      maxNorm.apply();
    }
    steps++;
  }

  private void run(Parallel.Chunks work) {
    if (chunks.elements() < SERIAL) {
      for (int i = 0; i < chunks.count(); i++) {
        work.run(i);
      }
    } else {
      Parallel.run(chunks.count(), work);
    }
  }

  /** Before clipping by norm: makes the gradients whole, and sums up their norm. */
  private void prepareChunk(int index) {
    float[] g = parameters.grads();
    List<Regularizer> penalties = regularizers(index);
    int end = chunks.to(index);
    double sum = 0;
    for (int from = chunks.from(index); from < end; from += BLOCK) {
      int to = Math.min(end, from + BLOCK);
      prepare(g, penalties, from, to);
      sum = Norms.add(clip == null ? Clip.Kind.NORM : clip.kind(), sum, g, from, to);
    }
    chunks.partial(index, sum);
  }

  private List<Regularizer> regularizers(int chunk) {
    List<Regularizer> penalties = regularizers.get(chunks.role(chunk));
    return penalties == null ? List.of() : penalties;
  }

  private double totalNorm(Clip.Kind kind) {
    double sum = 0;
    for (int i = 0; i < chunks.count(); i++) {
      sum = Norms.combine(kind, sum, chunks.partial(i));
    }
    return Norms.finish(kind, sum);
  }

  /** The gradients of a range as the optimizer should see them, but for clipping by norm. */
  private void prepare(float[] g, List<Regularizer> penalties, int from, int to) {
    if (scale != 1) {
      scale(g, scale, from, to);
    }
    for (int i = 0; i < penalties.size(); i++) {
      penalties.get(i).addGradient(parameters.values(), g, from, to);
    }
  }

  private void updateChunk(int index) {
    float[] w = parameters.values();
    float[] g = parameters.grads();
    List<Regularizer> penalties = regularizers(index);
    int end = chunks.to(index);
    boolean decay = decayed.contains(chunks.role(index));
    boolean byNorm = clip != null && clip.kind() != Clip.Kind.VALUE;
    boolean byValue = clip != null && !byNorm;
    boolean prepares = scale != 1 || byValue || (!byNorm && !penalties.isEmpty());
    int stride = prepares ? BLOCK : Chunks.SIZE;
    for (int from = chunks.from(index); from < end; from += stride) {
      int to = Math.min(end, from + stride);
      if (byNorm && scale != 1) {
        scale(g, scale, from, to);
      } else if (!byNorm && prepares) {
        prepare(g, penalties, from, to);
      }
      if (byValue && clip != null) {
        cut(g, (float) clip.max(), from, to);
      }
      if (!chunks.matrix(index)) {
        optimizer.update(w, g, state, numbers, decay, from, to);
      }
    }
  }

  private static void scale(float[] g, float factor, int from, int to) {
    for (int i = from; i < to; i++) {
      g[i] *= factor;
    }
  }

  private static void cut(float[] g, float max, int from, int to) {
    for (int i = from; i < to; i++) {
      g[i] = Math.max(-max, Math.min(max, g[i]));
    }
  }

  // ---------------------------------------------------------------- the learning rate and other
  // numbers

  /** The number of steps so far. */
  public long steps() {
    return steps;
  }

  /** The learning rate that the next step would have. */
  public double learningRate() {
    return schedule.rate(baseRate, schedule.perEpoch() ? epoch : steps);
  }

  /** The learning rate of the last step; before the first, the one it will have. */
  public double lastLearningRate() {
    return lastRate;
  }

  /** The learning rate that the schedule starts from: the optimizer's, until this or a plateau changes it. */
  public void baseRate(double rate) {
    Checks.notNegative("rate", rate);
    baseRate = rate;
  }

  /** Says which epoch runs, counted from 0, for schedules that go by epochs. */
  public void epoch(int epoch) {
    this.epoch = epoch;
  }

  /**
   * Says how good the model is at the end of an epoch, for {@link #reduceOnPlateau}.
   *
   * @return whether the learning rate was reduced
   */
  public boolean observe(double value) {
    if (plateau == null) {
      return false;
    }
    double before = baseRate;
    baseRate = plateau.observe(baseRate, value);
    return baseRate != before;
  }

  /** The norm of all gradients in the last step, before clipping; NaN unless they are clipped by norm. */
  public double gradientNorm() {
    return norm;
  }

  /** The sum of all penalties for the parameters as they are; 0 without a regularizer. */
  public double penalty() {
    if (regularizers.isEmpty()) {
      return 0;
    }
    chunks.refresh();
    run(penaltyChunk);
    double sum = 0;
    for (int i = 0; i < chunks.count(); i++) {
      sum += chunks.partial(i);
    }
    return sum;
  }

  private void penaltyChunk(int index) {
    double sum = 0;
    List<Regularizer> penalties = regularizers(index);
    for (int i = 0; i < penalties.size(); i++) {
      sum += penalties.get(i).penalty(parameters.values(), chunks.from(index), chunks.to(index));
    }
    chunks.partial(index, sum);
  }

  /** The rule. */
  public Optimizer optimizer() {
    return optimizer;
  }

  // ---------------------------------------------------------------- going on later

  /** Puts step count, slabs and the learning rate's state into a snapshot, under names that begin with the prefix. */
  public void save(Snapshot snapshot, String prefix) {
    snapshot.put(prefix + ".steps", steps, epoch);
    snapshot.put(prefix + ".rates", baseRate, lastRate);
    snapshot.put(prefix + ".numbers", numbers);
    List<String> names = optimizer.stateNames();
    for (int i = 0; i < state.length; i++) {
      snapshot.put(prefix + "." + names.get(i), state[i]);
    }
    if (plateau != null) {
      plateau.save(snapshot, prefix + ".plateau");
    }
  }

  /**
   * Takes back what {@link #save} put in, so that the next steps give the same bits.
   *
   * @throws IllegalArgumentException if the snapshot is of another model or optimizer
   */
  public void restore(Snapshot snapshot, String prefix) {
    long[] counts = snapshot.longs(prefix + ".steps", 2);
    double[] rates = snapshot.doubles(prefix + ".rates", 2);
    double[] saved = snapshot.doubles(prefix + ".numbers", numbers.length);
    List<String> names = optimizer.stateNames();
    for (int i = 0; i < state.length; i++) {
      snapshot.copyTo(prefix + "." + names.get(i), state[i]);
    }
    System.arraycopy(saved, 0, numbers, 0, saved.length);
    steps = counts[0];
    epoch = (int) counts[1];
    baseRate = rates[0];
    lastRate = rates[1];
    if (plateau != null) {
      plateau.restore(snapshot, prefix + ".plateau");
    }
  }
}
