package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.octant.OctantException;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.graph.GraphException;
import io.octant.kernels.NativeEngine;
import io.octant.kernels.binding.NativeBytes;
import io.octant.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Life of sessions and contexts: sharing, closing, memory, wrong inputs. */
class SessionTest {
  private final NativeEngine engine = new NativeEngine();

  @Test
  void threadsShareASessionAndGetTheSameBits() throws Exception {
    int threads = 6;
    TestGraph graph = TestNetworks.attention(4);
    List<Tensor> input = graph.sample();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Session session = engine.compile(graph.model(), graph.inputs())) {
      Tensor alone;
      try (ExecutionContext context = session.newContext()) {
        alone = context.run(input, 4).get(0);
      }
      CyclicBarrier start = new CyclicBarrier(threads);
      Callable<List<Tensor>> task =
          () -> {
            List<Tensor> results = new ArrayList<>();
            try (ExecutionContext context = session.newContext()) {
              start.await();
              for (int run = 0; run < 30; run++) {
                results.add(context.run(input, 4).get(0));
              }
            }
            return results;
          };
      List<Future<List<Tensor>>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(task));
      }
      for (Future<List<Tensor>> results : running) {
        assertThat(results.get()).allMatch(alone::equals);
      }
    } finally {
      pool.shutdown();
    }
    assertThat(engine.liveObjects()).isZero();
  }

  @Test
  void useAfterCloseThrowsAndTheLastContextFreesAll() {
    TestGraph graph = TestNetworks.residual(2);
    List<Tensor> input = graph.sample();
    Session session = engine.compile(graph.model(), graph.inputs());
    ExecutionContext context = session.newContext();
    ExecutionContext closed = session.newContext();
    closed.close();
    assertThatThrownBy(() -> closed.run(input, 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    session.close();
    session.close();
    assertThatThrownBy(session::newContext).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> context.run(input, 2)).isInstanceOf(IllegalStateException.class);
    assertThat(engine.liveObjects()).isPositive();
    context.close();
    context.close();
    assertThat(engine.liveObjects()).isZero();
  }

  @Test
  void aRunAllocatesItsResultsAndLittleElse() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    TestGraph graph = TestNetworks.residual(16);
    List<Tensor> input = graph.sample();
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      long resultBytes = context.run(input, 16).get(0).numel() * 4L;
      for (int i = 0; i < 200; i++) {
        context.run(input, 16);
      }
      long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      for (int i = 0; i < 100; i++) {
        context.run(input, 16);
      }
      long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      assertThat((after - before) / 100).isLessThan(resultBytes + 2048);
    }
  }

  @Test
  void whatIsHeldIsCounted() {
    TestGraph graph = TestNetworks.residual(4);
    long before = NativeBytes.now();
    try (Session session = engine.compile(graph.model(), graph.inputs())) {
      long shared = session.memory().sharedBytes();
      assertThat(NativeBytes.now() - before).isEqualTo(shared).isPositive();
      try (ExecutionContext a = session.newContext();
          ExecutionContext b = session.newContext()) {
        assertThat(NativeBytes.now() - before)
            .isEqualTo(shared + 2 * session.memory().contextBytes());
        assertThat(List.of(a, b)).doesNotHaveDuplicates();
      }
      assertThat(NativeBytes.now() - before).isEqualTo(shared);
      assertThat(NativeBytes.peak())
          .isGreaterThanOrEqualTo(before + shared + 2 * session.memory().contextBytes());
    }
    assertThat(NativeBytes.now()).isEqualTo(before);
  }

  @Test
  void memoryIsAccountedFor() {
    TestGraph graph = TestNetworks.residual(4);
    try (Session session = engine.compile(graph.model(), graph.inputs())) {
      long weights =
          graph.model().children().values().stream()
              .flatMap(m -> m.parameters().values().stream())
              .mapToLong(t -> t.numel() * 4L)
              .sum();
      assertThat(session.memory().sharedBytes()).isGreaterThanOrEqualTo(weights);
      // Input, and the two largest tensors that are alive together.
      assertThat(session.memory().contextBytes())
          .isBetween(4L * 16 * 15 * 15 * 4, 4L * 4 * (16 + 16 + 3 + 3) * 15 * 15 + (1 << 20));
    }
  }

  @Test
  void wrongInputsAreNamed() {
    TestGraph graph = TestNetworks.residual(2);
    List<Tensor> input = graph.sample();
    try (Session session = engine.compile(graph.model(), graph.inputs());
        ExecutionContext context = session.newContext()) {
      assertThatThrownBy(() -> context.run(List.of(Tensor.of(new float[4], 4)), 1))
          .isInstanceOf(OctantException.class)
          .hasMessageContaining("input x0")
          .hasMessageContaining("[2, 3, 15, 15]");
      assertThatThrownBy(() -> context.run(input, 3))
          .isInstanceOf(OctantException.class)
          .hasMessageContaining("valid samples: 3, expected 0 to 2");
      assertThatThrownBy(() -> context.run(List.of(), 1)).isInstanceOf(OctantException.class);
    }
  }

  @Test
  void aShapeThatDoesNotFitNamesTheNode() {
    TestGraph g = new TestGraph();
    g.output(g.method("reshape", g.function("torch.nn.functional.relu", g.input(2, 3)), 4, 4));
    assertThatThrownBy(() -> engine.compile(g.model(), g.inputs()))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("Cannot compile node reshape")
        .hasMessageContaining("[4, 4]");
    assertThat(engine.liveObjects()).isZero();
  }
}
