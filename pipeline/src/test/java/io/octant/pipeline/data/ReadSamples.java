package io.octant.pipeline.data;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.tensor.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/** Reads a source through batches on Spark and brings every sample back, with its counts. */
final class ReadSamples {
  private ReadSamples() {}

  /** One sample: its first input as doubles, and its label or −1. */
  @SuppressWarnings("ArrayRecordComponent")
  record Sample(double[] values, long label) implements Serializable {}

  /** What one partition held. */
  @SuppressWarnings("ArrayRecordComponent")
  record Partition(List<Sample> samples, byte[] counts, int batches) implements Serializable {}

  static <T> List<Partition> partitions(Samples<T> samples, int batch) {
    return partitions(samples.tasks(), samples, batch);
  }

  static <T> List<Partition> partitions(JavaRDD<T> records, Samples<T> samples, int batch) {
    SampleDecoder<T> decoder = samples.decoder();
    ArrayList<SampleField> fields = new ArrayList<>(samples.fields());
    return records
        .mapPartitions(
            it -> {
              Batches<T> batches = new Batches<>(it, decoder, fields, batch);
              List<Sample> read = new ArrayList<>();
              int count = 0;
              while (batches.hasNext()) {
                count++;
                Batch b = batches.next();
                for (int i = 0; i < b.validSamples(); i++) {
                  read.add(
                      new Sample(
                          row(b.inputs().get(0), i), b.labels().length == 0 ? -1 : b.labels()[i]));
                }
              }
              DataCounts c = batches.counts();
              ByteSink counts = new ByteSink();
              c.write(counts);
              return List.of(new Partition(new ArrayList<>(read), counts.toBytes(), count))
                  .iterator();
            })
        .collect();
  }

  static <T> List<Sample> all(Samples<T> samples) {
    return partitions(samples, 7).stream().flatMap(p -> p.samples().stream()).toList();
  }

  static <T> DataCounts counts(Samples<T> samples) {
    return partitions(samples, 7).stream()
        .map(p -> DataCounts.read(new ByteSource("counts", p.counts())))
        .reduce(DataCounts.NONE, DataCounts::plus);
  }

  /** Samples as comparable text, sorted: the multiset. */
  static List<String> multiset(List<Sample> samples) {
    return samples.stream()
        .map(s -> java.util.Arrays.toString(s.values()) + s.label())
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static double[] row(Tensor batch, int row) {
    int n = batch.numel() / batch.shape().dim(0);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = batch.doubleAt(row * n + i);
    }
    return values;
  }
}
