package io.octant.onnx.rewrite;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * A node whose operator ONNX defines as a function, and what is known of its inputs.
 *
 * @param opset version of the default operator set, which bodies are written in
 * @param inputs an example of each input, of its type and shape; empty for one left out
 */
public record FunctionCall(OnnxNode node, int opset, List<Optional<Tensor>> inputs) {
  boolean has(int input) {
    return input < inputs.size() && inputs.get(input).isPresent();
  }

  Shape shape(int input) {
    return example(input).shape();
  }

  DType type(int input) {
    return example(input).dtype();
  }

  int rank(int input) {
    return shape(input).rank();
  }

  private Tensor example(int input) {
    if (!has(input)) {
      throw node.error("input " + input + " is missing");
    }
    return inputs.get(input).orElseThrow();
  }

  boolean asks(int output) {
    return !node.output(output).isEmpty();
  }

  /** A rank that the operator has a body for. */
  int rank(int input, int least, int most) {
    if (rank(input) < least || rank(input) > most) {
      throw node.error(
          "input "
              + input
              + " of shape "
              + shape(input)
              + ", expected rank "
              + least
              + " to "
              + most);
    }
    return rank(input);
  }

  /** An axis counted from the front. */
  int axis(long given, int rank) {
    if (given < -rank || given >= rank) {
      throw node.error("axis " + given + " of an input of rank " + rank);
    }
    return (int) (given < 0 ? given + rank : given);
  }
}
