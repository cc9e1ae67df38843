package dev.kindling.nn.io;

import dev.kindling.nd.DataFormatException;
import dev.kindling.nd.Tensor;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Model;
import dev.kindling.nn.io.Header.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The tensors of a file beside the parameters and buffers of a model: all of them must fit before any is read. */
final class Weights {

  /** A count that PyTorch keeps in batch norms and that nothing needs when the momentum is a number. */
  private static final String UNUSED = ".num_batches_tracked";

  private static final int LISTED = 8;

  private final TensorFile file;
  private final Map<String, Tensor> numbers;
  private final Map<String, @Nullable Entry> sources = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();

  Weights(TensorFile file, Model model) {
    if (model.isFrozen()) {
      throw new IllegalStateException(
          "A frozen model takes no weights. Load them into the model that it was made from, and freeze that again");
    }
    this.file = file;
    this.numbers = ModelFile.numbers(model);
  }

  /** Takes a tensor of the file for one of the model. */
  void match(String name, Entry entry) {
    Tensor target = numbers.get(name);
    String shown = Header.shortened(entry.name());
    if (target == null) {
      faults.add("unexpected '" + shown + "' " + entry.shape());
    } else if (!target.shape().equals(entry.shape())) {
      faults.add(
          String.format("'%s' is %s, the model needs %s", shown, entry.shape(), target.shape()));
      sources.put(name, entry);
    } else if (sources.put(name, entry) != null) {
      faults.add("two tensors for '" + name + "'");
    }
  }

  /**
   * Reads what was matched.
   *
   * @throws DataFormatException if something is missing, unexpected or of another shape; the model is then as it was
   */
  void read() throws IOException {
    for (Map.Entry<String, Tensor> e : numbers.entrySet()) {
      if (!sources.containsKey(e.getKey())) {
        faults.add("missing '" + e.getKey() + "' " + e.getValue().shape());
      }
    }
    if (!faults.isEmpty()) {
      StringBuilder s = new StringBuilder("the tensors don't fit the model: ");
      for (int i = 0; i < Math.min(LISTED, faults.size()); i++) {
        s.append(i == 0 ? "" : "; ").append(faults.get(i));
      }
      if (faults.size() > LISTED) {
        s.append("; and ").append(faults.size() - LISTED).append(" more");
      }
      throw new DataFormatException(file.name(), Header.PREFIX, s.toString());
    }
    for (Map.Entry<String, @Nullable Entry> e : sources.entrySet()) {
      Tensor target = numbers.get(e.getKey());
      if (target != null && e.getValue() != null) {
        file.read(e.getValue(), target.data(), target.offset());
      }
    }
  }

  // ---------------------------------------------------------------- files from elsewhere

  /** Reads tensors into the model's of the same name, after renaming. */
  static void load(Model model, Path path, UnaryOperator<String> rename) throws IOException {
    try (TensorFile open = TensorFile.open(path)) {
      Weights weights = new Weights(open, model);
      for (Entry e : open.entries()) {
        if (!e.name().endsWith(UNUSED)) {
          weights.match(rename.apply(e.name()), e);
        }
      }
      weights.read();
    }
  }

  /**
   * Reads tensors into the model's layers by the numbers in their names: the first numbered group of tensors goes to the
   * first layer that has any, and so on.
   */
  static void loadInOrder(Model model, Path path) throws IOException {
    try (TensorFile open = TensorFile.open(path)) {
      Weights weights = new Weights(open, model);
      List<String> layers = new ArrayList<>();
      for (Layer layer : model.layers()) {
        if (!layer.parameters().isEmpty() || !layer.buffers().isEmpty()) {
          layers.add(layer.path());
        }
      }
      int i = 0;
      for (Map.Entry<String, List<Entry>> group : weights.groups().entrySet()) {
        for (Entry e : group.getValue()) {
          String own = e.name().substring(e.name().lastIndexOf('.') + 1);
          weights.match(i < layers.size() ? layers.get(i) + "." + own : e.name(), e);
        }
        i++;
      }
      weights.read();
    }
  }

  /** Tensors by what comes before the last dot of their names, in the order of the numbers in it. */
  private Map<String, List<Entry>> groups() throws DataFormatException {
    Map<String, List<Entry>> groups = new TreeMap<>(Weights::compareNumbers);
    String first = null;
    for (Entry e : file.entries()) {
      if (e.name().endsWith(UNUSED)) {
        continue;
      }
      String group = e.name().substring(0, Math.max(0, e.name().lastIndexOf('.')));
      first = first == null ? group : first;
      if (!Arrays.equals(words(group), words(first))) {
        throw new DataFormatException(
            file.name(),
            Header.PREFIX,
            String.format(
                "'%s' and '%s' differ in more than numbers, so their order isn't known."
                    + " Name the model's layers like the tensors, or rename the tensors",
                Header.shortened(first), Header.shortened(group)));
      }
      groups.computeIfAbsent(group, g -> new ArrayList<>()).add(e);
    }
    return groups;
  }

  /** A name without its numbers. */
  private static String[] words(String name) {
    return name.split("[0-9]+", -1);
  }

  /** Compares names that differ in their numbers only. */
  private static int compareNumbers(String a, String b) {
    String[] left = a.split("[^0-9]+", -1);
    String[] right = b.split("[^0-9]+", -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      String l = left[i].replaceFirst("^0+(?=.)", "");
      String r = right[i].replaceFirst("^0+(?=.)", "");
      int order =
          l.length() != r.length() ? Integer.compare(l.length(), r.length()) : l.compareTo(r);
      if (order != 0) {
        return order;
      }
    }
    return a.compareTo(b);
  }
}
