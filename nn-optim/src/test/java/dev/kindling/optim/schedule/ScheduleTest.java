package dev.kindling.optim.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.kindling.optim.PyTorch;
import dev.kindling.optim.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {

  static List<JsonObject> cases() {
    return PyTorch.manifest("manifest_schedules.json").stream()
        .filter(c -> !c.has("metrics"))
        .toList();
  }

  static List<JsonObject> plateaus() {
    return PyTorch.manifest("manifest_schedules.json").stream()
        .filter(c -> c.has("metrics"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyRateIsPyTorchs(JsonObject c) {
    Schedule schedule = schedule(c.get("schedule").getAsString(), c.getAsJsonObject("kwargs"));
    double base = c.get("base_lr").getAsDouble();
    List<Double> expected = PyTorch.flatten(c.get("lr_after_k_steps"));
    for (int k = 0; k < expected.size(); k++) {
      double e = expected.get(k);
      assertEquals(e, schedule.rate(base, k), 1e-12 * base, "after " + k + " steps");
    }
  }

  private static Schedule schedule(String name, JsonObject s) {
    return switch (name) {
      case "StepLR" ->
          new StepDecay(s.get("step_size").getAsInt(), PyTorch.number(s, "gamma", 0.1));
      case "ExponentialLR" -> new Exponential(s.get("gamma").getAsDouble());
      case "CosineAnnealingLR" -> new Cosine(s.get("T_max").getAsInt());
      case "CosineAnnealingWarmRestarts" -> new CosineRestarts(s.get("T_0").getAsInt());
      case "LinearLR" ->
          new Linear(
              (long) PyTorch.number(s, "total_iters", 5),
              PyTorch.number(s, "start_factor", 1.0 / 3),
              PyTorch.number(s, "end_factor", 1));
      case "ConstantLR" ->
          new Held(s.get("total_iters").getAsLong(), s.get("factor").getAsDouble());
      case "PolynomialLR" ->
          new Polynomial(s.get("total_iters").getAsLong(), s.get("power").getAsDouble());
      case "OneCycleLR" -> oneCycle(s);
      case "CyclicLR" -> cyclic(s);
      case "warmup5_then_cosine55" -> new Warmup(5, 0.1, new Cosine(55));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Schedule oneCycle(JsonObject s) {
    OneCycle cycle =
        new OneCycle(s.get("max_lr").getAsDouble(), s.get("total_steps").getAsLong())
            .withRise(PyTorch.number(s, "pct_start", 0.3));
    cycle = PyTorch.flag(s, "three_phase") ? cycle.withThreePhases() : cycle;
    return s.has("anneal_strategy") ? cycle.withLines() : cycle;
  }

  private static Schedule cyclic(JsonObject s) {
    int up = s.get("step_size_up").getAsInt();
    Cyclic cyclic =
        new Cyclic(s.get("base_lr").getAsDouble(), s.get("max_lr").getAsDouble(), up)
            .withDown((int) PyTorch.number(s, "step_size_down", up));
    return s.has("gamma") ? cyclic.withGamma(s.get("gamma").getAsDouble()) : cyclic;
  }

  @ParameterizedTest
  @MethodSource("plateaus")
  void everyReductionIsPyTorchs(JsonObject c) {
    JsonObject s = c.getAsJsonObject("kwargs");
    ReduceOnPlateau rule =
        new ReduceOnPlateau(
            s.has("mode") && s.get("mode").getAsString().equals("max"),
            PyTorch.number(s, "factor", 0.1),
            (int) PyTorch.number(s, "patience", 10),
            PyTorch.number(s, "threshold", 1e-4),
            !s.has("threshold_mode"),
            (int) PyTorch.number(s, "cooldown", 0),
            PyTorch.number(s, "min_lr", 0),
            1e-8);
    List<Double> metrics = PyTorch.flatten(c.get("metrics"));
    List<Double> expected = PyTorch.flatten(c.get("lr_after_k_steps"));
    Plateau plateau = rule.start();
    double rate = c.get("base_lr").getAsDouble();
    for (int k = 0; k < metrics.size(); k++) {
      rate = plateau.observe(rate, metrics.get(k));
      double e = expected.get(k);
      assertEquals(e, rate, 1e-15, "after " + (k + 1) + " epochs");
      if (k == 20) { // what it has seen survives an interruption
        Snapshot snapshot = new Snapshot();
        plateau.save(snapshot, "p");
        plateau = rule.start();
        plateau.restore(snapshot, "p");
      }
    }
  }

  /** PyTorch's MultiStepLR([3, 5], gamma=0.5) by its definition. */
  @Test
  void aMilestoneIsTheFirstStepOfASmallerRate() {
    Schedule schedule = MultiStep.of(0.5, 3, 5);
    double[] expected = {1, 1, 1, 0.5, 0.5, 0.25, 0.25};
    for (int t = 0; t < expected.length; t++) {
      assertEquals(expected[t], schedule.rate(1, t));
    }
  }

  @Test
  void restartsCanGrow() {
    Schedule schedule = new CosineRestarts(2, 3, 0);
    for (long restart : new long[] {0, 2, 8, 26}) {
      assertEquals(1, schedule.rate(1, restart));
    }
    assertEquals(0.5, schedule.rate(1, 5), 1e-15); // half of the fall of 6
  }

  @Test
  void aHalvedCycleIsHalfAsHigh() {
    Schedule schedule = new Cyclic(1, 3, 2).withHalving();
    double[] expected = {1, 2, 3, 2, 1, 1.5, 2, 1.5, 1};
    for (int t = 0; t < expected.length; t++) {
      assertEquals(expected[t], schedule.rate(0, t), 1e-15);
    }
  }

  @Test
  void oneCycleStaysAtItsEnd() {
    OneCycle cycle = new OneCycle(1, 10);
    assertEquals(1.0 / 25 / 1e4, cycle.rate(5, 9), 1e-18);
    assertEquals(1.0 / 25 / 1e4, cycle.rate(5, 1000), 1e-18);
  }

  @Test
  void timeIsStepsUnlessToldOtherwise() {
    Schedule schedule = new Exponential(0.5);
    assertFalse(schedule.perEpoch());
    assertTrue(schedule.byEpoch().perEpoch());
    assertTrue(schedule.byEpoch().afterWarmup(3).perEpoch());
    assertTrue(new Warmup(3, 0, schedule.byEpoch()).perEpoch());
    assertEquals(0.25, schedule.byEpoch().rate(1, 2));
  }

  @Test
  void aWrongSettingIsNamedWithItsRange() {
    var e = assertThrows(IllegalArgumentException.class, () -> new StepDecay(0));
    assertEquals("every must be at least 1, got 0", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> MultiStep.of(0.1, 5, 3));
    assertThrows(IllegalArgumentException.class, () -> new OneCycle(1, 10).withRise(1.5));
    assertThrows(
        IllegalArgumentException.class, () -> ReduceOnPlateau.withPatience(3).withFactor(1));
  }
}
