package io.octant.pipeline.training;

import io.octant.pipeline.execution.EngineProvider;
import io.octant.pipeline.execution.SessionSpec;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * What executors need of a training, whatever its settings.
 *
 * @param id of the run, for executors that see several
 * @param source the model, to be prepared for training
 * @param engine runs it forward and backward, if it can; the reference operators do otherwise
 * @param teacher the float model for micro-batches; empty if it takes no part
 * @param partitions of the cached samples, at most
 */
public record Workers(
    String id,
    Broadcast<byte[]> source,
    EngineProvider engine,
    List<SessionSpec> teacher,
    int partitions)
    implements Serializable {
  public Workers {
    teacher = List.copyOf(teacher);
  }
}
