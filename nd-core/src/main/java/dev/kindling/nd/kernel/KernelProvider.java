package dev.kindling.nd.kernel;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the kernels once, at their first use, by {@code -Dkindling.kernels=auto|simd|plain|ejml}. {@code auto} takes
 * {@code simd} when the JVM was started with {@code --add-modules jdk.incubator.vector}, else {@code plain}. One log
 * line says which. A provider that is asked for by name and isn't there is an error, never a silent fall-back.
 */
public final class KernelProvider {

  private static final Logger LOG = LoggerFactory.getLogger(KernelProvider.class);
  private static final String SIMD = "dev.kindling.nd.kernel.simd.SimdKernels";
  private static final Kernels KERNELS = choose(System.getProperty("kindling.kernels"));

  private KernelProvider() {}

  /** The kernels in use. */
  public static Kernels get() {
    return KERNELS;
  }

  /**
   * A provider by name, whichever is in use.
   *
   * @throws IllegalStateException if it isn't available in this JVM; the message says what to add
   * @throws IllegalArgumentException if there is no provider of that name
   */
  public static Kernels named(String name) {
    return switch (name) {
      case "simd" -> {
        if (!vectorModule()) {
          throw new IllegalStateException(
              "Kernel provider 'simd' was asked for, but the JVM runs without the Vector API."
                  + " Start java with --add-modules jdk.incubator.vector");
        }
        yield simd();
      }
      case "plain" -> new PlainKernels();
      case "ejml" -> new EjmlKernels();
      default ->
          throw new IllegalArgumentException(
              "-Dkindling.kernels must be auto, simd, plain or ejml, got '" + name + "'");
    };
  }

  private static Kernels choose(@Nullable String property) {
    String name = property == null ? "auto" : property.trim().toLowerCase(Locale.ROOT);
    boolean auto = name.isEmpty() || name.equals("auto");
    Kernels chosen = named(!auto ? name : vectorModule() ? "simd" : "plain");
    if (auto && chosen.name().equals("plain")) {
      LOG.info(
          "Kernels: {}. For several times the speed start java with --add-modules jdk.incubator.vector",
          chosen.description());
    } else {
      LOG.info("Kernels: {}", chosen.description());
    }
    return chosen;
  }

  private static boolean vectorModule() {
    Optional<Module> module = ModuleLayer.boot().findModule("jdk.incubator.vector");
    return module.isPresent();
  }

  /** By name, so that nothing here links to the Vector API when it isn't there. */
  private static Kernels simd() {
    try {
      return Class.forName(SIMD).asSubclass(Kernels.class).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalStateException("Kernel provider 'simd' could not be started", e);
    }
  }
}
