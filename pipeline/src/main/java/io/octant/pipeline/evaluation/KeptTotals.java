package io.octant.pipeline.evaluation;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.bytes.Digest;
import io.octant.bytes.Envelope;
import io.octant.bytes.Hash;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.splits.Split;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.output.WholeFolder;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where the totals of one model over one split are kept from run to run: {@code
 * KEY/MODEL/SPLIT.octeval}, each name a SHA-256. A key covers what the totals depend on besides
 * model and split: the float graph, the comparison, the reading of the data, the batch and the
 * numerics of the executors.
 *
 * @param hadoop how the file system is reached
 * @param path the folder of all kept totals
 * @param keys {@code KEY/MODEL} by index of the model
 */
record KeptTotals(
    Broadcast<SerializableConfiguration> hadoop, String path, SortedMap<Integer, String> keys)
    implements Serializable {
  private static final Envelope ENVELOPE = new Envelope("kept totals", "OCTEVSPL", 1);

  /**
   * What has to be run of a split.
   *
   * @param split its identity
   * @param rows in it, samples or left out
   * @param models indices, the float model's included if its totals are missing
   */
  record Gap(String split, long rows, List<Integer> models) implements Serializable {}

  /**
   * What is there.
   *
   * @param totals their sum
   * @param there which models have totals of a split, by its index
   * @param damaged a message for each file that is not what its name says
   */
  record Found(
      EvaluationTotals totals, SortedMap<Integer, SortedSet<Integer>> there, List<String> damaged) {

    List<Integer> missing(int split, SortedSet<Integer> models) {
      List<Integer> out = new ArrayList<>(models);
      out.removeAll(there.getOrDefault(split, new TreeSet<>()));
      return out;
    }
  }

  static KeptTotals of(
      Broadcast<SerializableConfiguration> hadoop,
      String path,
      EvaluationTask<?> task,
      String binding,
      SortedSet<ExecutorIdentity> present) {
    SortedSet<String> numerics = new TreeSet<>();
    present.forEach(e -> numerics.add(e.numerics().toString()));
    Hash common =
        Hash.sha256()
            .update("octant kept evaluation 2\n")
            .update(task.reference().graphDigest())
            .update("\n" + task.plan() + "\ntop " + task.top() + "\n")
            .update(binding)
            .update("\nlabels " + task.decoder().labels())
            .update("\nbatch " + task.reference().batch() + "\n")
            .update(task.reference().engine() + " " + numerics);
    String shared = common.hex();
    SortedMap<Integer, String> keys = new TreeMap<>();
    keys.put(EvaluationTotals.FLOAT, key(shared, task.reference()));
    task.candidates().forEach(c -> keys.put(c.index(), key(shared, c.session())));
    return new KeptTotals(hadoop, path, keys);
  }

  private static String key(String shared, SessionSpec session) {
    byte[] graph = session.graphDigest().getBytes(StandardCharsets.UTF_8);
    return shared + "/" + Digest.of(graph).hex();
  }

  SortedSet<Integer> models() {
    return new TreeSet<>(keys.keySet());
  }

  private WholeFolder folder() {
    return WholeFolder.at(hadoop.value().value(), path);
  }

  private static String file(String split) {
    return Digest.of(split.getBytes(StandardCharsets.UTF_8)) + EvaluationTotals.EXTENSION;
  }

  /**
   * Keeps the totals of a split; those of a model that failed are not kept, to be tried again.
   *
   * @return of all, what the gap asked for
   */
  EvaluationTotals keep(Gap gap, EvaluationTotals all) {
    EvaluationTotals wanted = new EvaluationTotals();
    all.executors().forEach(wanted::addExecutor);
    for (int index : gap.models()) {
      DataCounts counts = index == EvaluationTotals.FLOAT ? all.counts() : DataCounts.NONE;
      CandidateTotals model = all.model(index);
      wanted.put(index, model);
      wanted.addRead(counts);
      if (model.error().isEmpty()) {
        EvaluationTotals alone = new EvaluationTotals();
        alone.put(EvaluationTotals.FLOAT, model);
        alone.addRead(counts);
        folder()
            .write(
                keys.get(index) + "/" + file(gap.split()),
                ENVELOPE.seal(
                    out -> {
                      out.text(gap.split());
                      out.i64(gap.rows());
                      out.block(alone.toBytes());
                    }));
      }
    }
    return wanted;
  }

  /** What was run, and what was there, by model. */
  SortedMap<Integer, KeptEvaluation.Splits> splits(List<Gap> gaps, int all) {
    SortedMap<Integer, KeptEvaluation.Splits> out = new TreeMap<>();
    for (int model : keys.keySet()) {
      int computed = (int) gaps.stream().filter(gap -> gap.models().contains(model)).count();
      out.put(model, new KeptEvaluation.Splits(computed, all - computed));
    }
    return out;
  }

  /** Totals that were to be kept and are not to be found; those of failures were not. */
  int lost(List<Gap> gaps, EvaluationTotals totals) {
    int lost = 0;
    for (Map.Entry<Integer, String> model : keys.entrySet()) {
      List<Gap> own = gaps.stream().filter(gap -> gap.models().contains(model.getKey())).toList();
      if (!own.isEmpty() && totals.model(model.getKey()).error().isEmpty()) {
        SortedSet<String> names = names(model.getValue());
        lost += (int) own.stream().filter(gap -> !names.contains(file(gap.split()))).count();
      }
    }
    return lost;
  }

  private SortedSet<String> names(String below) {
    SortedSet<String> names = new TreeSet<>();
    folder().list(below).forEach(e -> names.add(e.name()));
    return names;
  }

  /** Looks for what is kept; runs a Spark job if there is something to read. */
  Found find(JavaSparkContext context, List<Split> splits) {
    List<KeptFile> files = new ArrayList<>();
    for (Map.Entry<Integer, String> model : keys.entrySet()) {
      SortedSet<String> names = names(model.getValue());
      for (int i = 0; i < splits.size(); i++) {
        String identity = splits.get(i).identity();
        if (names.contains(file(identity))) {
          files.add(new KeptFile(model.getKey(), i, identity, splits.get(i).rows()));
        }
      }
    }
    Found found = new Found(new EvaluationTotals(), new TreeMap<>(), new ArrayList<>());
    if (files.isEmpty()) {
      return found;
    }
    List<Integer> indices = IntStream.range(0, files.size()).boxed().toList();
    int tasks = Math.min(indices.size(), Math.max(1, context.defaultParallelism()));
    for (List<byte[]> answers :
        context
            .parallelize(indices, tasks)
            .mapPartitions(each -> read(each, files))
            .glom()
            .collect()) {
      for (byte[] answer : answers) {
        ByteSource in = new ByteSource("answer of a lookup", answer);
        KeptFile file = files.get(in.varint31("file"));
        String damage = in.text();
        if (!damage.isEmpty()) {
          found.damaged().add(damage);
          continue;
        }
        EvaluationTotals part = EvaluationTotals.fromBytes(in.block());
        EvaluationTotals placed = new EvaluationTotals();
        placed.addRead(part.counts());
        placed.put(file.model(), part.model(EvaluationTotals.FLOAT));
        found.totals().merge(placed);
        found.there().computeIfAbsent(file.split(), s -> new TreeSet<>()).add(file.model());
      }
    }
    return found;
  }

  private record KeptFile(int model, int split, String identity, long rows)
      implements Serializable {}

  private Iterator<byte[]> read(Iterator<Integer> indices, List<KeptFile> files) {
    List<byte[]> out = new ArrayList<>();
    while (indices.hasNext()) {
      int index = indices.next();
      KeptFile kept = files.get(index);
      String name = keys.get(kept.model()) + "/" + file(kept.identity());
      // A file that has vanished since it was listed is as good as none.
      Optional<byte[]> bytes = folder().read(name);
      if (bytes.isPresent()) {
        ByteSink answer = new ByteSink();
        answer.varint(index);
        try {
          byte[] totals = totals(folder().uri(name), bytes.get(), kept);
          answer.text("");
          answer.block(totals);
        } catch (OctantException e) {
          answer.text(String.valueOf(e.getMessage()));
        }
        out.add(answer.toBytes());
      }
    }
    return out.iterator();
  }

  private static byte[] totals(String uri, byte[] bytes, KeptFile expected) {
    ByteSource in = ENVELOPE.open(uri, bytes).content();
    String split = in.text();
    long rows = in.i64();
    byte[] totals = in.block();
    in.requireEnd();
    if (!split.equals(expected.identity()) || rows != expected.rows()) {
      throw new OctantException(
          "Cannot use kept totals "
              + uri
              + ": "
              + rows
              + " rows of "
              + split
              + ", expected "
              + expected.rows()
              + " of "
              + expected.identity());
    }
    EvaluationTotals.fromBytes(totals);
    return totals;
  }
}
