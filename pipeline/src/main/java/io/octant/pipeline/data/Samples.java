package io.octant.pipeline.data;

import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaRDD;

/**
 * Samples that are ready to be read on the executors, partition by partition.
 *
 * @param records opaque records; their memory may be reused from one to the next
 * @param decoder turns a record into the values of a sample
 * @param fields what the decoder fills, in the order of the model's inputs
 * @param description where the data is, for messages
 * @param facts what the source is made of
 * @param <T> the records of the source
 */
public record Samples<T>(
    JavaRDD<T> records,
    SampleDecoder<T> decoder,
    List<SampleField> fields,
    String description,
    DataFacts facts) {
  public Samples {
    fields = List.copyOf(fields);
  }

  /** How many partitions there are, one task each. */
  public int partitions() {
    return records.getNumPartitions();
  }

  /**
   * The same samples, refusing labels that are no class.
   *
   * @param classes number of classes; empty if it is not known
   */
  public Samples<T> withClasses(OptionalInt classes) {
    return new Samples<>(records, decoder.withClasses(classes), fields, description, facts);
  }

  /**
   * Checks that there is something to read.
   *
   * @param purpose verb of the message, such as {@code calibrate}
   * @throws DataException if there is no sample
   */
  public Samples<T> requireSome(String purpose) {
    if (facts.samples() == 0) {
      throw new DataException(
          "Cannot " + purpose + " on " + description + ": no samples in it, expected at least one");
    }
    return this;
  }

  /**
   * Checks that a job has seen every sample once.
   *
   * @param purpose verb of the message, such as {@code calibrate}
   * @throws DataException if there are none, or others than there were when the files were listed
   */
  public void requireAllRead(DataCounts counts, String purpose) {
    requireSome(purpose);
    if (counts.samples() != facts.samples()) {
      throw new DataException(
          "Cannot "
              + purpose
              + " on "
              + description
              + ": "
              + counts.samples()
              + " samples read, expected the "
              + facts.samples()
              + " that its files held at the beginning");
    }
  }
}
