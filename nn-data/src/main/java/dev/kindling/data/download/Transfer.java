package dev.kindling.data.download;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One attempt to bring a file to its end, over one connection a redirection. */
final class Transfer {

  private static final int MAX_REDIRECTS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  private final URI url;
  private final long maxBytes;
  private final Check check;
  private final Download.Progress progress;
  private volatile long done;

  /** Says whether an address may be asked. */
  interface Check {
    void check(URI address) throws DownloadException;
  }

  Transfer(URI url, long maxBytes, Check check, Download.Progress progress) {
    this.url = url;
    this.maxBytes = maxBytes;
    this.check = check;
    this.progress = progress;
  }

  /**
   * Appends what is missing, or writes everything anew where the server can't go on in the middle.
   *
   * @throws DownloadException if the answer is one that asking again won't change
   * @throws IOException if the connection breaks
   */
  void run(FileChannel to) throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build();
    URI address = url;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      check.check(address);
      long from = to.size();
      HttpRequest.Builder request = HttpRequest.newBuilder(address).GET();
      if (from > 0) {
        request.header("Range", "bytes=" + from + "-");
      }
      HttpResponse<@Nullable Void> response = send(client, request.build(), to, from);
      int status = response.statusCode();
      if (status == 200 || status == 206) {
        return;
      } else if (status == 416 && from > 0) { // there is no more, or less than there is here
        to.truncate(0);
      } else if (status / 100 == 3 && response.headers().firstValue("Location").isPresent()) {
        address = redirected(address, response.headers());
      } else {
        throw failed(
            "expected the file, the server answered "
                + status
                + (address.equals(url) ? "" : " at " + address)
                + (status == 404 || status == 410 ? ". Is the address right?" : "."));
      }
    }
    throw failed("redirected more than " + MAX_REDIRECTS + " times, the last time to " + address);
  }

  private URI redirected(URI from, HttpHeaders headers) throws DownloadException {
    String location = headers.firstValue("Location").orElse("");
    try {
      return from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new DownloadException(url, "redirected to '" + location + "', which is no address", e);
    }
  }

  /** Waits as long as bytes keep coming. */
  private HttpResponse<@Nullable Void> send(
      HttpClient client, HttpRequest request, FileChannel to, long from) throws IOException {
    CompletableFuture<HttpResponse<@Nullable Void>> response =
        client.sendAsync(request, info -> receive(info, to, from));
    try {
      while (true) {
        long before = done;
        try {
          return response.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
          if (done == before) {
            throw new IOException("nothing came for " + PATIENCE.toSeconds() + " seconds", e);
          }
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException fromListener) {
        throw fromListener;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while downloading " + url);
    } finally {
      response.cancel(true);
    }
  }

  private BodySubscriber<@Nullable Void> receive(
      HttpResponse.ResponseInfo info, FileChannel to, long from) {
    HttpHeaders headers = info.headers();
    long start = 0;
    if (info.statusCode() == 206) {
      Matcher range = CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
      start = range.matches() ? Long.parseLong(range.group(1)) : -1;
    } else if (info.statusCode() != 200) {
      return HttpResponse.BodySubscribers.replacing(null);
    }
    long length = headers.firstValueAsLong("Content-Length").orElse(-1);
    return new Body(to, start, from, length);
  }

  /** Writes a body to the file as it comes. */
  private final class Body implements BodySubscriber<@Nullable Void> {
    private final CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
    private final FileChannel to;
    private final long start;
    private final long from;
    private final long length;
    private Flow.@Nullable Subscription subscription;

    Body(FileChannel to, long start, long from, long length) {
      this.to = to;
      this.start = start;
      this.from = from;
      this.length = length;
    }

    @Override
    public CompletionStage<@Nullable Void> getBody() {
      return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription s) {
      subscription = s;
      try {
        if (start != 0 && start != from) {
          throw failed("expected the file from byte " + from + " on, the server sent another part");
        }
        if (length >= 0 && start + length > maxBytes) {
          throw tooLarge(start + length);
        }
        to.truncate(start);
        to.position(start);
        done = start;
        s.request(1);
      } catch (IOException | RuntimeException e) {
        stop(e);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
      try {
        for (ByteBuffer buffer : buffers) {
          long now = done + buffer.remaining();
          if (now > maxBytes) {
            to.truncate(0);
            throw tooLarge(now);
          }
          while (buffer.hasRemaining()) {
            to.write(buffer);
          }
          done = now;
        }
        progress.at(done, length < 0 ? -1 : start + length);
        if (subscription != null) {
          subscription.request(1);
        }
      } catch (IOException | RuntimeException e) {
        stop(e);
      }
    }

    private void stop(Exception e) {
      if (subscription != null) {
        subscription.cancel();
      }
      result.completeExceptionally(e);
    }

    @Override
    public void onError(Throwable e) {
      result.completeExceptionally(e);
    }

    @Override
    public void onComplete() {
      result.complete(null);
    }
  }

  private DownloadException tooLarge(long bytes) {
    return failed(
        "expected at most " + maxBytes + " bytes, found " + bytes + ". See Download.maxBytes.");
  }

  private DownloadException failed(String reason) {
    return new DownloadException(url, reason, null);
  }
}
