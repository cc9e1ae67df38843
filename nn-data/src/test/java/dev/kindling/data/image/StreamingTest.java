package dev.kindling.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kindling.data.Batch;
import dev.kindling.data.Batches;
import dev.kindling.data.DataLoader;
import dev.kindling.data.Loader;
import dev.kindling.data.augment.ColorJitter;
import dev.kindling.data.augment.CutMix;
import dev.kindling.data.augment.RandomAffine;
import dev.kindling.data.augment.RandomCrop;
import dev.kindling.data.augment.RandomErasing;
import dev.kindling.data.augment.RandomFlip;
import dev.kindling.data.augment.RandomResizedCrop;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images by the thousand: {@code -Dkindling.stream=100000} says how many. */
@Timeout(3600)
class StreamingTest {

  private static final int IMAGES = Integer.getInteger("kindling.stream", 5000);
  private static final int EPOCH = 500;

  @TempDir Path dir;

  @Test
  void aStreamOfImagesLeavesTheHeapAsItWasAfterTheFirstThousand() throws IOException {
    writeImages();
    Loader loader =
        ImageFolder.open(dir, 64)
            .loader(32)
            .shuffled(1)
            .augment(RandomFlip.horizontal(0.5))
            .augment(new RandomCrop(4))
            .workers(2);
    int epoch = 0;
    for (; epoch * EPOCH < 1000; epoch++) {
      drain(loader, epoch);
    }
    long before = used();
    for (; epoch * EPOCH < IMAGES; epoch++) {
      drain(loader, epoch);
    }
    double ratio = (double) used() / before;
    assertEquals(1, ratio, 0.05, "heap after " + IMAGES + " images over that after 1,000");
  }

  @Test
  void everyBatchHasTheSameBytesAtAnyNumberOfThreads() throws IOException {
    writeImages();
    DataLoader loader =
        ImageFolder.open(dir, 24)
            .slice(0, 100)
            .oneHot(2)
            .loader(16)
            .shuffled(1)
            .augment(RandomFlip.horizontal(0.5))
            .augment(new RandomCrop(4))
            .augment(new RandomResizedCrop())
            .augment(new RandomAffine().rotate(20).translate(0.1).zoom(0.8, 1.2))
            .augment(new ColorJitter().brightness(0.2).contrast(0.2).saturation(0.2).hue(0.1))
            .augment(new RandomErasing(0.5))
            .mix(new CutMix(1));
    List<Integer> serial = hashes(loader.epoch(2));
    assertEquals(7, serial.size());
    for (int workers : new int[] {1, 2, 8}) {
      assertEquals(serial, hashes(loader.workers(workers).epoch(2)), workers + " workers");
    }
  }

  private static List<Integer> hashes(Batches batches) {
    List<Integer> hashes = new ArrayList<>();
    try (batches) {
      for (Batch b = batches.next(); b != null; b = batches.next()) {
        hashes.add(
            Arrays.hashCode(
                new int[] {
                  Arrays.hashCode(b.x().toArray()),
                  Arrays.hashCode(b.y().toArray()),
                  Arrays.hashCode(b.indices())
                }));
      }
    }
    return hashes;
  }

  private void writeImages() throws IOException {
    Map<String, byte[]> images = TestImages.all();
    List<String> names = List.of("plain.jpg", "gray.jpg", "cmyk.jpg", "exif6.jpg", "plain.png");
    for (int i = 0; i < EPOCH; i++) {
      String name = names.get(i % names.size());
      Files.write(
          dir.resolve("cat." + i + name.substring(name.length() - 4)),
          TestImages.get(images, name));
    }
  }

  private static void drain(Loader loader, int epoch) {
    int seen = 0;
    try (Batches batches = loader.epoch(epoch)) {
      for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
        seen += batch.size();
      }
    }
    assertEquals(EPOCH, seen);
  }

  /** Bytes that the last collection left, without the room that threads have set aside since. */
  private static long used() {
    for (int i = 0;
        i < 4;
        i++) { // the serial collector leaves some dead objects, but not each time
      System.gc();
    }
    long sum = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        sum += pool.getCollectionUsage().getUsed();
      }
    }
    return sum;
  }
}
