package dev.kindling.nd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RngTest {

  @Test
  void aSeedGivesTheSameNumbersAlways() {
    Rng a = Rng.seeded(42);
    Rng b = Rng.seeded(42);
    for (int i = 0; i < 100; i++) {
      assertEquals(a.nextLong(), b.nextLong());
    }
    assertNotEquals(Rng.seeded(1).nextLong(), Rng.seeded(2).nextLong());
  }

  @Test
  void goesOnWhereItsStateWasTaken() {
    Rng rng = Rng.seeded(7);
    rng.nextGaussian();
    Rng.State state = rng.state();
    double[] next = {rng.nextGaussian(), rng.nextFloat(), rng.nextInt(10)};
    Rng restored = Rng.restored(state);
    assertArrayEquals(
        next, new double[] {restored.nextGaussian(), restored.nextFloat(), restored.nextInt(10)});
    rng.restore(state);
    assertEquals(next[0], rng.nextGaussian());
  }

  @Test
  void indexedSplitsDoNotDependOnOrderAndDoNotMoveTheParent() {
    Rng rng = Rng.seeded(3);
    long five = rng.split(5).nextLong();
    rng.split(9).nextLong();
    assertEquals(five, rng.split(5).nextLong());
    assertNotEquals(five, rng.split(6).nextLong());
    Rng.State before = rng.state();
    rng.split(1);
    assertEquals(before, rng.state());
    long a = rng.split().nextLong();
    assertNotEquals(a, rng.split().nextLong());
  }

  @Test
  void neighbouringSplitsAreUncorrelated() {
    int n = 20_000;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum +=
          (Rng.seeded(1).split(i).nextDouble() - 0.5)
              * (Rng.seeded(1).split(i + 1).nextDouble() - 0.5);
    }
    assertEquals(0, sum / n * 12, 5 / Math.sqrt(n));
  }

  @Test
  void uniformNumbersFillTheirRangeEvenly() {
    Tensor t = Rng.seeded(11).fillUniform(Tensor.zeros(100_000), -2, 6);
    int[] bins = new int[8];
    for (float v : t.data()) {
      assertTrue(v >= -2 && v < 6, "out of range: " + v);
      bins[(int) Math.floor(v + 2)]++;
    }
    for (int count : bins) {
      assertEquals(12_500, count, 5 * Math.sqrt(12_500));
    }
  }

  @Test
  void normalNumbersHaveTheRightMoments() {
    int n = 200_000;
    Tensor t = Rng.seeded(5).fillNormal(Tensor.zeros(n), 3, 2);
    double mean = Reduce.mean(t);
    double var = 0;
    double fourth = 0;
    int within = 0;
    for (float v : t.data()) {
      double z = (v - 3) / 2.0;
      var += z * z;
      fourth += z * z * z * z;
      within += Math.abs(z) < 1 ? 1 : 0;
    }
    assertEquals(3, mean, 0.025);
    assertEquals(1, var / n, 0.02);
    assertEquals(3, fourth / n, 0.15);
    assertEquals(0.6827, within / (double) n, 0.005);
  }

  @Test
  void smallIntegersAreUnbiased() {
    Rng rng = Rng.seeded(9);
    int[] counts = new int[3];
    for (int i = 0; i < 90_000; i++) {
      counts[rng.nextInt(3)]++;
    }
    for (int count : counts) {
      assertEquals(30_000, count, 800);
    }
    assertThrows(IllegalArgumentException.class, () -> rng.nextInt(0));
    int wide = Integer.MAX_VALUE;
    for (int i = 0; i < 100; i++) {
      int v = rng.nextInt(wide);
      assertTrue(v >= 0 && v < wide);
    }
  }

  @Test
  void aPermutationHoldsEachNumberOnceAndAllOrdersComeUp() {
    int[] p = Rng.seeded(1).permutation(1000);
    int[] sorted = p.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < 1000; i++) {
      assertEquals(i, sorted[i]);
    }
    Rng rng = Rng.seeded(2);
    int[] orders = new int[6];
    for (int i = 0; i < 6000; i++) {
      int[] q = rng.permutation(3);
      orders[q[0] * 2 + (q[1] > q[2] ? 1 : 0)]++;
    }
    for (int count : orders) {
      assertEquals(1000, count, 160);
    }
  }

  @Test
  void bernoulliMasksHaveTheirProbability() {
    Tensor t = Rng.seeded(4).fillBernoulli(Tensor.zeros(100_000), 0.3);
    assertEquals(0.3, Reduce.mean(t), 0.01);
    for (float v : t.data()) {
      assertTrue(v == 0 || v == 1);
    }
  }
}
