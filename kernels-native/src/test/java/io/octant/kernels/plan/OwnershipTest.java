package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.kernels.NativeEngine;
import io.octant.kernels.binding.NativeMemory;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Native objects go when their owner does, whichever way that happens. */
class OwnershipTest {
  private static final LongFunction<NativeMemory> NO_MEMORY =
      bytes -> {
        throw new OutOfMemoryError("Cannot allocate native memory");
      };

  private final NativeEngine engine = new NativeEngine();
  private final Logger logger = Logger.getLogger(Owned.class.getName());
  private final List<String> warnings = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public synchronized void publish(LogRecord r) {
          warnings.add(r.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void nothingIsLeftOpen() {
    logger.removeHandler(handler);
    assertThat(engine.liveObjects()).isZero();
  }

  private static TestGraph graph() {
    return TestNetworks.residual(2);
  }

  @Test
  void aSessionThatCannotHaveItsConstantsFreesItsKernels() {
    TestGraph g = graph();
    assertThatThrownBy(() -> CompiledSession.compile(g.model(), g.inputs(), NO_MEMORY))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aContextThatCannotHaveItsMemoryLeavesTheSessionAsItWas() {
    TestGraph g = graph();
    try (CompiledSession session = CompiledSession.compile(g.model(), g.inputs())) {
      long before = engine.liveObjects();
      assertThatThrownBy(() -> session.newContext(1 << 20, NO_MEMORY))
          .isInstanceOf(OutOfMemoryError.class);
      assertThat(engine.liveObjects()).isEqualTo(before);
    }
  }

  @Test
  void aContextThatCannotBindAKernelFreesObserversCallsAndArena() {
    TestGraph g = graph();
    GraphModule observed =
        QuantizeFx.prepare(
            g.model(),
            DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS));
    try (CompiledSession session = CompiledSession.compile(observed, g.inputs())) {
      List<Step.Kernel> kernels =
          session.compiled().steps().stream()
              .filter(s -> s instanceof Step.Kernel)
              .map(s -> (Step.Kernel) s)
              .toList();
      kernels.get(kernels.size() - 1).kernel().close();
      long before = engine.liveObjects();
      assertThatThrownBy(session::newContext).hasMessageContaining("it is closed");
      assertThat(engine.liveObjects()).isEqualTo(before);
    }
  }

  @Test
  void whatNobodyClosedIsFreedAndReported() throws InterruptedException {
    abandon();
    for (int i = 0; i < 200 && engine.liveObjects() > 0; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(engine.liveObjects()).isZero();
    assertThat(warnings)
        .hasSize(2)
        .anySatisfy(w -> assertThat(w).startsWith("Freed an execution context for ["))
        .anySatisfy(w -> assertThat(w).startsWith("Freed a session of "))
        .allSatisfy(w -> assertThat(w).endsWith("that nobody closed, expected close()"));
  }

  private void abandon() {
    TestGraph g = graph();
    Session session = engine.compile(g.model(), g.inputs());
    ExecutionContext context = session.newContext();
    context.run(g.sample(), 2);
    assertThat(engine.liveObjects()).isPositive();
  }

  @Test
  void whatIsClosedIsNotReported() throws InterruptedException {
    closeProperly();
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(warnings).isEmpty();
  }

  private void closeProperly() {
    TestGraph g = graph();
    Session session = engine.compile(g.model(), g.inputs());
    ExecutionContext context = session.newContext();
    // The session goes with its last context.
    session.close();
    context.close();
    context.close();
  }
}
