package dev.kindling.train;

import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.optim.Snapshot;
import java.util.List;

/** A copy of all that a model has learned: parameters and buffers. */
final class Weights {

  private final float[] values;
  private final float[][] buffers;

  private Weights(float[] values, float[][] buffers) {
    this.values = values;
    this.buffers = buffers;
  }

  static Weights of(Model model) {
    List<Layer.Buffer> all = model.buffers();
    float[][] buffers = new float[all.size()][];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = all.get(i).value().toArray();
    }
    return new Weights(model.parameters().values().clone(), buffers);
  }

  void putInto(Model model) {
    System.arraycopy(values, 0, model.parameters().values(), 0, values.length);
    List<Layer.Buffer> all = model.buffers();
    for (int i = 0; i < buffers.length; i++) {
      var tensor = all.get(i).value();
      System.arraycopy(buffers[i], 0, tensor.data(), tensor.offset(), tensor.size());
    }
  }

  void save(Snapshot snapshot, String prefix) {
    snapshot.put(prefix + ".values", values);
    for (int i = 0; i < buffers.length; i++) {
      snapshot.put(prefix + ".buffer" + i, buffers[i]);
    }
  }

  /** What was saved of a model like this one. */
  static Weights restored(Snapshot snapshot, String prefix, Model model) {
    Weights weights = of(model); // for the sizes
    snapshot.copyTo(prefix + ".values", weights.values);
    for (int i = 0; i < weights.buffers.length; i++) {
      snapshot.copyTo(prefix + ".buffer" + i, weights.buffers[i]);
    }
    return weights;
  }
}
