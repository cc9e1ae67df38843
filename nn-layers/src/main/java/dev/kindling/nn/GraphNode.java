package dev.kindling.nn;

import dev.kindling.nd.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in a {@link Graph}.
 *
 * @param name unique in the graph
 * @param kind what it does
 * @param from numbers of the nodes that it takes, all smaller than its own
 * @param layer for a layer
 * @param shape of an input, if it was said
 * @param memory the first of the passes' slots for the parts of its gradient
 */
record GraphNode(
    String name,
    Kind kind,
    List<Integer> from,
    @Nullable Layer layer,
    @Nullable Shape shape,
    int memory) {

  /** What a node does. */
  enum Kind {
    /** Gives a part of the graph's input. */
    INPUT,
    /** Runs a layer. */
    LAYER,
    /** Adds what it takes. */
    ADD,
    /** Joins what it takes along the first axis. */
    CONCAT
  }

  int from(int i) {
    return from.get(i);
  }

  Layer made() {
    if (layer == null) {
      throw new IllegalStateException("node '" + name + "' has no layer");
    }
    return layer;
  }
}
