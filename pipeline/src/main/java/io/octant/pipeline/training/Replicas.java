package io.octant.pipeline.training;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Models of the training that a JVM works for, one for each task that runs at the same time. Those
 * of an earlier training are let go when another begins. Thread-safe.
 */
final class Replicas {
  // The tasks of an executor have nothing in common but their JVM.
  private static final Replicas SHARED = new Replicas();

  private final Deque<Replica> idle = new ArrayDeque<>();
  private String training = "";

  /** Those of this JVM. */
  static Replicas shared() {
    return SHARED;
  }

  /**
   * Has work done with a model that no other task uses meanwhile.
   *
   * @param id of the training
   */
  <T> T with(String id, Supplier<Replica> made, Function<Replica, T> work) {
    Replica replica = take(id);
    Replica used = replica == null ? made.get() : replica;
    try {
      T out = work.apply(used);
      giveBack(id, used);
      return out;
    } catch (Throwable e) {
      // One that has failed is in no known state.
      used.close();
      throw e;
    }
  }

  private synchronized @Nullable Replica take(String id) {
    if (!id.equals(training)) {
      clear();
      training = id;
    }
    return idle.poll();
  }

  private synchronized void giveBack(String id, Replica replica) {
    if (id.equals(training)) {
      idle.push(replica);
    } else {
      replica.close();
    }
  }

  /** Lets go of all that nobody uses. */
  synchronized void clear() {
    idle.forEach(Replica::close);
    idle.clear();
  }
}
