package io.octant.calibration;

/**
 * Narrows the range of an equal-width histogram so that the squared quantization error becomes
 * small; PyTorch's {@code HistogramObserver._non_linear_param_search}, after the norm minimization
 * of Caffe2's quantization server. All arithmetic is float32 in the order that PyTorch has it.
 *
 * <p>From both ends it moves the quantile inwards in steps of 1e-5, always at the side where more
 * bins fall off, and stops as soon as the error grows.
 */
public final class L2Search {
  private static final double STEP = 1e-5;

  private final float[] histogram;
  private final float min;
  private final float max;
  private final double levels;

  /**
   * @param histogram counts of bins of equal width from {@code min} to {@code max}
   * @param levels how many integers the quantized type has; PyTorch: 2 to the power of its bits,
   *     whatever the range in use
   */
  public L2Search(float[] histogram, float min, float max, double levels) {
    this.histogram = histogram;
    this.min = min;
    this.max = max;
    this.levels = levels;
  }

  /** The range with the error that the search settles for. */
  public ValueRange search() {
    int bins = histogram.length;
    float[] cumulative = cumulative();
    double total = cumulative[bins - 1];
    double alpha = 0;
    double beta = 1;
    int start = 0;
    int end = bins - 1;
    double best = Double.POSITIVE_INFINITY;
    while (alpha < beta) {
      double nextAlpha = alpha + STEP;
      double nextBeta = beta - STEP;
      int left = start;
      int right = end;
      float below = (float) (nextAlpha * total);
      float above = (float) (nextBeta * total);
      while (left < end && cumulative[left] < below) {
        left++;
      }
      while (right > start && cumulative[right] > above) {
        right--;
      }
      int nextStart = start;
      int nextEnd = end;
      if (left - start > end - right) {
        nextStart = left;
        alpha = nextAlpha;
      } else {
        nextEnd = right;
        beta = nextBeta;
      }
      if (nextStart == start && nextEnd == end) {
        continue;
      }
      double error = error(nextStart, nextEnd);
      if (error > best) {
        break;
      }
      best = error;
      start = nextStart;
      end = nextEnd;
    }
    float width = (max - min) / bins;
    return new ValueRange(min + width * start, min + width * (end + 1));
  }

  private float[] cumulative() {
    float[] out = new float[histogram.length];
    double sum = 0;
    for (int i = 0; i < out.length; i++) {
      sum += histogram[i];
      out[i] = (float) sum;
    }
    return out;
  }

  /**
   * Squared error of quantizing with the bins {@code start} to {@code end} as the range, values
   * taken as spread evenly over their bin.
   */
  double error(int start, int end) {
    double exactWidth = ((double) max - min) / histogram.length;
    double exactStep = exactWidth * (end - start + 1) / levels;
    if (exactStep == 0) {
      return 0;
    }
    float width = (float) exactWidth;
    float step = (float) exactStep;
    float half = (float) (exactStep / 2);
    float last = (float) (levels - 1);
    float whole = cubic(-half, half);
    double sum = 0;
    for (int i = 0; i < histogram.length; i++) {
      float begin = (i - start) * width;
      float finish = begin + width;
      float levelOfBegin = clip(floorDivide(begin, step), last);
      float levelOfEnd = clip(floorDivide(finish, step), last);
      float density = histogram[i] / width;
      float error = density * cubic(begin - (levelOfBegin + 0.5f) * step, half);
      error += (levelOfEnd - levelOfBegin - 1) * (density * whole);
      error += density * cubic(-half, finish - (levelOfEnd * step + half));
      sum += error;
    }
    return (float) sum;
  }

  /** The integral of x² between two points. */
  private static float cubic(float from, float to) {
    return (to * to * to - from * from * from) / 3;
  }

  private static float clip(float level, float last) {
    return Math.max(0, Math.min(last, level));
  }

  /** Floor division of floats by a positive one, as PyTorch rounds it. */
  private static float floorDivide(float a, float b) {
    float remainder = a % b;
    float quotient = (a - remainder) / b;
    if (remainder < 0) {
      quotient -= 1;
    }
    float floor = (float) Math.floor(quotient);
    return quotient - floor > 0.5f ? floor + 1 : floor;
  }
}
