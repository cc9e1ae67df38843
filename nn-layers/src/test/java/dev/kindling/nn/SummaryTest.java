package dev.kindling.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kindling.nd.Shape;
import dev.kindling.nn.activation.Relu;
import dev.kindling.nn.layers.BatchNorm1d;
import dev.kindling.nn.layers.Dense;
import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void tableShowsEveryLayerAndTheTotals() {
    Model model =
        Model.of(
            Shape.of(784),
            1,
            new Dense(128).named("first"),
            new Relu(),
            new Residual(new Dense(128).withoutBias(), new BatchNorm1d()),
            new Dense(10));
    for (Parameter p : model.layers().get(0).parameters()) {
      p.freeze(true);
    }
    assertEquals(
        """
        layer             kind              output  parameters    memory  output memory
        ───────────────────────────────────────────────────────────────────────────────
        input                               [784]
        first             Dense(784→128)    [128]      100,480  392.5 KB          512 B
        relu1             Relu              [128]            0       0 B          512 B
        residual1         Residual          [128]
          sequential1     Sequential        [128]
            dense1        Dense(128→128)    [128]       16,384   64.0 KB          512 B
            batchNorm1d1  BatchNorm1d(128)  [128]          256    1.0 KB          512 B
        dense1            Dense(128→10)     [10]         1,290    5.0 KB           40 B
        ───────────────────────────────────────────────────────────────────────────────
        total                                          118,410  462.5 KB         2.0 KB
        17,930 trainable, 100,480 frozen; output memory is for one example"""
            .trim(),
        model.summary().toString());
    assertEquals(118_410, model.summary().parameters());
    assertEquals(model.parameters().size(), model.summary().parameters());
    assertEquals(17_930, model.summary().trainable());
    assertEquals(4 * (4 * 128 + 10), model.summary().activationBytes());
    assertEquals(7, model.summary().rows().size());
    assertEquals(2, model.summary().rows().get(4).depth());
  }
}
