package dev.kindling.data.download;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A file that could not be had: says from where, what was expected, what came, and what to do. */
public final class DownloadException extends IOException {

  private static final long serialVersionUID = 1L;

  private final URI url;

  DownloadException(URI url, String reason, @Nullable Throwable cause) {
    super(url + ": " + reason, cause);
    this.url = url;
  }

  /** Where the file should have come from. */
  public URI url() {
    return url;
  }
}
