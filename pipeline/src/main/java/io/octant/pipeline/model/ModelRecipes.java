package io.octant.pipeline.model;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.pipeline.execution.GraphRecipe;
import java.util.List;
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

  /**
   * Another graph, of which some nodes are the outputs.
   *
   * @param nodes names, in the order of the outputs
   */
  public record Tapped(GraphRecipe graph, List<String> nodes) implements GraphRecipe {
    public Tapped {
      nodes = List.copyOf(nodes);
    }

    @Override
    public GraphModule make() {
      return tapped(graph.make(), nodes);
    }
  }

  /** What {@link Tapped} makes of a graph, which stays as it is. */
  public static GraphModule tapped(GraphModule graph, List<String> nodes) {
    GraphModule copy = graph.copyGraphModule();
    List<Node> outputs = nodes.stream().map(copy.graph()::node).toList();
    copy.graph().outputNode().setArgs(List.of(outputs));
    copy.graph().eliminateDeadCode();
    return copy;
  }

  /**
   * An int8 model of many that share model and state.
   *
   * @param method how this one is quantized
   * @param state bytes of the calibration state
   * @param ranges what was solved for this one, {@link SolvedCalibration#rangeBytes}
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Variant(
      Broadcast<byte[]> source, MethodText method, Broadcast<byte[]> state, byte[] ranges)
      implements GraphRecipe {
    @Override
    public GraphModule make() {
      ModelSteps steps = ModelSource.fromBytes(source.value()).with(method).steps();
      return steps.int8(steps.calibrated(SolvedCalibration.of(state.value(), ranges)));
    }
  }

  /**
   * A model trained with fake quantizes, converted.
   *
   * @param method what it was prepared with
   * @param checkpoint bytes of the state dict, as safetensors
   */
  public record Trained(Broadcast<byte[]> source, MethodText method, Broadcast<byte[]> checkpoint)
      implements GraphRecipe {
    @Override
    public GraphModule make() {
      ModelSteps steps = ModelSource.fromBytes(source.value()).with(method).steps();
      return steps.int8(TrainedCheckpoint.load(steps.preparedForTraining(), checkpoint.value()));
    }
  }

  private static ModelSteps steps(Broadcast<byte[]> source) {
    return ModelSource.fromBytes(source.value()).steps();
  }
}
