package dev.kindling.train;

import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.Loader;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Pass;
import dev.kindling.nn.loss.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Measures a model on data. */
final class Evaluator {

  private final Model model;
  private final Loss loss;
  private final List<Metric> metrics;
  private @Nullable Pass pass;

  Evaluator(Model model, Loss loss, List<Metric> metrics) {
    this.model = model;
    this.loss = loss;
    this.metrics = metrics;
  }

  /** Refuses data that don't fit the model or the loss. */
  void check(String what, Loader data) {
    if (!data.inputShape().equals(model.inputShape())) {
      String fix =
          data.inputShape().size() == model.inputShape().size()
              ? "Give the model that input shape, or begin it with a Flatten or Reshape"
              : "";
      throw ShapeException.of(
          what, "inputs " + model.inputShape(), data.inputShape().toString(), fix);
    }
    loss.check(model.outputShape(), data.targetShape());
    if (data.batches() == 0) {
      throw new IllegalArgumentException(
          "The " + what + " make no batch: there are " + data.size() + " examples");
    }
  }

  Evaluation run(Loader data) {
    if (pass == null) {
      pass = model.newPass(Mode.PREDICT, 0);
    }
    resetMetrics();
    double sum = 0;
    long examples = 0;
    try (Batches batches = data.epoch(0)) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        Tensor y = model.forward(batch.x(), pass);
        sum += loss.value(y, batch.y()) * batch.size();
        examples += batch.size();
        updateMetrics(y, batch.y());
      }
    }
    return result(sum / examples);
  }

  void resetMetrics() {
    for (int i = 0; i < metrics.size(); i++) {
      metrics.get(i).reset();
    }
  }

  void updateMetrics(Tensor prediction, Tensor target) {
    for (int i = 0; i < metrics.size(); i++) {
      metrics.get(i).update(prediction, target);
    }
  }

  /** This loss, with what the metrics say now. */
  Evaluation result(double meanLoss) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      values.put(metric.name(), metric.value());
    }
    return new Evaluation(meanLoss, values);
  }
}
