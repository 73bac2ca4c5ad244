package io.octant.pipeline.execution;

import io.octant.engine.Engine;
import io.octant.engine.InstructionSet;
import io.octant.kernels.NativeEngine;
import io.octant.kernels.binding.NativeException;
import org.apache.spark.SparkEnv;

/**
 * The native engine on one instruction set and nothing beyond it, on every executor.
 *
 * @param isa which every executor must have
 */
public record NativeUpTo(InstructionSet isa) implements EngineProvider {
  @Override
  public Engine start() {
    try {
      return NativeEngine.limitedTo(isa);
    } catch (NativeException e) {
      throw new ExecutorException(
          "Cannot use "
              + (SparkEnv.get() == null
                  ? "this process"
                  : "executor " + ExecutorIdentity.nameOfCurrent())
              + " under execution.isa = "
              + isa.spelled()
              + ": "
              + e.getMessage(),
          e);
    }
  }
}
