package io.octant.training;

import io.octant.graph.GraphModule;
import io.octant.safetensors.SafetensorsWriter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A training's state as a safetensors file: {@code model.NAME} for each entry of the model's state
 * dict, {@code optimizer.PARAMETER.NAME} for what the optimizer keeps, and {@code steps}, int64.
 */
final class Checkpoint {
  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String STEPS = "steps";

  private Checkpoint() {}

  static void write(Path file, GraphModule model, Optimizer optimizer, long steps) {
    SafetensorsWriter.write(file, of(model, optimizer, steps));
  }

  static Map<String, Tensor> of(GraphModule model, Optimizer optimizer, long steps) {
    Map<String, Tensor> all = new TreeMap<>();
    model.stateDict().forEach((name, tensor) -> all.put(MODEL + name, tensor));
    optimizer
        .state()
        .forEach(
            (parameter, own) ->
                own.forEach((name, tensor) -> all.put(OPTIMIZER + parameter + "." + name, tensor)));
    all.put(STEPS, Tensor.of(DType.INT64, Shape.of(), new long[] {steps}));
    return all;
  }

  /**
   * Puts model and optimizer in the state of a checkpoint; nothing is changed if it does not fit.
   *
   * @return the steps done
   */
  static long load(
      String file, Map<String, Tensor> checkpoint, GraphModule model, Optimizer optimizer) {
    Map<String, Tensor> ofModel = new TreeMap<>();
    Map<String, Map<String, Tensor>> ofOptimizer = new TreeMap<>();
    long steps = -1;
    for (Map.Entry<String, Tensor> e : checkpoint.entrySet()) {
      String name = e.getKey();
      int dot = name.lastIndexOf('.');
      if (name.startsWith(MODEL)) {
        ofModel.put(name.substring(MODEL.length()), e.getValue());
      } else if (name.startsWith(OPTIMIZER) && dot > OPTIMIZER.length()) {
        ofOptimizer
            .computeIfAbsent(name.substring(OPTIMIZER.length(), dot), p -> new TreeMap<>())
            .put(name.substring(dot + 1), e.getValue());
      } else if (name.equals(STEPS) && isCount(e.getValue())) {
        steps = e.getValue().longAt(0);
      } else {
        throw wrong(file, name + " " + e.getValue().description());
      }
    }
    if (steps < 0) {
      throw wrong(file, "no steps");
    }
    optimizer.requireState(file, ofOptimizer, ofModel);
    model.loadStateDict(ofModel);
    optimizer.load(ofOptimizer);
    return steps;
  }

  private static boolean isCount(Tensor t) {
    return t.dtype() == DType.INT64 && t.numel() == 1 && t.longAt(0) >= 0;
  }

  private static TrainingException wrong(String file, String what) {
    return new TrainingException(
        "Cannot resume training from "
            + file
            + ": "
            + what
            + ", expected model.NAME, optimizer.PARAMETER.NAME and steps, a number from 0");
  }
}
