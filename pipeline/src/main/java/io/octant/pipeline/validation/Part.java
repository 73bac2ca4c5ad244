package io.octant.pipeline.validation;

import io.octant.onnx.ModelOutput;
import io.octant.tensor.Tensor;

/** One sample's part of a model's output, or all of an output without parts. */
public final class Part {
  private final Tensor output;
  private final int length;

  /** Elements that lie side by side, and how far apart such runs are. */
  private final int run;

  private final int step;
  private final int start;

  /**
   * A part.
   *
   * @param parts where the samples are in the output
   * @param sample which one
   */
  public Part(Tensor output, ModelOutput parts, int sample) {
    this.output = output;
    this.length = parts.length(output);
    this.run =
        parts.axis().exists()
            ? output.shape().strides()[parts.axis().axis()] * parts.axis().rowsPerSample()
            : length;
    this.step = run * parts.batch(output);
    this.start = length == 0 ? 0 : parts.index(output, sample, 0);
  }

  /** Number of its elements. */
  public int length() {
    return length;
  }

  /** An element, row-major within the part. */
  public double at(int i) {
    return output.doubleAt(i < run ? start + i : start + i / run * step + i % run);
  }

  /** Whether an element is NaN. */
  public boolean hasNan() {
    if (output.dtype().isFloatingPoint()) {
      for (int i = 0; i < length; i++) {
        if (Double.isNaN(at(i))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The class: index of the largest score, the first of equal ones, or the integer itself. */
  public long top1(ComparedOutput.Meaning meaning) {
    if (meaning == ComparedOutput.Meaning.CLASS) {
      return (long) at(0);
    }
    int best = 0;
    for (int i = 1; i < length; i++) {
      if (at(i) > at(best)) {
        best = i;
      }
    }
    return best;
  }
}
