package dev.kindling.data.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.kindling.data.format.Conformance;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DownloadTest {

  private static final byte[] CONTENTS = contents(300_000);
  private static final String HASH = Conformance.sha256(CONTENTS);

  @TempDir Path dir;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private HttpServer server;

  private static byte[] contents(int n) {
    byte[] bytes = new byte[n];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Answers to /set.bin; what was asked, and for which range, is kept. */
  private void serve(HttpHandler handler) {
    serve("/set.bin", handler);
  }

  private void serve(String path, HttpHandler handler) {
    serve(server, path, handler);
  }

  private void serve(HttpServer on, String path, HttpHandler handler) {
    on.createContext(
        path,
        exchange -> {
          try (exchange) {
            asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
            handler.handle(exchange);
          }
        });
  }

  private String address(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  private Download download() {
    return Download.of(address("/set.bin"), HASH).allowHttp();
  }

  private static void all(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, CONTENTS.length);
    exchange.getResponseBody().write(CONTENTS);
  }

  private static int start(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    return range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
  }

  /** As a server does that knows ranges. */
  private static void rest(HttpExchange exchange, int bytesBeforeTheCut) throws IOException {
    int start = start(exchange);
    int rest = CONTENTS.length - start;
    if (start > 0) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes " + start + "-" + (CONTENTS.length - 1) + "/" + CONTENTS.length);
    }
    exchange.sendResponseHeaders(start > 0 ? 206 : 200, rest);
    exchange.getResponseBody().write(CONTENTS, start, Math.min(rest, bytesBeforeTheCut));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  private void assertWhole(Path file) throws IOException {
    assertArrayEquals(CONTENTS, Files.readAllBytes(file));
    assertEquals(List.of(file.getFileName().toString()), files());
  }

  private String failure(Download download) {
    DownloadException e =
        assertThrows(DownloadException.class, () -> download.to(dir.resolve("set.bin")));
    assertTrue(String.valueOf(e.getMessage()).startsWith(e.url().toString()), e.getMessage());
    return String.valueOf(e.getMessage());
  }

  // ---------------------------------------------------------------- what goes well

  @Test
  void aFileArrivesWholeUnderItsNameAndOnlyOnce() throws IOException {
    serve(DownloadTest::all);
    List<Long> seen = new ArrayList<>();
    Download download =
        download()
            .progress(
                (done, total) -> {
                  assertEquals(CONTENTS.length, total);
                  seen.add(done);
                });
    Path file = download.into(dir);
    assertEquals(dir.resolve("set.bin"), file);
    assertWhole(file);
    assertEquals(CONTENTS.length, seen.get(seen.size() - 1));
    assertEquals(seen.stream().sorted().toList(), seen);
    assertEquals(file, download.into(dir));
    assertEquals(List.of("null"), asked);
  }

  @Test
  void aPartFromAnEarlierCallIsTakenUp() throws IOException {
    serve(exchange -> rest(exchange, CONTENTS.length));
    Files.write(dir.resolve("set.bin.part"), Arrays.copyOf(CONTENTS, 1234));
    assertWhole(download().into(dir));
    assertEquals(List.of("bytes=1234-"), asked);
  }

  @Test
  void aPartThatIsTheWholeFileNeedsNoServer() throws IOException {
    Files.write(dir.resolve("set.bin.part"), CONTENTS);
    assertWhole(download().into(dir));
    assertEquals(List.of(), asked);
  }

  @Test
  void aPartOfAnotherFileIsThrownAway() throws IOException {
    serve(exchange -> rest(exchange, CONTENTS.length));
    Files.write(dir.resolve("set.bin.part"), new byte[1234]);
    assertWhole(download().into(dir));
    assertEquals(List.of("bytes=1234-", "null"), asked);
  }

  @Test
  void aPartLongerThanTheFileIsThrownAway() throws IOException {
    serve(
        exchange -> {
          if (start(exchange) >= CONTENTS.length) {
            exchange.sendResponseHeaders(416, -1);
          } else {
            all(exchange);
          }
        });
    Files.write(dir.resolve("set.bin.part"), new byte[CONTENTS.length + 1]);
    assertWhole(download().into(dir));
    assertEquals(2, asked.size());
  }

  @Test
  void aServerWithoutRangesSendsAllAgain() throws IOException {
    serve(DownloadTest::all);
    Files.write(dir.resolve("set.bin.part"), new byte[1234]);
    assertWhole(download().into(dir));
    assertEquals(List.of("bytes=1234-"), asked);
  }

  @Test
  void aConnectionThatBreaksIsTakenUpWhereItBroke() throws IOException {
    serve(exchange -> rest(exchange, 100_000));
    assertWhole(download().into(dir));
    // At least: the JDK's client asks again by itself where a connection ends before an answer.
    assertTrue(asked.size() >= 3, asked.toString());
    assertEquals("null", asked.get(0));
    assertTrue(asked.get(asked.size() - 1).matches("bytes=\\d+-"), asked.toString());
  }

  @Test
  void redirectionsAreFollowed() throws IOException {
    serve("/a", exchange -> redirect(exchange, "/b"));
    serve("/b", exchange -> redirect(exchange, address("/set.bin")));
    serve(DownloadTest::all);
    assertWhole(Download.of(address("/a"), HASH).allowHttp().to(dir.resolve("x")));
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  @Test
  void manyThatAskForOneFileDownloadItOnce() throws Exception {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENTS.length);
          for (int i = 0; i < CONTENTS.length; i += 1000) {
            exchange.getResponseBody().write(CONTENTS, i, 1000);
            exchange.getResponseBody().flush();
          }
        });
    List<Future<Path>> all =
        threads.invokeAll(Collections.nCopies(4, (Callable<Path>) () -> download().into(dir)));
    for (Future<Path> one : all) {
      assertEquals(dir.resolve("set.bin"), one.get());
    }
    assertWhole(dir.resolve("set.bin"));
    assertEquals(1, asked.size());
  }

  @Test
  void anotherProgramIsWaitedFor() throws Exception {
    serve(DownloadTest::all);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<Process> programs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      programs.add(
          new ProcessBuilder(
                  java,
                  "-cp",
                  System.getProperty("java.class.path"),
                  DownloadProgram.class.getName(),
                  address("/set.bin"),
                  HASH,
                  dir.toString())
              .inheritIO()
              .start());
    }
    for (Process program : programs) {
      assertEquals(0, program.waitFor());
    }
    assertWhole(dir.resolve("set.bin"));
    assertEquals(1, asked.size());
  }

  @Test
  void httpsNeedsNoPermissionAndLeadsToNothingLess() throws Exception {
    serve(DownloadTest::all);
    SSLContext before = SSLContext.getDefault();
    SSLContext own = certified();
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(own));
    serve(secure, "/set.bin", exchange -> rest(exchange, 100_000));
    serve(secure, "/away", exchange -> redirect(exchange, address("/set.bin")));
    secure.start();
    SSLContext.setDefault(own);
    try {
      String address = "https://localhost:" + secure.getAddress().getPort();
      Files.createDirectory(dir.resolve("safe"));
      Path file = Download.of(address + "/set.bin", HASH).into(dir.resolve("safe"));
      assertArrayEquals(CONTENTS, Files.readAllBytes(file));
      assertTrue(asked.size() >= 3, asked.toString());
      int already = asked.size();
      String message = failure(Download.of(address + "/away", HASH));
      assertTrue(message.contains("redirected to http://"), message);
      assertEquals(already + 1, asked.size());
    } finally {
      SSLContext.setDefault(before);
      secure.stop(0);
    }
  }

  /** A certificate for localhost that the context itself trusts. */
  private SSLContext certified() throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Path file = dir.resolve("keys.p12");
    List<String> command = new ArrayList<>(List.of(keytool, "-genkeypair", "-keystore"));
    command.add(file.toString());
    command.addAll(List.of("-alias", "a", "-storepass", "secret", "-storetype", "PKCS12"));
    command.addAll(List.of("-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost"));
    assertEquals(
        0,
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor());
    KeyStore keys = KeyStore.getInstance(file.toFile(), "secret".toCharArray());
    Files.delete(file);
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, "secret".toCharArray());
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  // ---------------------------------------------------------------- what goes wrong

  @Test
  void aFileWithAnotherHashIsDeletedAndBothHashesAreNamed() throws IOException {
    byte[] other = CONTENTS.clone();
    other[0]++;
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, other.length);
          exchange.getResponseBody().write(other);
        });
    String message = failure(download());
    assertTrue(message.contains(HASH), message);
    assertTrue(message.contains(Conformance.sha256(other)), message);
    assertEquals(List.of(), files());
  }

  @Test
  void aFileInTheWayIsLeftAlone() throws IOException {
    Files.writeString(dir.resolve("set.bin"), "mine");
    String message = failure(download());
    assertTrue(message.contains("Delete it"), message);
    assertEquals("mine", Files.readString(dir.resolve("set.bin")));
    assertEquals(List.of("set.bin"), files());
  }

  @Test
  void aServerThatSendsNothingMoreEndsTheDownloadAndThePartStays() throws IOException {
    serve(exchange -> rest(exchange, start(exchange) == 0 ? 100_000 : 0));
    String message = failure(download());
    assertTrue(message.contains("another call goes on"), message);
    assertEquals(List.of("set.bin.part"), files());
    server.removeContext("/set.bin");
    serve(exchange -> rest(exchange, CONTENTS.length));
    assertWhole(download().into(dir));
  }

  @Test
  void aServerThatSendsTheWrongPartIsRefused() throws IOException {
    serve(
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", "bytes 7-10/11");
          exchange.sendResponseHeaders(206, 4);
          exchange.getResponseBody().write(CONTENTS, 7, 4);
        });
    Files.write(dir.resolve("set.bin.part"), Arrays.copyOf(CONTENTS, 1234));
    String message = failure(download());
    assertTrue(message.contains("from byte 1234 on"), message);
  }

  @Test
  void anAnswerOtherThanTheFileIsNamed() throws IOException {
    serve(exchange -> exchange.sendResponseHeaders(404, -1));
    String message = failure(download());
    assertTrue(message.contains("404. Is the address right?"), message);
    assertEquals(List.of(), files());
  }

  @Test
  void noServerIsNamed() throws IOException {
    Download download = download();
    server.stop(0);
    String message = failure(download);
    assertTrue(message.contains("Is there a network?"), message);
    assertEquals(List.of(), files());
  }

  @Test
  void moreBytesThanAllowedAreRefused() throws IOException {
    serve(DownloadTest::all);
    String message = failure(download().maxBytes(CONTENTS.length - 1));
    assertTrue(message.contains("at most 299999 bytes, found 300000"), message);
    server.removeContext("/set.bin");
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0); // of a length that isn't said
          exchange.getResponseBody().write(CONTENTS);
        });
    message = failure(download().maxBytes(1000));
    assertTrue(message.contains("Download.maxBytes"), message);
    assertEquals(List.of(), files());
  }

  @Test
  void httpIsSpokenOnlyWhereItIsAllowed() throws IOException {
    serve(DownloadTest::all);
    String message = failure(Download.of(address("/set.bin"), HASH));
    assertTrue(message.contains("Download.allowHttp"), message);
    assertEquals(List.of(), asked);
    failure(Download.of("file:/etc/hostname", HASH).allowHttp());
    assertEquals(List.of(), files());
  }

  @Test
  void redirectionsLeadNowhereElse() throws IOException {
    serve("/file", exchange -> redirect(exchange, "file:/etc/hostname"));
    String message = failure(Download.of(address("/file"), HASH).allowHttp());
    assertTrue(message.contains("redirected to file:/etc/hostname"), message);
    serve("/loop", exchange -> redirect(exchange, "/loop"));
    message = failure(Download.of(address("/loop"), HASH).allowHttp());
    assertTrue(message.contains("more than 5 times"), message);
    assertEquals(List.of(), files());
  }

  @Test
  void anExceptionOfTheListenerEndsTheDownload() {
    serve(DownloadTest::all);
    Download download =
        download()
            .progress(
                (done, total) -> {
                  throw new IllegalStateException("enough");
                });
    assertThrows(IllegalStateException.class, () -> download.into(dir));
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    assertThrows(IllegalArgumentException.class, () -> Download.of("https://a/b", "12"));
    assertThrows(IllegalArgumentException.class, () -> Download.of("not an address", HASH));
    assertThrows(IllegalArgumentException.class, () -> download().maxBytes(0));
    for (String end : List.of("/", "/..", "/.hidden", "/a%5Cb", "")) {
      Download download = Download.of("https://localhost" + end, HASH);
      assertThrows(IllegalArgumentException.class, () -> download.into(dir), end);
    }
  }

  // ---------------------------------------------------------------- where

  @Test
  void eachPlatformHasItsCacheDirectory() {
    Path home = dir.resolve("home");
    Path elsewhere = dir.resolve("elsewhere");
    assertEquals(home.resolve(".cache/kindling"), Caches.directory("Linux", home, name -> null));
    assertEquals(
        elsewhere.resolve("kindling"),
        Caches.directory(
            "Linux", home, name -> name.equals("XDG_CACHE_HOME") ? elsewhere.toString() : null));
    assertEquals(
        home.resolve(".cache/kindling"), Caches.directory("Linux", home, name -> "relative"));
    assertEquals(
        home.resolve("Library/Caches/kindling"),
        Caches.directory("Mac OS X", home, name -> elsewhere.toString()));
    assertEquals(
        elsewhere.resolve("kindling"),
        Caches.directory(
            "Windows 11", home, name -> name.equals("LOCALAPPDATA") ? elsewhere.toString() : null));
    assertEquals(
        home.resolve("AppData/Local/kindling"), Caches.directory("Windows 11", home, name -> null));
    assertFalse(Caches.directory().toString().isEmpty());
  }
}
