package dev.kindling.data.download;

import java.nio.file.Path;

/** Downloads a file in a process of its own: address, hash, directory. */
public final class DownloadProgram {

  private DownloadProgram() {}

  /** Exits with 1 on failure. */
  public static void main(String[] args) throws Exception {
    Download.of(args[0], args[1]).allowHttp().into(Path.of(args[2]));
  }
}
