package io.octant.pipeline;

import io.octant.graph.GraphModule;
import io.octant.pipeline.execution.GraphRecipe;
import io.octant.pipeline.model.ModelRecipes;
import org.apache.spark.broadcast.Broadcast;

/**
 * The written model on the executors.
 *
 * @param onnx bytes of the file
 * @param graph the file as imported on the driver
 */
record WrittenModel(Broadcast<byte[]> onnx, GraphModule graph) {

  /** Makes the graph on the executors. */
  GraphRecipe recipe(Broadcast<byte[]> source) {
    return new ModelRecipes.Exported(source, onnx);
  }
}
