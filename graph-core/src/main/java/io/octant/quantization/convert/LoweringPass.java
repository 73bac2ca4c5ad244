package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.quantization.prepare.PreparedState;

/**
 * Replaces dequantize – operator – quantize by operators on quantized tensors, one family after
 * another. An operator whose surroundings do not fit stays as it is, which is correct if slower.
 */
final class LoweringPass {
  private LoweringPass() {}

  /** Edits a graph in reference form. */
  static void lower(GraphModule model, PreparedState state, ConvertOptions options) {
    LiteralParameters.toAttributes(model);
    StaticPatterns patterns = new StaticPatterns(model, state);
    new StaticModuleLowering(model, patterns, options.engine()).run();
    new DynamicModuleLowering(model, options.engine()).run();
    new WeightOnlyModuleLowering(model).run();
    new StaticFunctionLowering(model, patterns).run();
    new DynamicFunctionLowering(model, state).run();
    new BinaryLowering(model, patterns).run();
    new TensorInfoLowering(model).run();
    new SpecialLowering(model, state, options.engine()).run();
    model.graph().eliminateDeadCode();
    new WeightFolding(model, options).run();
    model.graph().eliminateDeadCode();
  }
}
