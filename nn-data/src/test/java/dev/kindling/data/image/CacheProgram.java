package dev.kindling.data.image;

import java.nio.file.Path;

/** Builds a cache in a process of its own: the images' folder, the cache's directory. */
public final class CacheProgram {

  private CacheProgram() {}

  /** Exits with 1 on failure. */
  public static void main(String[] args) throws Exception {
    ImageFolder.open(Path.of(args[0]), 20).cached(Path.of(args[1]), 2);
  }
}
