package io.octant.pipeline.validation;

import io.octant.onnx.ModelOutput;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.TensorSpec;
import java.io.Serializable;

/**
 * An output of both models, and how it is compared.
 *
 * @param name of the output in the ONNX file
 * @param samples whether each sample has its part, or all of it is compared once a batch
 * @param axis where the samples are, as {@link BatchAxis} has it
 * @param blocks as {@link BatchAxis} has it
 * @param rowsPerSample as {@link BatchAxis} has it
 * @param meaning what a sample's part says
 * @param classes number of classes, 0 if it is not known
 * @param part shape of a sample's part as text, for messages
 */
public record ComparedOutput(
    String name,
    ModelOutput.Samples samples,
    int axis,
    int blocks,
    int rowsPerSample,
    Meaning meaning,
    int classes,
    String part)
    implements Serializable {

  /** What a sample's part of an output says. */
  public enum Meaning {
    /** A score for each class: a vector, apart from axes of size 1. */
    SCORES,
    /** The class itself: one integer. */
    CLASS,
    /** Something else, which has no class. */
    VALUES
  }

  /**
   * Reads the meaning from the shape.
   *
   * @param spec its type and shape with the batch in it
   */
  public static ComparedOutput of(ModelOutput output, TensorSpec spec) {
    BatchAxis axis = output.axis();
    Shape part =
        axis.exists()
            ? spec.shape().withDim(axis.axis(), axis.blocks() * axis.rowsPerSample())
            : spec.shape();
    Meaning meaning = Meaning.VALUES;
    int classes = 0;
    if (output.samples() == ModelOutput.Samples.SEPARATE) {
      int longest = 0;
      for (int n : part.toArray()) {
        longest = Math.max(longest, n);
      }
      if (spec.dtype().isFloatingPoint() && longest > 1 && longest == part.numel()) {
        meaning = Meaning.SCORES;
        classes = longest;
      } else if (isInteger(spec.dtype()) && part.numel() == 1) {
        meaning = Meaning.CLASS;
      }
    }
    return new ComparedOutput(
        output.name(),
        output.samples(),
        axis.axis(),
        axis.blocks(),
        axis.rowsPerSample(),
        meaning,
        classes,
        spec.dtype().torchName() + part);
  }

  private static boolean isInteger(DType dtype) {
    return !dtype.isFloatingPoint() && !dtype.isQuantized() && dtype != DType.BOOL;
  }

  /** Whether a part says a class. */
  public boolean namesClasses() {
    return meaning != Meaning.VALUES;
  }

  /** Where the samples are in it. */
  public ModelOutput parts() {
    return new ModelOutput(name, samples, new BatchAxis(axis, blocks, rowsPerSample));
  }
}
