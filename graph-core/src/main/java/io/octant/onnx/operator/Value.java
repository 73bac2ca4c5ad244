package io.octant.onnx.operator;

import io.octant.OctantException;
import io.octant.graph.Node;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX tensor during import: the graph node that computes it, or, where it depends on constants
 * and shapes only, its content.
 *
 * <p>Both are held at two batch sizes: what is equal at both does not depend on the batch.
 *
 * <p>A late value is one whose shape is known when the graph runs only ({@link
 * io.octant.shape.LateValues}). Its type and number of axes are known; who asks for its sizes
 * refuses the node.
 */
public final class Value {
  private final Object small;
  private final Object large;
  private final boolean known;
  private final String name;
  private final @Nullable Tensor quantized;
  private final boolean mask;
  private final boolean late;
  @Nullable Node node;

  private Value(
      Object small,
      Object large,
      boolean known,
      @Nullable Node node,
      String name,
      @Nullable Tensor quantized,
      boolean mask,
      boolean late) {
    this.small = small;
    this.large = large;
    this.known = known;
    this.node = node;
    this.name = name;
    this.quantized = quantized;
    this.mask = mask;
    this.late = late;
  }

  /** A value that the graph computes; of the tensors given only type and shape count. */
  static Value computed(Node node, Object small, Object large) {
    return new Value(small, large, false, node, node.name(), null, false, false);
  }

  /** A computed value that depends on masks only: on integer inputs, by arithmetic. */
  static Value mask(Node node, Object small, Object large) {
    return new Value(small, large, false, node, node.name(), null, true, false);
  }

  /** A value of examples whose type and number of axes are right, and nothing else. */
  static Value late(Node node, Object small, Object large) {
    return new Value(small, large, false, node, node.name(), null, false, true);
  }

  /** What a placeholder of a graph inside a node is like. */
  static Value example(Tensor like) {
    return new Value(like, like, false, null, "example", null, false, false);
  }

  /** A value like this one whose content is not known. */
  Value unknown() {
    return new Value(small, large, false, node, name, null, false, late);
  }

  /** A value like this one whose shape is not known either. */
  Value lateLike() {
    return new Value(small, large, false, node, name, null, false, true);
  }

  /** A value that is known at import; it gets a graph node when one is asked for. */
  static Value known(Object small, Object large, String name) {
    return new Value(small, large, true, null, name, null, false, false);
  }

  /** A constant that the file holds as integers with quantization parameters. */
  static Value dequantized(Tensor value, Tensor quantized, String name) {
    return new Value(value, value, true, null, name, quantized, false, false);
  }

  /** The integers that this constant was dequantized from, null if it never was. */
  @Nullable Tensor quantized() {
    return quantized;
  }

  /** Whether the value is made of integer inputs alone, without looking anything up. */
  boolean isMask() {
    return mask;
  }

  /** Whether the shape, or which number it is, is known when the graph runs only. */
  boolean isLate() {
    return late;
  }

  /** Whether the content is known at import. */
  public boolean isKnown() {
    return known;
  }

  /** Whether the content is known and does not depend on the batch. */
  public boolean isConstant() {
    return known && small.equals(large);
  }

  /** This value under another name, which its attribute in the graph gets if it is known. */
  Value named(String other) {
    return known ? new Value(small, large, true, null, other, quantized, mask, false) : this;
  }

  String name() {
    return name;
  }

  Object at(boolean atLargeBatch) {
    return atLargeBatch ? large : small;
  }

  /** The shape at the smaller of the two batch sizes. */
  public Shape shape() {
    return ((Tensor) told(small)).shape();
  }

  Shape largeShape() {
    return ((Tensor) told(large)).shape();
  }

  private Object told(Object example) {
    if (late) {
      throw new OctantException(
          "the shape of '"
              + name
              + "' is known when the model runs only, expected one that follows from constants and"
              + " shapes");
    }
    return example;
  }

  /** How many axes there are. */
  public int rank() {
    return ((Tensor) small).shape().rank();
  }

  /**
   * A possibly negative axis counted from the front.
   *
   * @throws OctantException if there is none
   */
  public int axis(long axis) {
    return ((Tensor) small).shape().axis(axis);
  }

  /** The size of an axis if it does not depend on the batch, −1 otherwise. */
  public int fixedDim(int axis) {
    return shape().dim(axis) == largeShape().dim(axis) ? shape().dim(axis) : -1;
  }

  /** Type and shape, for messages. */
  @Override
  public String toString() {
    return name + " " + small;
  }
}
