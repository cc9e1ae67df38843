package dev.kindling.examples.checkdata;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kindling.data.format.Npy;
import dev.kindling.nd.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckDataTest {

  @TempDir Path dir;

  private String printed = "";

  @BeforeEach
  void makeFiles() throws IOException {
    Npy.write(dir.resolve("npy/good.npy"), Tensor.of(new float[] {1, 2.5f}, 2));
    Files.writeString(dir.resolve("npy/bad.npy"), "nothing");
  }

  private int run(String verdicts) throws IOException {
    Files.writeString(dir.resolve("npy/verdicts.json"), verdicts);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = CheckData.run(dir, new PrintStream(out, true, UTF_8));
    printed = out.toString(UTF_8);
    return code;
  }

  @Test
  void agreementIsOneLineAFolderAndZero() throws IOException {
    int code =
        run(
            """
            [{"file": "good.npy", "expect": "accept", "shape": [2], "values": ["1.0", "2.5"]},
             {"file": "bad.npy", "expect": "reject"},
             {"file": "bad.npy", "expect": "either"}]
            """);
    assertEquals("npy: files 3, agreed 3, disagreed 0\n", printed);
    assertEquals(0, code);
  }

  @Test
  void eachDisagreementIsALineAndTheCodeOne() throws IOException {
    int code =
        run(
            """
            [{"file": "good.npy", "expect": "reject"},
             {"file": "bad.npy", "expect": "accept"},
             {"file": "good.npy", "expect": "accept", "values": ["1.0", "2.0"]},
             {"file": "good.npy", "expect": "accept", "sha256_f64_C_order": "00"}]
            """);
    assertEquals(
        """
        npy/good.npy: expected reject, found accept
        npy/bad.npy: expected accept, found reject
        npy/good.npy: expected accept, found the value 2.5 for "2.0"
        npy/good.npy: expected accept, found other values
        npy: files 4, agreed 0, disagreed 4
        """,
        printed);
    assertEquals(1, code);
  }

  @Test
  void nothingToCheckIsAMistake() {
    assertEquals(
        2,
        CheckData.run(
            dir.resolve("npy"), new PrintStream(new ByteArrayOutputStream(), true, UTF_8)));
  }
}
