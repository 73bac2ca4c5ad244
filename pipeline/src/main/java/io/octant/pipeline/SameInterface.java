package io.octant.pipeline;

import io.octant.graph.GraphModule;
import io.octant.onnx.ModelOutputs;
import io.octant.onnx.OnnxException;
import java.util.List;

/** A model that is to be compared with the float one takes and gives what that does. */
final class SameInterface {
  private SameInterface() {}

  /**
   * Checks inputs (names, shapes, types) and outputs (names, and where the samples of a batch are
   * in them).
   *
   * @param action what cannot be done otherwise: a verb
   * @param path the other model's file
   * @param other it, as imported
   * @throws OnnxException if something differs, with both
   * @throws io.octant.graph.GraphException naming the node of the other model that mixes the
   *     samples of a batch
   */
  static void require(String action, String path, GraphModule other, PreparedModel model) {
    int batch = model.batch();
    require(action, path, "inputs", model.steps().fields(other, batch, path), model.fields());
    require(
        action,
        path,
        "outputs",
        model.steps().outputs(other),
        model.steps().outputs(model.float32()));
    require(
        action,
        path,
        "outputs",
        ModelOutputs.of(other, batch),
        ModelOutputs.of(model.float32(), batch));
  }

  private static void require(
      String action, String path, String what, List<?> found, List<?> expected) {
    if (!found.equals(expected)) {
      throw new OnnxException(
          "Cannot "
              + action
              + " "
              + path
              + ": "
              + what
              + " "
              + found
              + ", expected those of the float model "
              + expected);
    }
  }
}
