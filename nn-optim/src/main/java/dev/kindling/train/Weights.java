package dev.kindling.train;

import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.optim.Snapshot;
import java.util.ArrayList;
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

  void takeFrom(Model model) {
    System.arraycopy(model.parameters().values(), 0, values, 0, values.length);
    List<Layer.Buffer> all = model.buffers();
    for (int i = 0; i < buffers.length; i++) {
      Tensor tensor = all.get(i).value();
      System.arraycopy(tensor.data(), tensor.offset(), buffers[i], 0, tensor.size());
    }
  }

  void putInto(Model model) {
    System.arraycopy(values, 0, model.parameters().values(), 0, values.length);
    List<Layer.Buffer> all = model.buffers();
    for (int i = 0; i < buffers.length; i++) {
      Tensor tensor = all.get(i).value();
      System.arraycopy(buffers[i], 0, tensor.data(), tensor.offset(), tensor.size());
    }
  }

  void save(Snapshot snapshot, String prefix) {
    snapshot.put(prefix + ".values", values);
    for (int i = 0; i < buffers.length; i++) {
      snapshot.put(prefix + ".buffer" + i, buffers[i]);
    }
  }

  static Weights restored(Snapshot snapshot, String prefix) {
    List<float[]> buffers = new ArrayList<>();
    while (snapshot.has(prefix + ".buffer" + buffers.size())) {
      buffers.add(snapshot.floats(prefix + ".buffer" + buffers.size()).clone());
    }
    return new Weights(
        snapshot.floats(prefix + ".values").clone(), buffers.toArray(new float[0][]));
  }

  /**
   * Refuses weights of another model.
   *
   * @throws IllegalArgumentException if sizes differ
   */
  Weights checkedFor(Model model) {
    List<Layer.Buffer> all = model.buffers();
    boolean fits = values.length == model.parameters().size() && buffers.length == all.size();
    for (int i = 0; fits && i < buffers.length; i++) {
      fits = buffers[i].length == all.get(i).value().size();
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "The snapshot is of another model: it holds "
              + values.length
              + " parameters and "
              + buffers.length
              + " buffers, where "
              + model
              + " has "
              + all.size()
              + " buffers");
    }
    return this;
  }
}
