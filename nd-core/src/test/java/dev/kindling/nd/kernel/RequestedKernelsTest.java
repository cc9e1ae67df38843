package dev.kindling.nd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import org.junit.jupiter.api.Test;

/** Keeps the build from losing the fast path without anybody noticing. */
class RequestedKernelsTest {

  @Test
  void theKernelsInUseAreThoseThisTestRunAskedFor() {
    String asked = System.getProperty("kindling.kernels");
    assertNotNull(asked, "tests run with -Dkindling.kernels=simd or plain, see the parent pom");
    assertEquals(asked, KernelProvider.get().name());
  }
}
