package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The inputs of a node, optional ones included, with the usual demands on them. */
public final class Inputs {
  private final OnnxNode node;
  private final List<Optional<Value>> values;
  private final Set<Integer> read = new HashSet<>();

  Inputs(OnnxNode node, List<Optional<Value>> values) {
    this.node = node;
    this.values = values;
  }

  /** How many inputs the node names, trailing empty ones not counted. */
  public int size() {
    return values.size();
  }

  /** Whether an input is there and not left out. */
  public boolean has(int index) {
    return index < values.size() && values.get(index).isPresent();
  }

  /**
   * The value of an input that has to be there.
   *
   * @throws io.octant.onnx.OnnxException if it is left out
   */
  public Value get(int index) {
    if (!has(index)) {
      throw node.error("input " + index + " is missing");
    }
    read.add(index);
    return values.get(index).orElseThrow();
  }

  /** Declares that an input cannot change the result of this node. */
  void ignore(int index) {
    read.add(index);
  }

  /** Indices of the inputs that are there, but neither read nor declared to be without effect. */
  List<Integer> unread() {
    return IntStream.range(0, values.size())
        .filter(i -> has(i) && !read.contains(i))
        .boxed()
        .toList();
  }

  /** All inputs; none may be left out. */
  public List<Value> all() {
    return IntStream.range(0, values.size()).mapToObj(this::get).toList();
  }

  /** Name of the ONNX tensor at an index. */
  public String name(int index) {
    return node.inputs().get(index);
  }

  /** Whether an input is there and known at import. */
  public boolean isConstant(int index) {
    return has(index) && values.get(index).orElseThrow().isConstant();
  }

  /**
   * The content of an input that must be known and independent of the batch.
   *
   * @throws io.octant.onnx.OnnxException if it is not
   */
  public Tensor constant(int index) {
    Value v = get(index);
    if (!v.isConstant()) {
      throw node.error("input " + index + " '" + name(index) + "' must be constant");
    }
    return (Tensor) v.at(false);
  }

  /** The integers of a constant input. */
  public int[] integers(int index) {
    Tensor t = constant(index);
    int[] out = new int[t.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) Math.max(Math.min(t.longAt(i), Integer.MAX_VALUE), Integer.MIN_VALUE);
    }
    return out;
  }

  /** The only element of a constant input, or a value if the input is left out. */
  public double number(int index, double missing) {
    return has(index) ? constant(index).item() : missing;
  }
}
