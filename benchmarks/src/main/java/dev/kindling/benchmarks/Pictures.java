package dev.kindling.benchmarks;

import dev.kindling.nd.Rng;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.FileImageOutputStream;

/** JPEGs that cost as much to decode as photographs: soft discs before a slope, with some grain. */
final class Pictures {

  private static final int DISCS = 8;

  /** Gives 64×64 pictures about the 2.4 KB that photographs of that size have. */
  private static final float QUALITY = 0.85f;

  private Pictures() {}

  /**
   * Writes {@code cat.0.jpg} … and {@code dog.0.jpg} …, the same at every call.
   *
   * @param count how many, of both together
   * @param size their width and height
   */
  static void write(Path directory, int count, int size) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam quality = writer.getDefaultWriteParam();
    quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    quality.setCompressionQuality(QUALITY);
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    try {
      for (int i = 0; i < count; i++) {
        draw(image, Rng.seeded(i));
        Path file = directory.resolve((i % 2 == 0 ? "cat." : "dog.") + i / 2 + ".jpg");
        try (FileImageOutputStream out = new FileImageOutputStream(file.toFile())) {
          writer.setOutput(out);
          writer.write(null, new IIOImage(image, null, null), quality);
        }
      }
    } finally {
      writer.dispose();
    }
  }

  private static void draw(BufferedImage image, Rng rng) {
    int size = image.getWidth();
    double[] x = random(rng);
    double[] y = random(rng);
    double[] radius = random(rng);
    double[][] colour = {random(rng), random(rng), random(rng)};
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        double u = (double) column / size;
        double v = (double) row / size;
        int rgb = 0;
        for (double[] c : colour) {
          double level = 0.3 + 0.3 * c[0] * u + 0.3 * c[1] * v + 0.08 * (rng.nextDouble() - 0.5);
          for (int d = 0; d < DISCS; d++) {
            double distance = Math.hypot(u - x[d], v - y[d]) / (0.1 + 0.3 * radius[d]);
            level += (c[d] - level) / (1 + Math.exp(20 * (distance - 1)));
          }
          rgb = rgb << 8 | Math.max(0, Math.min(255, (int) (255 * level)));
        }
        image.setRGB(column, row, rgb);
      }
    }
  }

  private static double[] random(Rng rng) {
    double[] numbers = new double[DISCS];
    for (int i = 0; i < DISCS; i++) {
      numbers[i] = rng.nextDouble();
    }
    return numbers;
  }
}
