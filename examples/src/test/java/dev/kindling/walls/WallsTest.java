package dev.kindling.walls;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.core.domain.JavaModifier.NATIVE;
import static com.tngtech.archunit.core.domain.JavaModifier.STATIC;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.kindling.nd.kernel.KernelProvider;
import org.junit.jupiter.api.Test;

/**
 * The walls of the house, see docs/architecture.md. They are held here, in the chapters' module, because it is the one that
 * has every library module on its class path, the later leaves too; {@link SourcesTest} holds those that only sources show.
 */
class WallsTest {

  private static final String CORE = "dev.kindling.nd..";
  private static final String LAYERS = "dev.kindling.nn..";
  private static final String DATA = "dev.kindling.data..";
  private static final String OPTIM = "dev.kindling.optim..";
  private static final String TRAIN = "dev.kindling.train..";
  private static final String REPORT = "dev.kindling.report..";

  /** Every class that a user's program loads: all of Kindling but its chapters. */
  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("dev.kindling")
          .that(not(resideInAPackage("dev.kindling.examples..")));

  @Test
  void theImportSeesEveryLibraryModule() {
    for (String root : new String[] {CORE, LAYERS, DATA, OPTIM, REPORT}) {
      assertFalse(LIBRARY.that(resideInAPackage(root)).isEmpty(), root);
    }
  }

  @Test
  void coreKnowsNothingAboveIt() {
    mayNotKnow(CORE, LAYERS, DATA, OPTIM, TRAIN, REPORT);
  }

  @Test
  void layersKnowNoDataSetAndNoOptimizer() {
    mayNotKnow(LAYERS, DATA, OPTIM, TRAIN, REPORT);
  }

  @Test
  void dataKnowsNoLayer() {
    mayNotKnow(DATA, LAYERS, OPTIM, TRAIN, REPORT);
  }

  @Test
  void trainingKnowsNoReport() {
    mayNotKnow(OPTIM, REPORT);
    mayNotKnow(TRAIN, REPORT);
  }

  @Test
  void theVectorApiStaysInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.kindling.nd.kernel.simd..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator..")
        .because("the library must load on a JVM that was started without the module")
        .check(LIBRARY);
  }

  @Test
  void nothingIsPrintedBehindTheUsersBack() {
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS
        .because("a library writes to the log, or to a stream that it was handed")
        // Asks whether the stream that it was handed is one of them.
        .check(LIBRARY.that(not(nameMatching("dev\\.kindling\\.report\\.Terminal"))));
    NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(LIBRARY);
  }

  @Test
  void logbackAndTheCommandLineAreTheProgramsChoice() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ch.qos.logback..", "picocli..")
        .check(LIBRARY);
  }

  @Test
  void onlyTheDownloaderOpensConnections() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.kindling.data.download..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "javax.net..", "java.rmi..")
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.nio\\.channels\\..*(Socket|Datagram|Network).*")
        .check(LIBRARY);
  }

  @Test
  void noNativeCode() {
    methods().should().notHaveModifier(NATIVE).check(LIBRARY);
    noClasses()
        .should()
        .callMethod(System.class, "load", String.class)
        .orShould()
        .callMethod(System.class, "loadLibrary", String.class)
        .orShould()
        .callMethod(Runtime.class, "load", String.class)
        .orShould()
        .callMethod(Runtime.class, "loadLibrary", String.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("sun.misc..", "java.lang.foreign..")
        .check(LIBRARY);
  }

  @Test
  void noJavaSerialization() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.io\\.(Object(Input|Output).*|Externalizable)")
        .check(LIBRARY);
    noClasses()
        .that()
        .areNotEnums()
        .and()
        .areNotAssignableTo(Throwable.class)
        .should()
        .beAssignableTo(java.io.Serializable.class)
        .check(LIBRARY);
  }

  @Test
  void noClassIsLookedUpByNameButTheSimdKernels() {
    noClasses()
        .that()
        .areNotAssignableTo(KernelProvider.class)
        .should()
        .callMethodWhere(
            describe(
                "is Class.forName or ClassLoader.loadClass",
                call ->
                    (call.getTargetOwner().isEquivalentTo(Class.class)
                            && call.getName().equals("forName"))
                        || (call.getTargetOwner().isAssignableTo(ClassLoader.class)
                            && call.getName().equals("loadClass"))))
        .check(LIBRARY);
  }

  @Test
  void nothingHangsOnAThread() {
    noClasses()
        .should()
        .dependOnClassesThat(assignableTo(ThreadLocal.class))
        .because("what a run needs is in its Pass")
        .check(LIBRARY);
  }

  @Test
  void randomnessComesFromASeed() {
    noClasses()
        .should()
        .dependOnClassesThat(
            assignableTo(java.util.random.RandomGenerator.class)
                .as("are a generator of java.util, whose numbers a saved state cannot bring back"))
        .orShould()
        .callMethod(Math.class, "random")
        .check(LIBRARY);
  }

  @Test
  void noLayerReadsAClock() {
    noClasses()
        .that()
        .resideInAnyPackage(LAYERS, CORE)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.time..")
        .check(LIBRARY);
  }

  @Test
  void noLibraryClassEndsTheProgram() {
    noClasses()
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(LIBRARY);
  }

  @Test
  void staticFieldsAreFinal() {
    fields().that().haveModifier(STATIC).should().haveModifier(FINAL).check(LIBRARY);
  }

  private static void mayNotKnow(String lower, String... uppers) {
    DescribedPredicate<JavaClass> inUppers = JavaClass.Predicates.resideInAnyPackage(uppers);
    noClasses()
        .that()
        .resideInAPackage(lower)
        .should()
        .dependOnClassesThat(inUppers)
        .check(LIBRARY);
  }
}
