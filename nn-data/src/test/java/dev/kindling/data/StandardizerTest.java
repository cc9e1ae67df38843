package dev.kindling.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kindling.nd.Rng;
import dev.kindling.nd.ShapeException;
import dev.kindling.nd.Tensor;
import org.junit.jupiter.api.Test;

class StandardizerTest {

  private static Dataset rows(float[][] rows) {
    return ArrayDataset.of(Tensor.matrix(rows), Tensor.zeros(rows.length));
  }

  @Test
  void standardizesEachFeatureToMeanZeroAndVarianceOne() {
    Dataset data = rows(new float[][] {{1, 100}, {2, 300}, {3, 200}, {6, 0}});
    Standardizer s = Standardizer.fit(data);
    // numpy: mean [3, 150], std [1.8708287, 111.8034]
    assertArrayEquals(new float[] {3, 150}, s.shift(), 1e-6f);
    assertArrayEquals(new float[] {1 / 1.8708287f, 1 / 111.8034f}, s.scale(), 1e-6f);
    ArrayDataset done = data.map(s).inMemory();
    assertArrayEquals(new float[] {-1.0690450f, -0.4472136f}, done.x().row(0).toArray(), 1e-6f);
  }

  @Test
  void standardizesEachChannelOfImages() {
    Tensor x = Rng.seeded(1).fillNormal(Tensor.zeros(50, 2, 4, 4), 0, 1);
    for (int i = 0; i < 50; i++) {
      Tensor channel = x.row(i).row(1);
      for (int j = 0; j < 16; j++) {
        channel.data()[channel.offset() + j] = channel.data()[channel.offset() + j] * 5 + 1000;
      }
    }
    Dataset data = ArrayDataset.of(x, Tensor.zeros(50));
    ArrayDataset done = data.map(Standardizer.fit(data)).inMemory();
    for (int c = 0; c < 2; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 50; i++) {
        for (float v : done.x().row(i).row(c).toArray()) {
          sum += v;
          squares += (double) v * v;
        }
      }
      assertEquals(0, sum / 800, 1e-4);
      assertEquals(1, squares / 800, 1e-3);
    }
    assertEquals(1, Standardizer.fitOverall(data).shift().length);
  }

  @Test
  void aFeatureThatNeverVariesIsOnlyShifted() {
    Standardizer s = Standardizer.fit(rows(new float[][] {{0.1f, 1}, {0.1f, 2}, {0.1f, 3}}));
    Tensor x = Tensor.of(new float[] {0.1f, 2}, 2);
    s.apply(x);
    assertArrayEquals(new float[] {0, 0}, x.toArray(), 1e-6f);
  }

  @Test
  void rangeRunsFromZeroToOne() {
    Dataset data = rows(new float[][] {{-5, 7}, {5, 7}, {0, 7}});
    ArrayDataset done = data.map(Standardizer.fitRange(data)).inMemory();
    assertArrayEquals(new float[] {0, 0, 1, 0, 0.5f, 0}, done.x().toArray());
  }

  @Test
  void missingValuesAreLeftOutAndCanBecomeTheMean() {
    Dataset data = rows(new float[][] {{1}, {Float.NaN}, {3}});
    Standardizer s = Standardizer.fit(data);
    assertArrayEquals(new float[] {2}, s.shift());
    assertArrayEquals(new float[] {-1, Float.NaN, 1}, data.map(s).inMemory().x().toArray());
    assertArrayEquals(new float[] {-1, 0, 1}, data.map(s.fillMissing()).inMemory().x().toArray());
  }

  @Test
  void invertTakesBack() {
    Standardizer s = Standardizer.of(new float[] {3, -1}, new float[] {2, 0.5f});
    Tensor x = Tensor.of(new float[] {4, 8}, 2);
    s.apply(x);
    assertArrayEquals(new float[] {0.5f, 18}, x.toArray());
    s.invert(x);
    assertArrayEquals(new float[] {4, 8}, x.toArray());
  }

  @Test
  void scaleMultipliesEveryNumber() {
    Tensor x = Tensor.of(new float[] {51, 255, 0}, 1, 3);
    Standardizer.scale(1 / 255f).apply(x);
    assertArrayEquals(new float[] {0.2f, 1, 0}, x.toArray(), 1e-7f);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(
        IllegalArgumentException.class, () -> Standardizer.of(new float[] {1}, new float[] {0}));
    assertThrows(
        IllegalArgumentException.class, () -> Standardizer.of(new float[] {1}, new float[] {1, 2}));
    Standardizer s = Standardizer.of(new float[] {1, 2}, new float[] {1, 2});
    assertThrows(ShapeException.class, () -> s.apply(Tensor.zeros(3)));
    Dataset none = rows(new float[][] {{1}}).slice(0, 0);
    assertThrows(IllegalArgumentException.class, () -> Standardizer.fit(none));
  }
}
