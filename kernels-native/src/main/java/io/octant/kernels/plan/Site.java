package io.octant.kernels.plan;

import io.octant.graph.Module;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.reference.binding.NamedValues;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A call at the moment of lowering.
 *
 * @param first name of the first parameter
 * @param args its arguments by name
 */
record Site(Call call, String first, NamedValues args, PlanBuilder plan) {
  /** The first argument, a tensor of run time. */
  Activation input() {
    return activation(first);
  }

  /** A tensor of run time by argument name. */
  Activation activation(String name) {
    return Call.activation(args.value(name));
  }

  /** A tensor known when compiling. */
  Tensor constant(String name) {
    if (args.value(name) instanceof Tensor t) {
      return t;
    }
    throw new UnsupportedKernelException("needs a constant " + name);
  }

  /** A tensor known when compiling, null for None. */
  @Nullable Tensor findConstant(String name) {
    return args.isNone(name) ? null : constant(name);
  }

  Module module() {
    return call.module();
  }

  /**
   * A float module by what it computes: itself, or of a reference quantized one the module with its
   * weights quantized and dequantized.
   */
  static Module computed(Module module) {
    if (module instanceof ReferenceModule reference) {
      return reference.dequantizedModule();
    }
    require(module.type().name().startsWith("torch.nn."), "no native kernel for " + module.type());
    return module;
  }

  /** The settings of the called module, or the arguments of the function: their names agree. */
  NamedValues settings() {
    return call.isModule() ? settings(module()) : args;
  }

  static NamedValues settings(Module module) {
    return new NamedValues(module.type().name(), module.hyperparameters());
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new UnsupportedKernelException(otherwise);
    }
  }
}
