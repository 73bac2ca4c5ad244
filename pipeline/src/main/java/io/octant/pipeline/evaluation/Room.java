package io.octant.pipeline.evaluation;

import io.octant.engine.Session;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.collection.Iterator;

/**
 * Memory of an executor that models and waiting batches share.
 *
 * @param bytes for all
 * @param slots tasks that an executor runs at once, at least one
 */
record Room(long bytes, int slots) implements Serializable {

  /**
   * Room in executors as they are now: the one with most slots counts, for which others have room
   * to spare.
   */
  static Room of(JavaSparkContext context, long bytes) {
    int slots = 0;
    // Spark's status tracker knows executors, but not their slots.
    Iterator<ExecutorSummary> executors = context.sc().statusStore().executorList(true).iterator();
    while (executors.hasNext()) {
      slots = Math.max(slots, executors.next().maxTasks());
    }
    return new Room(bytes, slots > 0 ? slots : Math.max(1, context.defaultParallelism()));
  }

  /** What a session takes in an executor if every slot runs a task. */
  long of(Session.MemoryUse use) {
    return use.sharedBytes() + use.contextBytes() * slots;
  }

  /** What is left. */
  Room without(long taken) {
    return new Room(bytes - taken, slots);
  }

  /** What each task has of it. */
  long ofTask() {
    return bytes / slots;
  }
}
