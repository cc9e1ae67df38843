package dev.kindling.train;

import dev.kindling.data.Batch;
import dev.kindling.nn.Layer;
import dev.kindling.nn.Mode;
import dev.kindling.nn.Model;
import dev.kindling.nn.Parameter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds out where a NaN or an infinity began. */
final class Diagnosis {

  private static final String TOO_FAST =
      "Lower the learning rate, clip gradients (Trainer.clipNorm), or normalise the inputs.";

  private Diagnosis() {}

  static NonFiniteLossException ofLoss(
      Model model, Batch data, double loss, double rate, int epoch, int batch) {
    String what =
        String.format(
            Locale.ROOT,
            "The loss is %s in epoch %d, batch %d (learning rate %.3g). ",
            Double.isNaN(loss) ? "NaN" : "infinite",
            epoch,
            batch,
            rate);
    if (!data.x().isFinite()) {
      return new NonFiniteLossException(
          what
              + "The batch's inputs hold NaN or infinity. Clean or replace such values before training.",
          epoch,
          batch,
          null);
    }
    if (!data.y().isFinite()) {
      return new NonFiniteLossException(
          what
              + "The batch's targets hold NaN or infinity. Clean or replace such values before training.",
          epoch,
          batch,
          null);
    }
    Layer first = model.firstNonFinite(data.x(), Mode.TRAIN);
    if (first == null) {
      return new NonFiniteLossException(
          what
              + "The outputs of all layers are finite, so it is the loss that can't take them."
              + " Does the loss fit the model's last layer and the range of the targets?",
          epoch,
          batch,
          null);
    }
    Parameter bad = firstNonFinite(model);
    String where = "The first output that isn't finite is that of " + first.label();
    String why = bad == null ? ". " : ", and parameter '" + bad.name() + "' isn't finite either. ";
    return new NonFiniteLossException(what + where + why + TOO_FAST, epoch, batch, first.path());
  }

  /** Null if all parameters are finite. */
  static @Nullable NonFiniteLossException ofParameters(
      Model model, double rate, int epoch, int batch) {
    Parameter bad = firstNonFinite(model);
    if (bad == null) {
      return null;
    }
    return new NonFiniteLossException(
        String.format(
            Locale.ROOT,
            "Parameter '%s' isn't finite after epoch %d, batch %d (learning rate %.3g). %s",
            bad.name(),
            epoch,
            batch,
            rate,
            TOO_FAST),
        epoch,
        batch,
        null);
  }

  private static @Nullable Parameter firstNonFinite(Model model) {
    for (Parameter p : model.parameters().list()) {
      if (!p.value().isFinite()) {
        return p;
      }
    }
    return null;
  }
}
