package io.octant.kernels.plan;

import io.octant.graph.Node;
import io.octant.kernels.binding.Stage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of a joint graph that run as one: a batch norm, a sum or nothing, and the clamps and fake
 * quantizes behind it; and their gradients.
 *
 * @param head the batch norm or sum; null if the stages stand alone
 * @param divided the quotient before the batch norm, null if there is none
 * @param stages in order
 * @param headGradient {@code octant.gradient.batch_norm} of the head, null if it has none
 * @param dividedGradient {@code octant.gradient.pairwise} of the quotient
 */
record TrainingChain(
    @Nullable Node head,
    @Nullable Node divided,
    List<Step> stages,
    @Nullable Node headGradient,
    @Nullable Node dividedGradient) {
  TrainingChain {
    stages = List.copyOf(stages);
  }

  /**
   * A clamp or fake quantize.
   *
   * @param low of a clamp
   * @param high of a clamp
   * @param gradient its node in the backward part, null if no gradient reaches it
   */
  record Step(Node node, Stage kind, float low, float high, @Nullable Node gradient) {}

  /** The node that the chain begins with. */
  Node first() {
    return divided != null ? divided : head != null ? head : stages.get(0).node();
  }

  /** The node whose value the chain makes. */
  Node last() {
    return stages.isEmpty() ? Objects.requireNonNull(head) : stages.get(stages.size() - 1).node();
  }

  List<Stage> kinds() {
    return stages.stream().map(Step::kind).toList();
  }

  /** The node that holds the gradient that comes into the chain; null if none does. */
  @Nullable Node incoming() {
    Node first = stages.isEmpty() ? headGradient : stages.get(stages.size() - 1).gradient();
    return first == null ? null : (Node) first.arg(0);
  }

  /** The node of the backward part that the chain's gradient is made for; null if none is. */
  @Nullable Node outgoing() {
    return headGradient != null ? headGradient : stages.isEmpty() ? null : stages.get(0).gradient();
  }
}
