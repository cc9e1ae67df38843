package dev.kindling.train;

import dev.kindling.data.Loader;
import dev.kindling.nd.ShapeException;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import dev.kindling.nn.loss.Loss;
import dev.kindling.optim.Clip;
import dev.kindling.optim.Optimizer;
import dev.kindling.optim.Regularizer;
import dev.kindling.optim.Snapshot;
import dev.kindling.optim.Updater;
import dev.kindling.optim.schedule.ReduceOnPlateau;
import dev.kindling.optim.schedule.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model: for every batch forward, loss, backward, the optimizer's step.
 *
 * <pre>{@code
 * Trainer trainer = Trainer.of(model, new SoftmaxCrossEntropy(), Adam.withRate(1e-3))
 *     .metric(new Accuracy()).callback(EarlyStopping.onValidationLoss(3));
 * History history = trainer.fit(train.loader(128).shuffled(42), validation.loader(512), 10);
 * }</pre>
 *
 * <p>Settings change this trainer and return it; make them before the first {@code fit}. The same model, data, settings
 * and seeds give the same bits at any number of threads. A step in steady state allocates nothing on one thread. One
 * thread at a time.
 */
public final class Trainer {

  private static final Logger LOG = LoggerFactory.getLogger(Trainer.class);

  final Model model;
  final Loss loss;
  final Updater updater;
  final List<Metric> metrics = new ArrayList<>();
  final List<Callback> callbacks = new ArrayList<>();
  final History history = new History();
  final Evaluator evaluator;
  @Nullable Monitor plateauMonitor;
  @Nullable Averaging averaging;
  boolean reportPenalty;
  int accumulate = 1;
  long seed;
  LongSupplier clock = System::nanoTime;

  private @Nullable TrainingLoop loop;

  private Trainer(Model model, Loss loss, Updater updater) {
    this.model = model;
    this.loss = loss;
    this.updater = updater;
    this.evaluator = new Evaluator(model, loss, metrics);
  }

  /** A trainer with an optimizer, and no metrics, callbacks or other settings yet. */
  public static Trainer of(Model model, Loss loss, Optimizer optimizer) {
    return of(model, loss, Updater.of(model, optimizer));
  }

  /** A trainer with an updater that was set up by hand. */
  public static Trainer of(Model model, Loss loss, Updater updater) {
    return new Trainer(model, loss, updater);
  }

  // ---------------------------------------------------------------- settings

  /** Also measures this, over training batches and over validation data. */
  public Trainer metric(Metric metric) {
    beforeTraining();
    for (Metric other : metrics) {
      if (other.name().equals(metric.name())) {
        throw new IllegalArgumentException("There is already a metric '" + metric.name() + "'");
      }
    }
    metrics.add(metric);
    return this;
  }

  /** Also calls this. */
  public Trainer callback(Callback callback) {
    beforeTraining();
    callbacks.add(callback);
    return this;
  }

  /** Lets the learning rate follow a schedule. Default: constant. */
  public Trainer schedule(Schedule schedule) {
    beforeTraining();
    updater.schedule(schedule);
    return this;
  }

  /** Makes the learning rate smaller when a number of the epochs stops improving. Default: no. */
  public Trainer reduceOnPlateau(ReduceOnPlateau rule, Monitor monitor) {
    beforeTraining();
    if (rule.higherIsBetter() != monitor.higherIsBetter()) {
      throw new IllegalArgumentException(
          "The rule and '" + monitor.name() + "' don't agree whether higher is better");
    }
    updater.reduceOnPlateau(rule);
    plateauMonitor = monitor;
    return this;
  }

  /** Adds a penalty to the loss, on weights or on parameters of the given roles. Default: none. */
  public Trainer regularizer(Regularizer regularizer, Parameter.Role... roles) {
    beforeTraining();
    updater.regularizer(regularizer, roles);
    return this;
  }

  /** Adds the penalties to the training loss that is reported, not only to the gradients. Default: no. */
  public Trainer reportPenalty() {
    beforeTraining();
    reportPenalty = true;
    return this;
  }

  /** Lets the optimizer's weight decay fall on parameters of these roles only. Default: on all, as in PyTorch. */
  public Trainer decay(Parameter.Role... roles) {
    beforeTraining();
    updater.decay(roles);
    return this;
  }

  /** Limits the norm of all gradients together. Default: no. */
  public Trainer clipNorm(double max) {
    return clip(Clip.norm(max));
  }

  /** Limits gradients. Default: no. */
  public Trainer clip(Clip clip) {
    beforeTraining();
    updater.clip(clip);
    return this;
  }

  /** Limits the norm of every row of a weight; see {@link Updater#maxNorm}. Default: no. */
  public Trainer maxNorm(double max) {
    beforeTraining();
    updater.maxNorm(max);
    return this;
  }

  /**
   * Makes one step of the gradients of so many batches, as if they were one: for batches larger than memory. The mean
   * is over examples, so a short batch counts less. Default: 1.
   */
  public Trainer accumulate(int batches) {
    beforeTraining();
    if (batches < 1) {
      throw new IllegalArgumentException("accumulate must be at least 1, got " + batches);
    }
    accumulate = batches;
    return this;
  }

  /** Validates, and ends with, an average of the weights. Default: no. */
  public Trainer averaging(Averaging averaging) {
    beforeTraining();
    this.averaging = averaging;
    return this;
  }

  /** The seed of what layers draw while training, such as dropout. Default: 0. */
  public Trainer seed(long seed) {
    beforeTraining();
    this.seed = seed;
    return this;
  }

  /** Where time is read, in nanoseconds. Default: {@link System#nanoTime}. */
  public Trainer clock(LongSupplier nanos) {
    beforeTraining();
    this.clock = nanos;
    return this;
  }

  private void beforeTraining() {
    if (loop != null) {
      throw new IllegalStateException("Settings can't change once training has begun");
    }
  }

  // ---------------------------------------------------------------- training

  /**
   * Trains without validation.
   *
   * @see #fit(Loader, Loader, int)
   */
  public History fit(Loader train, int epochs) {
    return run(train, null, epochs);
  }

  /**
   * Trains until so many epochs are over, counted from the beginning of training: a second call with a larger number
   * goes on.
   *
   * @param train the examples to learn from
   * @param validation the examples to measure the model on after each epoch
   * @param epochs at least 1
   * @return the numbers of all epochs so far
   * @throws ShapeException if the data don't fit the model or the loss
   * @throws NonFiniteLossException if the loss or a parameter becomes NaN or infinite
   */
  public History fit(Loader train, Loader validation, int epochs) {
    return run(train, validation, epochs);
  }

  private History run(Loader train, @Nullable Loader validation, int epochs) {
    evaluator.check("training data", train);
    if (validation != null) {
      evaluator.check("validation data", validation);
    }
    boolean restored = loop != null && loop.restored();
    if (epochs <= history.size() && !restored) {
      throw new IllegalArgumentException(
          "epochs must be at least 1 and counts from the beginning of training, of which "
              + history.size()
              + " are over; got "
              + epochs);
    }
    warnIfNothingLearns();
    loop().run(train, validation, epochs);
    return history;
  }

  private void warnIfNothingLearns() {
    List<Parameter> all = model.parameters().list();
    if (all.stream().allMatch(Parameter::frozen)) {
      LOG.warn(
          "Nothing is trainable: {}. The model stays as it is",
          all.isEmpty() ? "the model has no parameters" : "all parameters are frozen");
    }
  }

  /**
   * Measures the model: the mean loss over all examples, and the metrics.
   *
   * @throws ShapeException if the data don't fit the model or the loss
   */
  public Evaluation evaluate(Loader data) {
    evaluator.check("data", data);
    return evaluator.run(data);
  }

  /** The numbers of all epochs so far. */
  public History history() {
    return history;
  }

  /** What changes the parameters. */
  public Updater updater() {
    return updater;
  }

  // ---------------------------------------------------------------- going on later

  /**
   * The whole state of the training: weights, buffers, the optimizer's state, random numbers, averages, history, and
   * the state of the callbacks.
   */
  public Snapshot snapshot() {
    return loop().snapshot();
  }

  /**
   * Goes back to a snapshot of a trainer with the same model and settings: the next {@code fit} gives the bits that it
   * would have given there. If the snapshot was taken within an epoch, the metrics of that epoch's training batches
   * cover its rest only.
   *
   * @throws IllegalArgumentException if the snapshot is of another model or of other settings
   */
  public void restore(Snapshot snapshot) {
    loop().restore(snapshot);
  }

  private TrainingLoop loop() {
    if (loop == null) {
      loop = new TrainingLoop(this);
    }
    return loop;
  }
}
