package io.octant.pipeline.data;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * Samples that are ready to be read on the executors, partition by partition.
 *
 * @param records opaque records; their memory may be reused from one to the next
 * @param decoder turns a record into the values of a sample
 * @param fields what the decoder fills, in the order of the model's inputs
 * @param description where the data is, for messages
 * @param <T> the records of the source
 */
public record Samples<T>(
    JavaRDD<T> records, SampleDecoder<T> decoder, List<SampleField> fields, String description) {
  public Samples {
    fields = List.copyOf(fields);
  }

  public int partitions() {
    return records.getNumPartitions();
  }
}
