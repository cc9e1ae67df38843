package dev.kindling.data.augment;

import dev.kindling.data.Transform;
import dev.kindling.nd.Rng;
import dev.kindling.nd.Tensor;

/**
 * Rotates, zooms and shifts an image about its centre, each by a random amount, in one step; linear between pixels, what
 * comes in from outside is black, or the edge if that is asked for.
 *
 * <pre>{@code
 * new RandomAffine().rotate(15).zoom(0.9, 1.1).translate(0.1)
 * }</pre>
 */
public final class RandomAffine implements Transform {

  private final double degrees;
  private final double least;
  private final double most;
  private final double share;
  private final boolean edges;
  private final Warp warp;

  /** That does nothing yet. */
  public RandomAffine() {
    this(0, 1, 1, 0, false);
  }

  private RandomAffine(double degrees, double least, double most, double share, boolean edges) {
    this.degrees = degrees;
    this.least = least;
    this.most = most;
    this.share = share;
    this.edges = edges;
    this.warp = new Warp(edges);
  }

  /**
   * Rotates by an angle uniform in ±{@code most} degrees. Default: 0.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 180
   */
  public RandomAffine rotate(double mostDegrees) {
    Settings.within("degrees", mostDegrees, 0, 180);
    return new RandomAffine(mostDegrees, least, most, share, edges);
  }

  /**
   * Enlarges by a factor uniform between two; below 1 shrinks. Default: 1 to 1.
   *
   * @throws IllegalArgumentException if they aren't a range above 0
   */
  public RandomAffine zoom(double leastFactor, double mostFactor) {
    Settings.ordered("zoom", leastFactor, mostFactor);
    return new RandomAffine(degrees, leastFactor, mostFactor, share, edges);
  }

  /**
   * Shifts by an amount uniform in ± a share of the width, and of the height. Default: 0.
   *
   * @throws IllegalArgumentException if it isn't between 0 and 1
   */
  public RandomAffine translate(double mostShare) {
    Settings.within("translate", mostShare, 0, 1);
    return new RandomAffine(degrees, least, most, mostShare, edges);
  }

  /**
   * Lets the image's edge go on outside of it, so that no black frame says how the image was moved. Default: black
   * comes in.
   */
  public RandomAffine withEdges() {
    return new RandomAffine(degrees, least, most, share, true);
  }

  @Override
  public void apply(Tensor example, Rng rng) {
    Settings.image("RandomAffine", example);
    double angle = Math.toRadians((2 * rng.nextDouble() - 1) * degrees);
    double factor = least + rng.nextDouble() * (most - least);
    double right = (2 * rng.nextDouble() - 1) * share * example.dim(2);
    double down = (2 * rng.nextDouble() - 1) * share * example.dim(1);
    apply(example, angle, factor, right, down);
  }

  /** Counter-clockwise by an angle in radians. */
  void apply(Tensor example, double angle, double factor, double right, double down) {
    // The inverse map: shifted back, rotated back, shrunk back.
    double cos = StrictMath.cos(angle) / factor;
    double sin = StrictMath.sin(angle) / factor;
    warp.apply(example, cos, -sin, -cos * right + sin * down, sin, cos, -sin * right - cos * down);
  }
}
