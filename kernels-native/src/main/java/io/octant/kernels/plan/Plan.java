package io.octant.kernels.plan;

import io.octant.engine.PlanStep;
import io.octant.graph.GraphModule;
import io.octant.tensor.TensorSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled graph: what a session keeps.
 *
 * @param steps in execution order
 * @param shown what the plan tells, folded nodes included
 * @param slots number of Java tensors that a context holds; the first ones are the inputs
 * @param outputSlots slots of the flattened outputs
 * @param observerPaths module path of each accumulator; a shared observer is named by its first
 *     call
 * @param live the modules that reference steps run on and move, and that attributes are read from
 *     in each run; null where attributes are constants and each context has copies
 */
record Plan(
    GraphModule model,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    List<Step> steps,
    List<PlanStep> shown,
    int slots,
    List<Integer> outputSlots,
    List<String> observerPaths,
    @Nullable GraphModule live) {
  Plan {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    steps = List.copyOf(steps);
    shown = List.copyOf(shown);
    outputSlots = List.copyOf(outputSlots);
    observerPaths = List.copyOf(observerPaths);
  }
}
