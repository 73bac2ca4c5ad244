package io.octant.pipeline.calibration;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.Digest;
import io.octant.bytes.Hash;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.Numerics;
import io.octant.pipeline.output.WholeFolder;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where the states of one calibration are kept, on the driver and on executors: {@code
 * KEY/NUMERICS/SPLIT.octsplit} below the folder of all, each name a SHA-256.
 *
 * @param hadoop how the file system is reached
 * @param path the folder of all kept states
 * @param key what the states depend on besides split and numerics
 */
record StatePlace(Broadcast<SerializableConfiguration> hadoop, String path, String key)
    implements Serializable {
  /**
   * The digest of what a state depends on besides the split and what its float sums are computed
   * by.
   *
   * @param binding which columns become inputs, and how
   * @param batch samples of one forward pass: the kernels that the library picks for it decide the
   *     last digits of float sums
   */
  static Digest key(CalibrationKey key, String binding, int batch) {
    return new Digest(
        Hash.sha256()
            .update("octant kept states 1")
            .update(key.model().hex())
            .update(key.preparedGraph().hex())
            .update(key.observers().hex())
            .update(binding)
            .update("batch " + batch)
            .hex());
  }

  WholeFolder folder() {
    return WholeFolder.at(hadoop.value().value(), path);
  }

  /** The folder of states whose float sums were computed alike. */
  String numerics(Numerics numerics) {
    ByteSink bytes = new ByteSink();
    numerics.write(bytes);
    return key + "/" + Digest.of(bytes.toBytes());
  }

  /** Keeps what a task has seen of a split. */
  void keep(KeptSplit split, PartitionState seen) {
    Numerics numerics = seen.state().numerics().first();
    folder()
        .write(
            numerics(numerics) + "/" + split.file(),
            new KeptState(new Digest(key), split.identity(), seen.counts(), seen.state())
                .toBytes());
  }

  /**
   * What a file has to hold.
   *
   * @param file relative, as {@link #keep} named it
   * @throws OctantException naming the file if it holds something else
   */
  KeptState read(String file, byte[] bytes, KeptSplit split, CalibrationKey calibration) {
    String uri = folder().uri(file);
    KeptState kept = KeptState.fromBytes(uri, bytes);
    boolean isOurs =
        kept.key().hex().equals(key)
            && kept.split().equals(split.identity())
            && kept.state().key().equals(calibration)
            && kept.state().numerics().size() == 1
            && file.equals(numerics(kept.state().numerics().first()) + "/" + split.file())
            && KeptSplit.rows(kept.counts()) == split.rows()
            && kept.state().samples().samples() == kept.counts().samples();
    if (!isOurs) {
      throw new OctantException(
          "Cannot use kept state "
              + uri
              + ": "
              + KeptSplit.rows(kept.counts())
              + " rows of "
              + kept.split()
              + ", expected "
              + split.rows()
              + " of "
              + split.identity());
    }
    return kept;
  }
}
