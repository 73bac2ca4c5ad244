package io.octant.pipeline;

import io.octant.pipeline.execution.GraphRecipe;
import io.octant.pipeline.leaderboard.Row;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A candidate that was made, or why it was not.
 *
 * @param candidate what it is
 * @param recipe how executors make it; null if it was not made
 * @param graphDigest of its graph
 * @param facts of its file
 * @param error empty if it was made
 */
record SweepModel(
    SweepCandidate candidate,
    @Nullable GraphRecipe recipe,
    String graphDigest,
    Optional<Row.Facts> facts,
    String error) {

  static SweepModel failed(SweepCandidate candidate, String error) {
    return new SweepModel(candidate, null, "", Optional.empty(), error);
  }
}
