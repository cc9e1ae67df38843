package dev.kindling.optim;

import dev.kindling.nn.Parameter;
import dev.kindling.nn.Parameter.Role;
import dev.kindling.nn.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * The parameters that aren't frozen, cut into chunks: runs of neighbours of one role that are all matrices to the rule, or
 * all not, each at most {@link #SIZE} elements, with room for one partial result each.
 */
final class Chunks {

  static final int SIZE = 1 << 16;

  private final List<Parameter> parameters;
  private final boolean[] frozen;
  private final boolean[] matrices;
  private boolean known;
  private int[] from = new int[0];
  private int[] to = new int[0];
  private Role[] role = new Role[0];
  private boolean[] matrix = new boolean[0];
  private double[] partial = new double[0];
  private int count;
  private int elements;

  Chunks(Parameters parameters, Predicate<Parameter> isMatrix) {
    this.parameters = parameters.inMemoryOrder();
    this.frozen = new boolean[this.parameters.size()];
    this.matrices = new boolean[this.parameters.size()];
    for (int i = 0; i < matrices.length; i++) {
      matrices[i] = isMatrix.test(this.parameters.get(i));
    }
  }

  /** Cuts anew if a parameter was frozen or thawed. */
  void refresh() {
    boolean same = known;
    for (int i = 0; i < frozen.length; i++) {
      boolean now = parameters.get(i).frozen();
      same &= now == frozen[i];
      frozen[i] = now;
    }
    if (!same) {
      cut();
      known = true;
    }
  }

  private void cut() {
    count = 0;
    elements = 0;
    int i = 0;
    while (i < frozen.length) {
      Parameter first = parameters.get(i);
      int end = first.offset() + first.size();
      int next = i + 1;
      while (next < frozen.length
          && frozen[next] == frozen[i]
          && matrices[next] == matrices[i]
          && parameters.get(next).role() == first.role()) {
        end += parameters.get(next).size();
        next++;
      }
      if (!frozen[i]) {
        for (int at = first.offset(); at < end; at += SIZE) {
          add(at, Math.min(end, at + SIZE), first.role(), matrices[i]);
        }
      }
      i = next;
    }
    partial = new double[count];
  }

  private void add(int begin, int end, Role roleOfAll, boolean allMatrices) {
    if (count == from.length) {
      int capacity = Math.max(8, 2 * count);
      from = Arrays.copyOf(from, capacity);
      to = Arrays.copyOf(to, capacity);
      role = Arrays.copyOf(role, capacity);
      matrix = Arrays.copyOf(matrix, capacity);
    }
    from[count] = begin;
    to[count] = end;
    role[count] = roleOfAll;
    matrix[count] = allMatrices;
    elements += end - begin;
    count++;
  }

  int count() {
    return count;
  }

  /** Of all chunks together. */
  int elements() {
    return elements;
  }

  int from(int index) {
    return from[index];
  }

  int to(int index) {
    return to[index];
  }

  Role role(int index) {
    return role[index];
  }

  /** Whether the rule changes it as a part of whole matrices. */
  boolean matrix(int index) {
    return matrix[index];
  }

  void partial(int index, double value) {
    partial[index] = value;
  }

  double partial(int index) {
    return partial[index];
  }
}
