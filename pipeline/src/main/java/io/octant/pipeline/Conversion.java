package io.octant.pipeline;

import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.execution.GraphRecipe;
import io.octant.pipeline.model.QuantizedModel;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;

/** The part of a run between calibration and validation: how an int8 model is made. */
interface Conversion {

  /**
   * Makes it.
   *
   * @param source the float model on the executors
   */
  Made make(PreparedModel model, Broadcast<byte[]> source, PartitionState calibration);

  /**
   * An int8 model.
   *
   * @param int8 how executors make it
   * @param solved what the recipe needs there
   * @param files to be published beside the model's own
   */
  record Made(
      QuantizedModel model,
      GraphRecipe int8,
      Broadcast<byte[]> solved,
      SortedMap<String, byte[]> files) {
    Made(QuantizedModel model, GraphRecipe int8, Broadcast<byte[]> solved) {
      this(model, int8, solved, new TreeMap<>());
    }
  }
}
