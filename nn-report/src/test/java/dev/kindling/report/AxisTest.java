package dev.kindling.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {

  private static List<String> labels(boolean log, int wanted, double... data) {
    return Axis.of(new Range().add(data), log, wanted).ticks().stream()
        .map(Axis.Tick::label)
        .toList();
  }

  @Test
  void stepsAreOnesTwosAndFives() {
    assertEquals(List.of("0", "0.2", "0.4", "0.6", "0.8", "1.0"), labels(false, 6, 0, 0.99));
    assertEquals(List.of("0", "500", "1,000", "1,500", "2,000"), labels(false, 5, 1, 2000));
    assertEquals(List.of("-1.0", "-0.5", "0", "0.5", "1.0"), labels(false, 5, -1, 1.01));
  }

  @Test
  void wholeNumbersGetWholeTicks() {
    assertEquals(List.of("4", "5", "6"), labels(false, 8, 4, 6));
    assertEquals(List.of("10", "15", "20", "25"), labels(false, 6, 10, 27));
  }

  @Test
  void verySmallAndVeryLargeAreWrittenWithPowers() {
    assertEquals(List.of("0", "1e-5", "2e-5", "3e-5"), labels(false, 4, 0, 3e-5));
    assertEquals(List.of("0", "1e9", "2e9", "3e9"), labels(false, 4, 0, 3e9));
  }

  @Test
  void logarithmsGetDecades() {
    assertEquals(List.of("0.001", "0.01", "0.1", "1", "10", "100"), labels(true, 7, 0.001, 100));
    assertEquals(List.of("1", "2", "5", "10", "20", "50"), labels(true, 7, 1, 60));
    assertEquals(List.of("1", "1e4", "1e8").size(), labels(true, 3, 1, 1e8, 0, -5).size());
  }

  @Test
  void oneValueOrNoneStillMakesAnAxis() {
    assertEquals(0.5, Axis.of(new Range().add(3), false, 5).place(3), 1e-9);
    assertEquals(0.5, Axis.of(new Range().add(0), false, 5).place(0), 1e-9);
    assertEquals(0.25, Axis.of(new Range(), false, 5).place(0.25), 1e-9);
    assertEquals(0.5, Axis.of(new Range().add(7), true, 5).place(7), 1e-9);
    assertEquals(0.25, Axis.of(new Range().add(-1, 0), true, 5).min() + 1.29, 1e-9);
  }

  @Test
  void placesAreSharesOfTheLength() {
    Axis linear = Axis.exactly(10, 20, 5);
    assertEquals(0.3, linear.place(13), 1e-12);
    Axis log = Axis.of(new Range().add(1, 100), true, 5);
    assertEquals(0.5, log.place(10), 1e-9);
    assertEquals(0.5, Axis.categories(List.of("a", "b", "c")).place(1), 1e-12);
  }
}
