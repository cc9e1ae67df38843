package dev.kindling.optim;

import java.util.List;

/**
 * A rule by which gradients change parameters. An immutable value that holds settings only: what the rule remembers of
 * earlier steps lies beside the parameters, in {@link Updater}, in arrays of the parameters' own layout ("slabs"). One
 * rule can therefore serve any number of models.
 *
 * <p>All formulas and defaults are PyTorch's. A {@code weightDecay} that belongs to a rule is coupled, that is added to
 * the gradient, unless the rule says that it is decoupled; it falls on all parameters unless {@link Updater#decay} says
 * otherwise. An epsilon is added outside of the root.
 */
public interface Optimizer {

  /** As in {@code "Adam"}. */
  String name();

  /** The learning rate before any schedule. */
  double learningRate();

  /** What is remembered of each parameter's element: the names of the slabs, none for plain gradient descent. */
  List<String> stateNames();

  /** How many numbers the rule needs of a whole step, such as bias corrections. */
  int numbers();

  /**
   * Sets what has to begin with something other than 0.
   *
   * @param state one slab for each of {@link #stateNames}, all 0
   * @param numbers {@link #numbers} many, all 0
   */
  default void initialize(float[][] state, double[] numbers) {}

  /**
   * Computes what is the same for all parameters in a step, once, before {@link #update} runs over them.
   *
   * @param learningRate of this step
   * @param step counted from 1
   * @param numbers overwritten; as they were left by the step before
   */
  void prepare(double learningRate, long step, double[] numbers);

  /**
   * Changes the parameters of one range. Reads and writes nothing outside of it, so that ranges can run at the same
   * time.
   *
   * @param values of all parameters
   * @param grads of all parameters; not changed
   * @param state one slab for each of {@link #stateNames}
   * @param numbers as {@link #prepare} left them; not changed
   * @param decay whether weight decay applies to this range
   * @param from the first element
   * @param to the one behind the last
   */
  void update(
      float[] values,
      float[] grads,
      float[][] state,
      double[] numbers,
      boolean decay,
      int from,
      int to);
}
