package io.octant.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One operator to import: a node of the file, or several that a pattern recognized as one. Reads
 * attributes with their defaults and remembers which have been read, so that none is ignored by
 * mistake.
 */
public final class OnnxNode {
  private final NodeProto proto;
  private final List<NodeProto> members;
  private final int opset;
  private final Map<String, AttributeProto> attributes = new LinkedHashMap<>();
  private final Set<String> read = new HashSet<>();

  /**
   * @param proto what to import
   * @param members the file's nodes that it stands for, in order
   * @param opset version of the operator set of its domain
   */
  public OnnxNode(NodeProto proto, List<NodeProto> members, int opset) {
    this.proto = proto;
    this.members = List.copyOf(members);
    this.opset = opset;
    proto.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
  }

  /** The operator, such as {@code Conv}. */
  public String opType() {
    return proto.getOpType();
  }

  /** The domain of the operator; "" for the default one, also where the file spells it out. */
  public String domain() {
    return proto.getDomain().equals("ai.onnx") ? "" : proto.getDomain();
  }

  /** The version of the operator set of its domain. */
  public int opset() {
    return opset;
  }

  /** The name in the file, which may be "". */
  public String name() {
    return proto.getName();
  }

  /** The file's nodes that this one stands for, in their order. */
  public List<NodeProto> members() {
    return members;
  }

  /** Names of the input tensors; "" for an optional one left out, trailing ones cut. */
  public List<String> inputs() {
    List<String> in = new ArrayList<>(proto.getInputList());
    while (!in.isEmpty() && in.get(in.size() - 1).isEmpty()) {
      in.remove(in.size() - 1);
    }
    return in;
  }

  /** Names of the output tensors; "" for one that the node has not asked for. */
  public List<String> outputs() {
    return proto.getOutputList();
  }

  /** Name of the output at an index; "" if the node has not asked for it. */
  public String output(int index) {
    return index < proto.getOutputCount() ? proto.getOutput(index) : "";
  }

  /** The metadata properties; of a key that is there twice, the last value. */
  public Map<String, String> metadata() {
    return proto.getMetadataPropsList().stream()
        .collect(Collectors.toMap(p -> p.getKey(), p -> p.getValue(), (a, b) -> b));
  }

  // ---- attributes

  /** Names of the attributes that the file gives, in its order. */
  public Iterable<String> attributeNames() {
    return attributes.keySet();
  }

  /** Whether the file gives an attribute; this does not count as reading it. */
  public boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  /** Declares that attributes cannot change the result of this node, whatever their values. */
  public void ignore(String... names) {
    read.addAll(List.of(names));
  }

  /** The attributes that have been neither read nor declared to be without effect, in order. */
  public List<String> unread() {
    return attributes.keySet().stream().filter(name -> !read.contains(name)).toList();
  }

  /** An attribute as messages show it: its name and value. */
  public String describe(String attribute) {
    AttributeProto a = attributes.get(attribute);
    if (a == null) {
      return attribute;
    }
    Object value =
        switch (a.getType()) {
          case INT -> a.getI();
          case FLOAT -> a.getF();
          case STRING -> a.getS().toStringUtf8();
          case INTS -> a.getIntsList();
          case FLOATS -> a.getFloatsList();
          default -> a.getType();
        };
    return attribute + " = " + value;
  }

  /**
   * An integer attribute.
   *
   * @param missing the value if the file does not give it
   * @throws OnnxException if it is of another type
   */
  public long integer(String attribute, long missing) {
    AttributeProto a = find(attribute, AttributeProto.AttributeType.INT);
    return a == null ? missing : a.getI();
  }

  /**
   * An integer attribute of which 0 means no and everything else yes.
   *
   * @param missing the value if the file does not give it
   * @throws OnnxException if it is of another type
   */
  public boolean flag(String attribute, boolean missing) {
    return integer(attribute, missing ? 1 : 0) != 0;
  }

  /**
   * A float attribute, a float32 in the file.
   *
   * @param missing the value if the file does not give it
   * @throws OnnxException if it is of another type
   */
  public double number(String attribute, double missing) {
    AttributeProto a = find(attribute, AttributeProto.AttributeType.FLOAT);
    return a == null ? missing : a.getF();
  }

  /**
   * A text attribute, read as UTF-8.
   *
   * @param missing the value if the file does not give it
   * @throws OnnxException if it is of another type
   */
  public String string(String attribute, String missing) {
    AttributeProto a = find(attribute, AttributeProto.AttributeType.STRING);
    return a == null ? missing : a.getS().toStringUtf8();
  }

  /** A list of integers; null if it is missing. */
  public int @Nullable [] integers(String attribute) {
    AttributeProto a = find(attribute, AttributeProto.AttributeType.INTS);
    return a == null
        ? null
        : a.getIntsList().stream()
            .mapToInt(v -> (int) Math.max(Math.min(v, Integer.MAX_VALUE), Integer.MIN_VALUE))
            .toArray();
  }

  /**
   * A list of integers, each limited to 32 bits.
   *
   * @param missing the value if the file does not give it
   * @throws OnnxException if it is of another type
   */
  public int[] integers(String attribute, int[] missing) {
    int[] found = integers(attribute);
    return found == null ? missing : found;
  }

  /** A tensor attribute; null if it is missing. */
  public @Nullable Tensor tensor(String attribute) {
    AttributeProto a = find(attribute, AttributeProto.AttributeType.TENSOR);
    return a == null ? null : OnnxTensors.decode(a.getT());
  }

  /** Floats or integers of a list attribute, as they stand in the file. */
  public @Nullable AttributeProto raw(String attribute) {
    read.add(attribute);
    return attributes.get(attribute);
  }

  private @Nullable AttributeProto find(String name, AttributeProto.AttributeType type) {
    read.add(name);
    AttributeProto a = attributes.get(name);
    if (a != null && a.getType() != type) {
      throw error("attribute " + name + " is of type " + a.getType() + ", expected " + type);
    }
    return a;
  }

  /** A failure to import this node: "Cannot import &lt;this&gt;: &lt;why&gt;". */
  public OnnxException error(String why) {
    return new OnnxException(this, why);
  }

  /** Op type, name (or first output) and operator set: what messages call this node. */
  @Override
  public String toString() {
    String label = proto.getName().isEmpty() ? output(0) : proto.getName();
    String in = domain().isEmpty() ? "" : domain() + ".";
    return in + opType() + " node '" + label + "' (opset " + opset + ")";
  }
}
