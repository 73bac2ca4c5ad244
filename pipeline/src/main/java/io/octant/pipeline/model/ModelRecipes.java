package io.octant.pipeline.model;

import io.octant.graph.GraphModule;
import io.octant.pipeline.execution.GraphRecipe;
import org.apache.spark.broadcast.Broadcast;

/** The graphs of a run, as recipes over the broadcast {@link ModelSource}. */
public final class ModelRecipes {
  private ModelRecipes() {}

  /** The model as imported. */
  public record Float32(Broadcast<byte[]> source) implements GraphRecipe {
    @Override
    public GraphModule make() {
      return steps(source).float32();
    }
  }

  /** The model with observers. */
  public record Prepared(Broadcast<byte[]> source) implements GraphRecipe {
    @Override
    public GraphModule make() {
      return steps(source).prepared();
    }
  }

  /**
   * The int8 model.
   *
   * @param calibration bytes of the {@link SolvedCalibration}
   */
  public record Int8(Broadcast<byte[]> source, Broadcast<byte[]> calibration)
      implements GraphRecipe {
    @Override
    public GraphModule make() {
      ModelSteps steps = steps(source);
      return steps.int8(steps.calibrated(SolvedCalibration.fromBytes(calibration.value())));
    }
  }

  /**
   * The written model, read back.
   *
   * @param onnx bytes of the file
   */
  public record Exported(Broadcast<byte[]> source, Broadcast<byte[]> onnx) implements GraphRecipe {
    @Override
    public GraphModule make() {
      return steps(source).readBack(onnx.value()).graph();
    }
  }

  private static ModelSteps steps(Broadcast<byte[]> source) {
    return ModelSource.fromBytes(source.value()).steps();
  }
}
