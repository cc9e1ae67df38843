package dev.kindling.train;

import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.Loader;
import dev.kindling.nd.Ops;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import dev.kindling.optim.Snapshot;
import dev.kindling.optim.Updater;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The loop over epochs and batches, and where it stands. */
final class TrainingLoop implements Training {

  private final Trainer trainer;
  private final Model model;
  private final Updater updater;
  private final Evaluator evaluator;
  private final History history;
  private final List<Metric> metrics;
  private final List<Callback> callbacks;
  private final @Nullable Average average;
  private final Pass pass;
  private final Scratch gradients = new Scratch();

  private int epochs;
  private int epoch;
  private int batches;
  private int batch;
  private double lossSum;
  private long examples;
  private double batchLoss = Double.NaN;
  private int pendingBatches;
  private long pendingExamples;
  private boolean hasValidation;
  private boolean restored;
  private boolean withinEpoch;
  private @Nullable String stopReason;
  private long began;
  private long epochBegan;

  TrainingLoop(Trainer trainer) {
    this.trainer = trainer;
    this.model = trainer.model;
    this.updater = trainer.updater;
    this.evaluator = trainer.evaluator;
    this.history = trainer.history;
    this.metrics = Collections.unmodifiableList(trainer.metrics);
    this.callbacks = trainer.callbacks;
    this.average = trainer.averaging == null ? null : new Average(trainer.averaging, model);
    this.pass = model.newPass(Mode.TRAIN, trainer.seed);
  }

  // ---------------------------------------------------------------- epochs

  void run(Loader train, @Nullable Loader validation, int lastEpoch) {
    epochs = lastEpoch;
    batches = train.batches();
    hasValidation = validation != null;
    restored = false;
    stopReason = null;
    history.stopped(null);
    began = trainer.clock.getAsLong();
    epochBegan = began;
    for (Callback callback : callbacks) {
      callback.onTrainBegin(this);
    }
    while (history.size() < lastEpoch && stopReason == null) {
      runEpoch(train, validation);
    }
    history.stopped(stopReason);
    for (Callback callback : callbacks) {
      callback.onTrainEnd(this);
    }
  }

  private void runEpoch(Loader train, @Nullable Loader validation) {
    if (average != null) {
      average.hide();
    }
    epochBegan = trainer.clock.getAsLong();
    evaluator.resetMetrics();
    if (!withinEpoch) {
      epoch = history.size() + 1;
      batch = 0;
      lossSum = 0;
      examples = 0;
      batchLoss = Double.NaN;
      withinEpoch = true;
    }
    updater.epoch(epoch - 1);
    for (Callback callback : callbacks) {
      callback.onEpochBegin(this);
    }
    try (Batches all = train.epoch(epoch - 1, batch)) {
      for (Batch next = all.next(); next != null && stopReason == null; next = all.next()) {
        batch++;
        learn(next);
        for (int i = 0; i < callbacks.size(); i++) {
          callbacks.get(i).onBatchEnd(this);
        }
      }
    }
    if (pendingBatches > 0) {
      step();
    }
    endEpoch(validation);
  }

  private void endEpoch(@Nullable Loader validation) {
    NonFiniteLossException broken =
        Diagnosis.ofParameters(model, updater.lastLearningRate(), epoch, batch);
    if (broken != null) {
      throw broken;
    }
    Evaluation ofTraining = evaluator.result(loss());
    if (average != null) {
      average.afterEpoch(epoch);
      average.show();
    }
    Evaluation ofValidation = validation == null ? null : evaluator.run(validation);
    history.add(
        new History.Epoch(
            epoch, ofTraining, ofValidation, updater.lastLearningRate(), epochSeconds()));
    withinEpoch = false;
    if (trainer.plateauMonitor != null) {
      updater.observe(trainer.plateauMonitor.value(history.last()));
    }
    for (Callback callback : callbacks) {
      callback.onEpochEnd(this);
    }
  }

  // ---------------------------------------------------------------- batches

  private void learn(Batch data) {
    Tensor y = model.forward(data.x(), pass);
    Tensor dy = gradients.of(y.shape());
    double loss = trainer.loss.gradient(y, data.y(), dy);
    if (!Double.isFinite(loss)) {
      throw Diagnosis.ofLoss(model, data, loss, updater.lastLearningRate(), epoch, batch);
    }
    evaluator.updateMetrics(y, data.y());
    batchLoss = trainer.reportPenalty ? loss + updater.penalty() : loss;
    lossSum += batchLoss * data.size();
    examples += data.size();

    if (pendingBatches == 0) {
      model.parameters().clearGradients();
    }
    if (trainer.accumulate > 1) {
      Ops.scale(data.size(), dy, dy); // a sum over examples; the step divides by their number
    }
    model.backward(dy, pass);
    pendingBatches++;
    pendingExamples += data.size();
    if (pendingBatches == trainer.accumulate) {
      step();
    }
  }

  private void step() {
    updater.step(trainer.accumulate > 1 ? 1.0 / pendingExamples : 1);
    pendingBatches = 0;
    pendingExamples = 0;
    if (average != null) {
      average.afterStep();
    }
  }

  // ---------------------------------------------------------------- what callbacks see

  @Override
  public Model model() {
    return model;
  }

  @Override
  public int epochs() {
    return epochs;
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public int batches() {
    return batches;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public long steps() {
    return updater.steps();
  }

  @Override
  public double learningRate() {
    return updater.lastLearningRate();
  }

  @Override
  public double loss() {
    return examples == 0 ? Double.NaN : lossSum / examples;
  }

  @Override
  public double batchLoss() {
    return batchLoss;
  }

  @Override
  public List<Metric> metrics() {
    return metrics;
  }

  @Override
  public boolean hasValidation() {
    return hasValidation;
  }

  @Override
  public double seconds() {
    return 1e-9 * (trainer.clock.getAsLong() - began);
  }

  @Override
  public double epochSeconds() {
    return 1e-9 * (trainer.clock.getAsLong() - epochBegan);
  }

  @Override
  public History history() {
    return history;
  }

  @Override
  public void stop(String reason) {
    stopReason = reason;
  }

  @Override
  public @Nullable String stopReason() {
    return stopReason;
  }

  // ---------------------------------------------------------------- going on later

  /** Whether nothing has run since the last {@link #restore}. */
  boolean restored() {
    return restored;
  }

  @Override
  public Snapshot snapshot() {
    Snapshot s = new Snapshot();
    Weights.of(model).save(s, "model");
    updater.save(s, "updater");
    Rng.State random = pass.rng().state();
    s.put("loop.random", random.key(), random.counter());
    s.put(
        "loop.position",
        epoch,
        batch,
        withinEpoch ? 1 : 0,
        examples,
        pendingBatches,
        pendingExamples);
    s.put("loop.losses", lossSum, batchLoss);
    if (pendingBatches > 0) {
      model.parameters().settleGradients();
      s.put("loop.gradients", model.parameters().grads());
    }
    if (average != null) {
      average.save(s, "average");
    }
    history.save(s, "history");
    for (int i = 0; i < callbacks.size(); i++) {
      callbacks.get(i).save(s, "callback" + i);
    }
    return s;
  }

  void restore(Snapshot s) {
    Weights.restored(s, "model").checkedFor(model).putInto(model);
    updater.restore(s, "updater");
    long[] random = s.longs("loop.random", 2);
    pass.rng().restore(new Rng.State(random[0], random[1]));
    long[] position = s.longs("loop.position", 6);
    epoch = (int) position[0];
    batch = (int) position[1];
    withinEpoch = position[2] != 0;
    examples = position[3];
    pendingBatches = (int) position[4];
    pendingExamples = position[5];
    double[] losses = s.doubles("loop.losses", 2);
    lossSum = losses[0];
    batchLoss = losses[1];
    if (pendingBatches > 0) {
      model.parameters().settleGradients();
      s.copyTo("loop.gradients", model.parameters().grads());
    }
    if (average != null) {
      average.restore(s, "average");
    }
    history.restore(s, "history", metrics);
    for (int i = 0; i < callbacks.size(); i++) {
      callbacks.get(i).restore(s, "callback" + i);
    }
    restored = true;
  }
}
