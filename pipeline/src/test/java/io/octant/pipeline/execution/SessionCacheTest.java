package io.octant.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.engine.Session;
import io.octant.pipeline.data.SampleField;
import io.octant.tensor.DType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionCacheTest {
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 2);

  private final SessionCache cache = new SessionCache(1);
  private int openBefore;

  @BeforeEach
  void count() {
    openBefore = TestEngine.OPEN_SESSIONS.get();
  }

  private int open() {
    return TestEngine.OPEN_SESSIONS.get() - openBefore;
  }

  @Test
  void leasesOfOneDigestShareASession() {
    try (SessionLease a = cache.lease(new TestRecipe(1).spec(4, X));
        SessionLease b = cache.lease(new TestRecipe(1).spec(4, X));
        SessionLease c = cache.lease(new TestRecipe(2).spec(4, X));
        SessionLease d = cache.lease(new TestRecipe(1).spec(8, X))) {
      assertThat(b.session()).isSameAs(a.session());
      assertThat(c.session()).isNotSameAs(a.session());
      assertThat(d.session()).isNotSameAs(a.session());
      assertThat(a.numerics().isa()).isEqualTo("test-isa");
      assertThat(open()).isEqualTo(3);
      assertThat(cache.openLeases()).isEqualTo(4);
    }
    assertThat(cache.openLeases()).isZero();
    cache.close();
  }

  @Test
  void keepsTheSessionUsedLastAndClosesTheOthers() {
    SessionLease first = cache.lease(new TestRecipe(1).spec(4, X));
    SessionLease second = cache.lease(new TestRecipe(2).spec(4, X));
    Session kept = first.session();
    second.close();
    assertThat(open()).isEqualTo(2);
    first.close();
    assertThat(open()).isEqualTo(1);
    try (SessionLease again = cache.lease(new TestRecipe(1).spec(4, X))) {
      assertThat(again.session()).isSameAs(kept);
    }
    cache.close();
    assertThat(open()).isZero();
    assertThat(cache.size()).isZero();
  }

  @Test
  void neverClosesALeasedSession() {
    List<SessionLease> leases = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      leases.add(cache.lease(new TestRecipe(i).spec(4, X)));
    }
    cache.closeIdle();
    assertThat(open()).isEqualTo(5);
    leases.forEach(SessionLease::close);
    assertThat(open()).isEqualTo(1);
    cache.closeIdle();
    assertThat(open()).isZero();
  }

  @Test
  void aSessionThatNobodyWantsAnyMoreIsClosed() {
    AtomicLong now = new AtomicLong();
    SessionCache timed = new SessionCache(2, now::get);
    SessionLease held = timed.lease(new TestRecipe(1).spec(4, X));
    timed.lease(new TestRecipe(2).spec(4, X)).close();
    now.addAndGet(Duration.ofSeconds(50).toNanos());
    timed.lease(new TestRecipe(3).spec(4, X)).close();
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    timed.closeIdleFor(Duration.ofMinutes(1));
    assertThat(open()).as("one is held, one was wanted lately").isEqualTo(2);
    now.addAndGet(Duration.ofHours(1).toNanos());
    timed.closeIdleFor(Duration.ofMinutes(1));
    assertThat(open()).isEqualTo(1);
    assertThat(held.session()).isNotNull();
    held.close();
    timed.closeIdleFor(Duration.ofMinutes(1));
    assertThat(open()).as("idle since now").isEqualTo(1);
    timed.close();
    assertThat(open()).isZero();
  }

  @Test
  void closingALeaseTwiceGivesItBackOnce() {
    SessionLease lease = cache.lease(new TestRecipe(1).spec(4, X));
    try (SessionLease other = cache.lease(new TestRecipe(1).spec(4, X))) {
      lease.close();
      lease.close();
      assertThat(cache.openLeases()).isEqualTo(1);
      assertThat(other.session()).isNotNull();
      assertThatThrownBy(lease::session).isInstanceOf(IllegalStateException.class);
    }
    cache.close();
  }

  @Test
  void concurrentTasksCompileOnce() throws Exception {
    int before = TestEngine.COMPILED.get();
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    try {
      Callable<Session> task =
          () -> {
            try (SessionLease lease = cache.lease(new TestRecipe(3).spec(4, X))) {
              Thread.sleep(20);
              return lease.session();
            }
          };
      List<Session> sessions = new ArrayList<>();
      for (Future<Session> f : tasks.invokeAll(Collections.nCopies(16, task))) {
        sessions.add(f.get());
      }
      assertThat(sessions).allSatisfy(s -> assertThat(s).isSameAs(sessions.get(0)));
      assertThat(TestEngine.COMPILED.get() - before).isEqualTo(1);
    } finally {
      tasks.shutdown();
    }
    cache.close();
  }

  @Test
  void refusesAGraphThatIsNotTheDrivers() {
    SessionSpec spec =
        new SessionSpec(new TestRecipe(1), "0".repeat(64), TestEngine.Provider.TEST, List.of(X), 4);
    assertThatThrownBy(() -> cache.lease(spec))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining(
            "Cannot run graph: digest " + GraphDigest.of(new TestRecipe(1).make()))
        .hasMessageContaining("expected the driver's 000");
    assertThat(cache.size()).isZero();
    assertThat(cache.openLeases()).isZero();
  }

  @Test
  void aSessionThatDoesNotCompileIsNotKept() {
    EngineProvider broken =
        () -> {
          throw new OctantException("Cannot start engine");
        };
    TestRecipe recipe = new TestRecipe(1);
    SessionSpec spec =
        new SessionSpec(recipe, GraphDigest.of(recipe.make()), broken, List.of(X), 4);
    assertThatThrownBy(() -> cache.lease(spec)).hasMessage("Cannot start engine");
    assertThatThrownBy(() -> cache.lease(spec)).hasMessage("Cannot start engine");
    assertThat(cache.size()).isZero();
    assertThat(cache.openLeases()).isZero();
  }

  @Test
  void theDigestSeesEveryWeight() {
    assertThat(GraphDigest.of(new TestRecipe(1).make()))
        .hasSize(64)
        .isEqualTo(GraphDigest.of(new TestRecipe(1).make()))
        .isNotEqualTo(GraphDigest.of(new TestRecipe(Math.nextUp(1f)).make()));
  }
}
