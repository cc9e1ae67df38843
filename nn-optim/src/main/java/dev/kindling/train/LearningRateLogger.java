package dev.kindling.train;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the learning rate at the end of each epoch in which it changed. */
public final class LearningRateLogger implements Callback {

  private static final Logger LOG = LoggerFactory.getLogger(LearningRateLogger.class);

  private double last = Double.NaN;

  /** Logs at level info. */
  public LearningRateLogger() {}

  @Override
  public void onEpochEnd(Training training) {
    double rate = training.learningRate();
    if (rate != last) {
      LOG.info("epoch {}: learning rate {}", training.epoch(), String.format("%.4g", rate));
      last = rate;
    }
  }
}
