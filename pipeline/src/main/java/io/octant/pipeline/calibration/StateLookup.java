package io.octant.pipeline.calibration;

import io.octant.OctantException;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Envelope;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.MixedNumerics;
import io.octant.calibration.Numerics;
import io.octant.pipeline.output.WholeFolder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Looks for the states of splits that are kept already, and merges those that are whole.
 *
 * @param reused what they saw together; no executor of this run has part in it
 * @param found indices of the splits whose states are in it
 * @param damaged a message for each file that is not what its name says
 */
record StateLookup(PartitionState reused, SortedSet<Integer> found, List<String> damaged) {
  private static final Envelope ENVELOPE = new Envelope("answer of a lookup", "OCTLOOKU", 1);

  StateLookup {
    found = Collections.unmodifiableSortedSet(new TreeSet<>(found));
    damaged = List.copyOf(damaged);
  }

  /**
   * Runs a Spark job if there is something to read.
   *
   * @param splits all splits of the data
   * @param present what the executors that are there compute with; states of others are used if
   *     {@code mixed} accepts them
   * @throws io.octant.pipeline.data.StorageException if the storage fails
   */
  static StateLookup run(
      JavaSparkContext context,
      StatePlace place,
      CalibrationKey key,
      List<KeptSplit> splits,
      SortedSet<Numerics> present,
      MixedNumerics mixed) {
    List<Candidate> files = files(place, splits, present, mixed);
    StateLookup all =
        new StateLookup(PartitionState.empty(key), Collections.emptySortedSet(), List.of());
    if (files.isEmpty()) {
      return all;
    }
    Read read = new Read(place, files, all.reused.toBytes());
    List<Integer> indices = IntStream.range(0, files.size()).boxed().toList();
    int tasks = Math.min(indices.size(), Math.max(1, context.defaultParallelism()));
    for (byte[] answer : context.parallelize(indices, tasks).mapPartitions(read).collect()) {
      all = all.plus(fromBytes(answer));
    }
    return all;
  }

  /** The file of each split that has one; of several, one of the executors' own numerics. */
  private static List<Candidate> files(
      StatePlace place, List<KeptSplit> splits, SortedSet<Numerics> present, MixedNumerics mixed) {
    WholeFolder folder = place.folder();
    List<String> folders = new ArrayList<>(present.stream().map(place::numerics).toList());
    if (mixed == MixedNumerics.ACCEPT) {
      folder.list(place.key()).stream()
          .map(e -> place.key() + "/" + e.name())
          .filter(f -> !folders.contains(f))
          .forEach(folders::add);
    }
    Map<String, String> fileOfName = new TreeMap<>();
    for (String below : folders) {
      folder.list(below).forEach(e -> fileOfName.putIfAbsent(e.name(), below + "/" + e.name()));
    }
    List<Candidate> files = new ArrayList<>();
    for (int i = 0; i < splits.size(); i++) {
      String file = fileOfName.get(splits.get(i).file());
      if (file != null) {
        files.add(new Candidate(i, splits.get(i), file));
      }
    }
    return files;
  }

  private StateLookup plus(StateLookup more) {
    SortedSet<Integer> both = new TreeSet<>(found);
    both.addAll(more.found);
    List<String> messages = new ArrayList<>(damaged);
    messages.addAll(more.damaged);
    return new StateLookup(StateFold.sum(reused, more.reused), both, messages);
  }

  private byte[] toBytes() {
    return ENVELOPE.seal(
        out -> {
          out.block(reused.toBytes());
          out.varint(found.size());
          found.forEach(out::varint);
          out.varint(damaged.size());
          damaged.forEach(out::text);
        });
  }

  private static StateLookup fromBytes(byte[] bytes) {
    ByteSource in = ENVELOPE.open(bytes).content();
    PartitionState reused = PartitionState.fromBytes(in.block());
    SortedSet<Integer> found = new TreeSet<>();
    for (int i = in.count(1); i > 0; i--) {
      found.add(in.varint31("split"));
    }
    List<String> damaged = new ArrayList<>();
    for (int i = in.count(1); i > 0; i--) {
      damaged.add(in.text());
    }
    in.requireEnd();
    return new StateLookup(reused, found, damaged);
  }

  /** The file that may hold the state of a split. */
  private record Candidate(int index, KeptSplit split, String file) implements Serializable {}

  /** Reads and merges the states of some splits. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Read(StatePlace place, List<Candidate> files, byte[] empty)
      implements FlatMapFunction<Iterator<Integer>, byte[]> {

    @Override
    public Iterator<byte[]> call(Iterator<Integer> indices) {
      PartitionState nothing = PartitionState.fromBytes(empty);
      CalibrationKey key = nothing.state().key();
      List<Integer> found = new ArrayList<>();
      List<String> damaged = new ArrayList<>();
      StateFold fold = new StateFold(nothing);
      indices.forEachRemaining(
          i -> {
            // A file that has vanished since it was listed is as good as none.
            Candidate candidate = files.get(i);
            Optional<byte[]> bytes = place.folder().read(candidate.file());
            bytes.ifPresent(
                b -> {
                  try {
                    KeptState kept = place.read(candidate.file(), b, candidate.split(), key);
                    fold.add(kept.asPartition());
                    found.add(candidate.index());
                  } catch (OctantException e) {
                    damaged.add(String.valueOf(e.getMessage()));
                  }
                });
          });
      return List.of(new StateLookup(fold.total(), new TreeSet<>(found), damaged).toBytes())
          .iterator();
    }
  }
}
