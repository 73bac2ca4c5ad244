package io.octant.onnx;

import io.octant.shape.BatchAxis;
import io.octant.tensor.Tensor;

/**
 * An output of an imported model, and where the samples of a batch are in it.
 *
 * @param name ONNX tensor name
 * @param samples how the output relates to the samples
 * @param axis the batch in it; {@link BatchAxis#NONE} unless samples are {@link Samples#SEPARATE}
 */
public record ModelOutput(String name, Samples samples, BatchAxis axis) {
  /** How an output relates to the samples of a batch. */
  public enum Samples {
    /** Each has its part. */
    SEPARATE,
    /** The same whatever the samples: anchors, positions. */
    CONSTANT,
    /** One value of fixed size for all of them: a mean over the batch. */
    WHOLE
  }

  /** Elements of one sample's part of the output, or of the whole if it has no parts. */
  public int length(Tensor output) {
    return axis.exists() ? output.numel() / batch(output) : output.numel();
  }

  /** Samples in the output, padding included; 1 if it has no parts. */
  public int batch(Tensor output) {
    return axis.exists()
        ? output.shape().dim(axis.axis()) / axis.blocks() / axis.rowsPerSample()
        : 1;
  }

  /**
   * Index of an element of one sample's part.
   *
   * @param sample from 0; an output without parts has sample 0 only
   * @param element from 0 to {@link #length}, row-major within the part
   */
  public int index(Tensor output, int sample, int element) {
    if (!axis.exists()) {
      return element;
    }
    int run = output.shape().strides()[axis.axis()] * axis.rowsPerSample();
    return (element / run * batch(output) + sample) * run + element % run;
  }
}
