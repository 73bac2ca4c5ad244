package io.octant.benchmarks;

import static io.octant.kernels.binding.ElementType.F32;
import static io.octant.kernels.binding.ElementType.U8;

import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.NativeCall;
import io.octant.kernels.binding.NativeMemory;
import io.octant.kernels.binding.NativeObserver;
import io.octant.kernels.binding.Unary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One kernel alone, on one thread: how many runs, values, products and bytes a second. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // bound before the first run
public class KernelBenchmark {
  /** Kernels that networks spend their time in, with shapes that they have there, batch 1. */
  public enum Kernel {
    OBSERVE_NORMAL(KernelCase::observe, x -> x),
    OBSERVE_RELU(KernelCase::observe, x -> Math.max(0, x)),
    OBSERVE_SILU(KernelCase::observe, x -> x / (1 + Math.exp(-x))),
    OBSERVE_ONE_VALUE(KernelCase::observe, x -> 1),
    CONVOLUTION_7X7_F32(
        () -> KernelCase.convolution(F32, 3, 64, 1, 7, 2, 224, KernelCase::inFloat)),
    CONVOLUTION_3X3_F32(
        () -> KernelCase.convolution(F32, 64, 64, 1, 3, 1, 56, KernelCase::inFloat)),
    CONVOLUTION_1X1_F32(
        () -> KernelCase.convolution(F32, 256, 64, 1, 1, 1, 56, KernelCase::inFloat)),
    CONVOLUTION_DEPTHWISE_F32(
        () -> KernelCase.convolution(F32, 144, 144, 144, 3, 1, 56, KernelCase::inFloat)),
    CONVOLUTION_7X7_INT8(
        () -> KernelCase.convolution(U8, 3, 64, 1, 7, 2, 224, KernelCase::byLibrary)),
    CONVOLUTION_3X3_INT8(
        () -> KernelCase.convolution(U8, 64, 64, 1, 3, 1, 56, KernelCase::byLibrary)),
    CONVOLUTION_1X1_INT8(
        () -> KernelCase.convolution(U8, 256, 64, 1, 1, 1, 56, KernelCase::byLibrary)),
    CONVOLUTION_7X7_INT8_EXACT(
        () -> KernelCase.convolution(U8, 3, 64, 1, 7, 2, 224, KernelCase::exactly)),
    CONVOLUTION_3X3_INT8_EXACT(
        () -> KernelCase.convolution(U8, 64, 64, 1, 3, 1, 56, KernelCase::exactly)),
    CONVOLUTION_1X1_INT8_EXACT(
        () -> KernelCase.convolution(U8, 256, 64, 1, 1, 1, 56, KernelCase::exactly)),
    CONVOLUTION_DEPTHWISE_INT8_EXACT(
        () -> KernelCase.convolution(U8, 144, 144, 144, 3, 1, 56, KernelCase::exactly)),
    MATMUL_F32(KernelCase::matmul),
    ADD_F32(KernelCase::add),
    ADD_INT8(KernelCase::quantizedAdd),
    QUANTIZE(KernelCase::quantize),
    DEQUANTIZE(KernelCase::dequantize),
    SOFTMAX(KernelCase::softmax),
    LAYER_NORM(KernelCase::layerNorm),
    GELU(() -> KernelCase.eltwise(Unary.GELU_ERF, 0, 0)),
    SILU(() -> KernelCase.eltwise(Unary.SWISH, 1, 0)),
    HARDSWISH(() -> KernelCase.eltwise(Unary.HARDSWISH, 1f / 6, 0.5f));

    private final Supplier<KernelCase> maker;
    private final DoubleUnaryOperator values;

    Kernel(Supplier<KernelCase> maker) {
      this(maker, x -> x);
    }

    Kernel(Supplier<KernelCase> maker, DoubleUnaryOperator values) {
      this.maker = maker;
      this.values = values;
    }
  }

  /** What was done, which JMH turns into rates. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    /** Counted or written. */
    public long values;

    /** Of f32, or of others. */
    public long floatProducts;

    /** Of 8 bits. */
    public long integerProducts;

    /** Read and written. */
    public long bytes;
  }

  /** Which. */
  @Param private Kernel kernel = Kernel.OBSERVE_NORMAL;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private KernelCase made;
  private NativeCall call;

  /** Binds it to memory with random sources, the same in every run. */
  @Setup
  public void bind() {
    KernelCase c = kernel.maker.get();
    opened.add(c.kernel());
    List<NativeMemory> memory = new ArrayList<>();
    for (MemoryLayout layout : c.operands()) {
      memory.add(keep(new NativeMemory(layout.bytes())));
    }
    Random random = new Random(1);
    for (int i = 0; i < Math.max(1, memory.size() - 1); i++) {
      fill(memory.get(i), c.operands().get(i), random);
    }
    List<Long> addresses = new ArrayList<>(memory.stream().map(m -> m.address(0)).toList());
    if (c.operands().size() == 1) {
      addresses.add(keep(new NativeObserver()).address());
    }
    NativeMemory scratch = keep(new NativeMemory(Math.max(64, c.kernel().scratchBytes())));
    made = c;
    call =
        keep(
            c.kernel()
                .bind(addresses.stream().mapToLong(Long::longValue).toArray(), scratch.address(0)));
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.add(resource);
    return resource;
  }

  private void fill(NativeMemory memory, MemoryLayout layout, Random random) {
    ByteBuffer view = memory.view(0, layout.bytes());
    while (view.hasRemaining()) {
      if (layout.type() == F32) {
        view.putFloat((float) kernel.values.applyAsDouble(random.nextGaussian()));
      } else {
        view.put((byte) random.nextInt(256));
      }
    }
  }

  /** Runs it. */
  @Benchmark
  public void run(Work work) {
    call.run(Long.MAX_VALUE);
    work.values += made.values();
    work.bytes += made.bytes();
    if (made.kernel().isInteger()) {
      work.integerProducts += made.kernel().multiplyAdds();
    } else {
      work.floatProducts += made.kernel().multiplyAdds();
    }
  }

  /** Frees the memory, what was made last first. */
  @TearDown
  public void free() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
    opened.clear();
  }
}
