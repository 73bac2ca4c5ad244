package io.octant.kernels.plan;

import io.octant.engine.PlanStep;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.NativeKernel;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.shape.BatchAxis;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** One thing that a run does. Immutable and shared by the contexts. */
sealed interface Step {
  /** How the plan shows it. */
  PlanStep description();

  /**
   * Runs a kernel.
   *
   * @param written index of the operand that it writes
   */
  record Kernel(PlanStep description, NativeKernel kernel, List<Operand> operands, int written)
      implements Step {
    public Kernel {
      operands = List.copyOf(operands);
    }
  }

  /** Copies a Java tensor from a slot into native memory, row-major. */
  record Import(PlanStep description, int slot, Activation to, Buffer buffer) implements Step {}

  /** Puts a constant into a slot: an output of a type that native memory lacks. */
  record Keep(PlanStep description, Tensor value, int slot) implements Step {}

  /** Copies native memory, row-major, into a Java tensor in a slot. */
  record Export(PlanStep description, Activation from, MemoryLayout layout, Buffer buffer, int slot)
      implements Step {}

  /**
   * Hands a Java tensor to an observer whose statistic has no kernel.
   *
   * @param slot where the tensor is, row-major
   * @param path names the observer
   * @param observer makes the accumulators; not touched
   * @param batch where the samples are
   */
  record Gather(
      PlanStep description, int slot, String path, MergeableObserver<?> observer, BatchAxis batch)
      implements Step {}

  /** Puts a parameter or buffer into a slot as it is when the step runs. */
  record Attribute(PlanStep description, String path, int slot) implements Step {}

  /**
   * Runs Java on tensors in slots and on small blocks of native memory: what modules learn from a
   * batch.
   *
   * @param slots tensors that it reads
   * @param results slots that it fills
   */
  record Host(
      PlanStep description,
      List<Integer> slots,
      List<Buffer> reads,
      List<Buffer> writes,
      List<Integer> results,
      HostWork work)
      implements Step {
    public Host {
      slots = List.copyOf(slots);
      reads = List.copyOf(reads);
      writes = List.copyOf(writes);
      results = List.copyOf(results);
    }
  }

  /** What a {@link Host} step does. */
  @FunctionalInterface
  interface HostWork {
    /**
     * Runs.
     *
     * @return the tensors of the step's results
     */
    List<Tensor> run(List<Tensor> inputs, List<ByteBuffer> reads, List<ByteBuffer> writes);
  }

  /**
   * Runs a reference operator on Java tensors in slots; results go to the slots of {@code result}.
   */
  record Reference(
      PlanStep description, Call call, List<Object> args, Map<String, Object> kwargs, Object result)
      implements Step {}
}
