package io.octant.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.calibration.Statistic;
import io.octant.calibration.TensorStatistics;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.pipeline.data.SampleField;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContextPoolTest {
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 2);
  private static final List<Tensor> BATCH =
      List.of(Tensor.of(DType.FLOAT32, Shape.of(1, 2), new float[] {1, 2}));

  private final SessionCache cache = new SessionCache(2);
  private int openBefore;

  @BeforeEach
  void count() {
    openBefore = open();
  }

  @AfterEach
  void nothingIsLeft() {
    cache.close();
    assertThat(open()).isEqualTo(openBefore);
  }

  private static int open() {
    return TestEngine.OPEN_CONTEXTS.get();
  }

  private SessionLease lease(float weight) {
    return cache.lease(new TestRecipe(weight).spec(1, X));
  }

  @Test
  void aContextServesOneTaskBehindTheOther() {
    for (int task = 0; task < 3; task++) {
      try (SessionLease lease = lease(1);
          ExecutionContext context = lease.context()) {
        context.run(BATCH, 1);
        assertThat(values(context)).as("no values of another task").isEqualTo(2);
        assertThat(open() - openBefore).isEqualTo(1);
      }
    }
  }

  @Test
  void tasksAtOnceHaveOneEach() {
    try (SessionLease lease = lease(1);
        ExecutionContext first = lease.context();
        ExecutionContext second = lease.context()) {
      first.run(BATCH, 1);
      assertThat(values(second)).isZero();
      assertThat(values(first)).isEqualTo(2);
    }
    assertThat(open() - openBefore).isEqualTo(2);
  }

  @Test
  void whatATaskLeavesBehindIsNotForTheNext() {
    try (SessionLease lease = lease(1)) {
      try (ExecutionContext context = lease.context()) {
        context.run(BATCH, 1);
      }
      assertThat(open()).isEqualTo(openBefore);
      try (ExecutionContext context = lease.context()) {
        assertThat(values(context)).isZero();
      }
    }
  }

  @Test
  void aContextThatFailedIsClosed() {
    try (Session session = new TestEngine().compile(new TestRecipe(1).make(), List.of())) {
      ContextPool pool = new ContextPool(session);
      try (ExecutionContext context = pool.lend()) {
        assertThatThrownBy(() -> context.run(List.of(), 1)).isInstanceOf(RuntimeException.class);
      }
      assertThat(pool.size()).isZero();
    }
  }

  @Test
  void aClosedContextIsOfNoUse() {
    try (SessionLease lease = lease(1)) {
      ExecutionContext context = lease.context();
      context.close();
      context.close();
      assertThatThrownBy(() -> context.run(BATCH, 1)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(context::drainStatistics).isInstanceOf(IllegalStateException.class);
      try (ExecutionContext a = lease.context();
          ExecutionContext b = lease.context()) {
        assertThat(a.run(BATCH, 1)).hasSize(1);
        assertThat(values(b)).as("given back once").isZero();
        a.drainStatistics();
      }
    }
  }

  @Test
  void anotherGraphHasTheMemoryOfThoseThatAreIdle() {
    try (SessionLease lease = lease(1);
        ExecutionContext context = lease.context()) {
      context.run(BATCH, 1);
      context.drainStatistics();
    }
    assertThat(open() - openBefore).isEqualTo(1);
    try (SessionLease other = lease(2)) {
      assertThat(open()).isEqualTo(openBefore);
      assertThat(other.session()).isNotNull();
    }
  }

  private static long values(ExecutionContext context) {
    Map<String, Statistic<?>> drained = context.drainStatistics();
    return ((TensorStatistics) drained.get("observer")).count();
  }
}
