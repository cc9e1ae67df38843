package dev.kindling.train;

import dev.kindling.nd.Tensor;
import dev.kindling.nd.kernel.Parallel;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.optim.Snapshot;
import java.util.List;

/** The average of a model's weights so far, and the exchange of it with the weights. */
final class Average {

  private static final int CHUNK = 1 << 15;

  private final Averaging rule;
  private final float[] values;
  private final float[] average;
  private final List<Layer.Buffer> buffers;
  private final float[][] bufferAverages;
  private final Parallel.Chunks mixChunk = this::mixChunk;
  private long count;
  private boolean inModel;
  private float share;

  Average(Averaging rule, Model model) {
    this.rule = rule;
    this.values = model.parameters().values();
    this.average = new float[values.length];
    this.buffers = model.buffers();
    this.bufferAverages = new float[buffers.size()][];
    for (int i = 0; i < bufferAverages.length; i++) {
      bufferAverages[i] = new float[buffers.get(i).value().size()];
    }
  }

  void afterStep() {
    if (rule.exponential()) {
      double decay = Math.min(rule.decay(), (1.0 + count) / (10.0 + count));
      mix(count == 0 ? 1 : 1 - decay);
    }
  }

  void afterEpoch(int epoch) {
    if (!rule.exponential() && epoch >= rule.fromEpoch()) {
      mix(1.0 / (count + 1));
    }
  }

  private void mix(double newShare) {
    share = (float) newShare;
    Parallel.run((values.length + CHUNK - 1) / CHUNK, mixChunk);
    for (int i = 0; i < bufferAverages.length; i++) {
      Tensor tensor = buffers.get(i).value();
      float[] to = bufferAverages[i];
      for (int j = 0; j < to.length; j++) {
        to[j] += share * (tensor.data()[tensor.offset() + j] - to[j]);
      }
    }
    count++;
  }

  private void mixChunk(int index) {
    mix(average, values, share, index * CHUNK, Math.min(values.length, (index + 1) * CHUNK));
  }

  private static void mix(float[] a, float[] w, float share, int from, int to) {
    for (int i = from; i < to; i++) {
      a[i] = Math.fma(share, w[i] - a[i], a[i]);
    }
  }

  /** Puts the average into the model, if there is one, and keeps the weights. */
  void show() {
    if (!inModel && count > 0) {
      exchange();
    }
  }

  /** Puts the weights back. */
  void hide() {
    if (inModel) {
      exchange();
    }
  }

  private void exchange() {
    exchange(values, 0, average);
    for (int i = 0; i < bufferAverages.length; i++) {
      Tensor tensor = buffers.get(i).value();
      exchange(tensor.data(), tensor.offset(), bufferAverages[i]);
    }
    inModel = !inModel;
  }

  private static void exchange(float[] a, int offset, float[] b) {
    for (int i = 0; i < b.length; i++) {
      float t = a[offset + i];
      a[offset + i] = b[i];
      b[i] = t;
    }
  }

  void save(Snapshot snapshot, String prefix) {
    snapshot.put(prefix + ".count", count, inModel ? 1 : 0);
    snapshot.put(prefix + ".values", average);
    for (int i = 0; i < bufferAverages.length; i++) {
      snapshot.put(prefix + ".buffer" + i, bufferAverages[i]);
    }
  }

  void restore(Snapshot snapshot, String prefix) {
    long[] counts = snapshot.longs(prefix + ".count", 2);
    snapshot.copyTo(prefix + ".values", average);
    for (int i = 0; i < bufferAverages.length; i++) {
      snapshot.copyTo(prefix + ".buffer" + i, bufferAverages[i]);
    }
    count = counts[0];
    inModel = counts[1] != 0;
  }
}
