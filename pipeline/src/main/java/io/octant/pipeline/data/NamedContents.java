package io.octant.pipeline.data;

import io.octant.bytes.Digest;
import io.octant.pipeline.data.splits.Split;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.jspecify.annotations.Nullable;

/**
 * What the files are that the records of splits name besides those that they stand in: pictures of
 * a list, told by path, length and entity tag or time.
 *
 * @param splits told by that as well
 * @param records the records of the splits; at the end of each its files are looked at again
 */
record NamedContents<T>(List<Split> splits, JavaRDD<T> records) {

  /** Looks at every file that is named, in a job of Spark's. */
  static <T> NamedContents<T> of(
      JavaRDD<T> records, List<Split> splits, SampleDecoder<T> decoder, String description) {
    List<String> contents =
        records
            .mapPartitions(
                all -> {
                  Seen seen = new Seen();
                  all.forEachRemaining(
                      record -> {
                        if (decoder.isSample(record)) {
                          seen.add(decoder.named(record).get());
                        }
                      });
                  return List.of(seen.digest).iterator();
                })
            .collect();
    return new NamedContents<>(
        IntStream.range(0, splits.size())
            .mapToObj(i -> splits.get(i).naming(contents.get(i)))
            .toList(),
        records.mapPartitionsWithIndex(
            (index, all) -> new Checked<>(all, decoder, contents.get(index), description), true));
  }

  /** The digest of what was seen so far. */
  private static final class Seen {
    String digest = "";

    void add(String named) {
      digest = Digest.of((digest + "\n" + named).getBytes(StandardCharsets.UTF_8)).hex();
    }
  }

  /** Looks at the files of a record when it has been read. */
  private static final class Checked<T> implements Iterator<T> {
    private final Iterator<T> records;
    private final SampleDecoder<T> decoder;
    private final String expected;
    private final String description;
    private final Seen seen = new Seen();
    private @Nullable Supplier<String> read;

    Checked(Iterator<T> records, SampleDecoder<T> decoder, String expected, String description) {
      this.records = records;
      this.decoder = decoder;
      this.expected = expected;
      this.description = description;
    }

    @Override
    public boolean hasNext() {
      if (read != null) {
        seen.add(read.get());
        read = null;
      }
      boolean more = records.hasNext();
      if (!more && !seen.digest.equals(expected)) {
        throw new DataException(
            "Cannot read data: "
                + description
                + ": a file that its rows name changed while it was read, expected it to stay");
      }
      return more;
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      T record = records.next();
      read = decoder.isSample(record) ? decoder.named(record) : null;
      return record;
    }
  }
}
