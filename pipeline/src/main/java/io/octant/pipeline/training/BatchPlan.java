package io.octant.pipeline.training;

import io.octant.pipeline.data.DataException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Which samples each step takes: a function of the number of samples and of settings, not of where
 * the samples lie.
 *
 * <p>Samples are numbered by chance once, and cut into blocks of consecutive numbers. An epoch goes
 * through the blocks in rounds, in an order by chance for each round, and takes one micro-batch of
 * each; which rows of the block these are is chance again, for each epoch anew. What does not fill
 * a micro-batch or a batch is left out of the epoch.
 *
 * @param samples how many there are
 * @param blockRows rows of every block but the last, which may have fewer
 * @param microBatch samples that run together
 * @param microBatches of a step
 * @param seed of all chance
 */
record BatchPlan(long samples, int blockRows, int microBatch, int microBatches, long seed)
    implements Serializable {
  /** Micro-batches of a full block, unless its samples are large. */
  private static final int MICRO_BATCHES_A_BLOCK = 8;

  private static final long MOST_BLOCK_BYTES = 64L << 20;

  /**
   * Plans.
   *
   * @param sampleBytes of one sample
   * @throws DataException if an epoch would not have a step
   */
  static BatchPlan of(long samples, long sampleBytes, TrainingSettings settings) {
    int micro = settings.microBatch();
    long fitting = MOST_BLOCK_BYTES / Math.max(1, sampleBytes * micro);
    int blockRows = micro * (int) Math.max(1, Math.min(MICRO_BATCHES_A_BLOCK, fitting));
    BatchPlan plan =
        new BatchPlan(samples, blockRows, micro, settings.batch() / micro, settings.seed());
    if (plan.stepsPerEpoch() == 0) {
      throw new DataException(
          "Cannot train on "
              + samples
              + " samples in batches of "
              + settings.batch()
              + ", expected enough for one batch");
    }
    return plan;
  }

  /**
   * Some samples of a block that run together.
   *
   * @param index within the step
   * @param rows of the block
   */
  record MicroBatch(int index, long block, List<Integer> rows) {}

  /** Number of blocks. */
  long blocks() {
    return (samples + blockRows - 1) / blockRows;
  }

  private int rowsOf(long block) {
    return (int) Math.min(blockRows, samples - block * blockRows);
  }

  private int roundsOf(long block) {
    return rowsOf(block) / microBatch;
  }

  /** Steps of an epoch. */
  long stepsPerEpoch() {
    long whole = blocks() - 1;
    return (whole * (blockRows / microBatch) + roundsOf(whole)) / microBatches;
  }

  /** The number that a sample gets: its block and its row in it. */
  long number(long sample) {
    return new SeededPermutation(SeededPermutation.seed(seed), samples).at(sample);
  }

  /** The micro-batches of a step, counted from 0 through all epochs. */
  List<MicroBatch> step(long step) {
    long epoch = step / stepsPerEpoch();
    long from = step % stepsPerEpoch() * microBatches;
    List<MicroBatch> out = new ArrayList<>();
    for (int i = 0; i < microBatches; i++) {
      out.add(microBatch(i, epoch, from + i));
    }
    return out;
  }

  /** The last block is the only one that may drop out of later rounds. */
  private MicroBatch microBatch(int index, long epoch, long place) {
    long whole = blocks() * roundsOf(blocks() - 1);
    long inRound = place < whole ? blocks() : blocks() - 1;
    long rest = place < whole ? place : place - whole;
    long round = rest / inRound + (place < whole ? 0 : roundsOf(blocks() - 1));
    long block =
        new SeededPermutation(SeededPermutation.seed(seed, epoch, 0, round), inRound)
            .at(rest % inRound);
    SeededPermutation rows =
        new SeededPermutation(SeededPermutation.seed(seed, epoch, 1, block), rowsOf(block));
    List<Integer> chosen = new ArrayList<>();
    for (int r = 0; r < microBatch; r++) {
      chosen.add((int) rows.at(round * microBatch + r));
    }
    return new MicroBatch(index, block, chosen);
  }
}
