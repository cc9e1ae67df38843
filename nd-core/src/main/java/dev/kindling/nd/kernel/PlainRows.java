package dev.kindling.nd.kernel;

/** The plain provider's operations on one row at a time: softmax and layer normalization, forward and backward. */
final class PlainRows {

  private PlainRows() {}

  static float softmax(float[] x, int xOff, float[] y, int yOff, int n) {
    float max = PlainReduce.max(x, xOff, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      float e = FloatMath.exp(x[xOff + i] - max);
      y[yOff + i] = e;
      sum += e;
    }
    float inverse = (float) (1 / sum);
    for (int i = 0; i < n; i++) {
      y[yOff + i] *= inverse;
    }
    return (float) (max + Math.log(sum));
  }

  static float logSoftmax(float[] x, int xOff, float[] y, int yOff, int n) {
    float max = PlainReduce.max(x, xOff, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += FloatMath.exp(x[xOff + i] - max);
    }
    double log = Math.log(sum);
    float shift = (float) log;
    for (int i = 0; i < n; i++) {
      y[yOff + i] = x[xOff + i] - max - shift;
    }
    return (float) (max + log);
  }

  static void softmaxGradient(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    float mean = (float) PlainReduce.dot(y, yOff, dy, dyOff, n);
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = y[yOff + i] * (dy[dyOff + i] - mean);
    }
  }

  static void logSoftmaxGradient(
      float[] y, int yOff, float[] dy, int dyOff, float[] dx, int dxOff, int n) {
    float sum = (float) PlainReduce.sum(dy, dyOff, n);
    for (int i = 0; i < n; i++) {
      dx[dxOff + i] = Math.fma(FloatMath.exp(y[yOff + i]), -sum, dy[dyOff + i]);
    }
  }

  static void normalize(
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] gamma,
      int gammaOff,
      float[] beta,
      int betaOff,
      float[] y,
      int yOff,
      int n) {
    for (int i = 0; i < n; i++) {
      float h = (x[xOff + i] - mean) * inverse;
      y[yOff + i] = Math.fma(h, gamma[gammaOff + i], beta[betaOff + i]);
    }
  }

  static void normalizeGradient(
      float[] x,
      int xOff,
      float mean,
      float inverse,
      float[] gamma,
      int gammaOff,
      float[] dy,
      int dyOff,
      float[] dGamma,
      int dGammaOff,
      float[] dBeta,
      int dBetaOff,
      float[] dx,
      int dxOff,
      int n) {
    double sum = 0;
    double dot = 0;
    for (int i = 0; i < n; i++) {
      float h = (x[xOff + i] - mean) * inverse;
      float d = dy[dyOff + i];
      float g = d * gamma[gammaOff + i];
      sum = Math.fma((double) d, gamma[gammaOff + i], sum);
      dot = Math.fma((double) h, g, dot);
      dGamma[dGammaOff + i] = Math.fma(d, h, dGamma[dGammaOff + i]);
      dBeta[dBetaOff + i] += d;
    }
    float meanG = (float) (sum / n);
    float meanGh = (float) (dot / n);
    for (int i = 0; i < n; i++) {
      float h = (x[xOff + i] - mean) * inverse;
      float g = dy[dyOff + i] * gamma[gammaOff + i];
      dx[dxOff + i] = inverse * Math.fma(-h, meanGh, g - meanG);
    }
  }
}
