package dev.kindling.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kindling.data.format.Npy;
import dev.kindling.data.format.RawArray;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResizeTest {

  private final Map<String, byte[]> files = TestImages.all();

  private RawArray array(String name) throws IOException {
    return Npy.read(new ByteArrayInputStream(TestImages.get(files, name)), name);
  }

  private Image large() throws IOException {
    double[] values = array("large.npy").toDoubles();
    byte[] rgb = new byte[values.length];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (int) values[i];
    }
    return new Image(120, 90, rgb);
  }

  private void assertNear(String expected, Image found, double most) throws IOException {
    double[] values = array(expected).toDoubles();
    assertEquals(values.length, 3 * found.width() * found.height());
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      worst = Math.max(worst, Math.abs(values[i] - (found.rgb()[i] & 0xff)));
    }
    assertTrue(worst <= most, expected + ": off by " + worst);
  }

  @Test
  void lanczosIsPillows() throws IOException {
    for (int[] size : new int[][] {{32, 32}, {64, 48}, {50, 90}, {200, 131}}) {
      Image found = Resize.resize(large(), size[0], size[1], Resize.Filter.LANCZOS);
      // Pillow rounds between rows and columns and clips there; this doesn't.
      assertNear("lanczos_" + size[0] + "x" + size[1] + ".npy", found, 12);
      assertMeanNear("lanczos_" + size[0] + "x" + size[1] + ".npy", found, 0.5);
    }
  }

  private void assertMeanNear(String expected, Image found, double most) throws IOException {
    double[] values = array(expected).toDoubles();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += Math.abs(values[i] - (found.rgb()[i] & 0xff));
    }
    assertTrue(sum / values.length <= most, expected + ": off by " + sum / values.length);
  }

  @Test
  void areaIsTheMeanOverTheAreaOfAPixel() throws IOException {
    for (int[] size : new int[][] {{32, 32}, {64, 48}, {50, 90}}) {
      Image found = Resize.resize(large(), size[0], size[1], Resize.Filter.AREA);
      assertNear("area_" + size[0] + "x" + size[1] + ".npy", found, 0.501);
    }
  }

  private static Image made() {
    byte[] rgb = new byte[3 * 200 * 200];
    for (int y = 0; y < 200; y++) {
      for (int x = 0; x < 200; x++) {
        int p = 3 * (200 * y + x);
        rgb[p] = wave(9 * x + 4 * y);
        rgb[p + 1] = wave(x * y / 9);
        rgb[p + 2] = wave((x - 90) * (x - 90) / 20 + (y - 120) * (y - 120) / 30);
      }
    }
    return new Image(200, 200, rgb);
  }

  private static byte wave(int k) {
    return (byte) Math.abs(k % 510 - 255);
  }

  @Test
  void fromTheSizeOfPhotographsLanczosIsPillowsOnEachChannel() throws IOException {
    Image lanczos = Resize.resize(made(), 64, 64, Resize.Filter.LANCZOS);
    for (int channel = 0; channel < 3; channel++) {
      assertTrue(channelDistance("made_lanczos.npy", lanczos, channel) < 0.25);
    }
  }

  private double channelDistance(String expected, Image found, int channel) throws IOException {
    double[] values = array(expected).toDoubles();
    double sum = 0;
    for (int i = channel; i < values.length; i += 3) {
      sum += Math.abs(values[i] - (found.rgb()[i] & 0xff));
    }
    return 3 * sum / values.length;
  }

  @Test
  void areaEnlargesLinearly() throws IOException {
    Image found = Resize.resize(large(), 200, 131, Resize.Filter.AREA);
    assertNear("bilinear_200x131.npy", found, 1);
  }

  @Test
  void theSameSizeIsTheSameImage() throws IOException {
    Image large = large();
    assertSame(large, Resize.resize(large, 120, 90, Resize.Filter.LANCZOS));
  }

  @Test
  void croppingKeepsProportionsAndTheCentre() {
    byte[] rgb = new byte[3 * 40 * 10];
    for (int i = 0; i < 400; i++) {
      rgb[3 * i] = (byte) (i % 40); // red is the column
    }
    Image found = Resize.cropAndResize(new Image(40, 10, rgb), 10, 10, Resize.Filter.AREA);
    for (int i = 0; i < 10; i++) {
      assertEquals(15 + i, found.rgb()[3 * i]);
    }
  }

  @Test
  void refusesNoSize() throws IOException {
    Image large = large();
    assertThrows(
        IllegalArgumentException.class, () -> Resize.resize(large, 0, 5, Resize.Filter.AREA));
  }
}
