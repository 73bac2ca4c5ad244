package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Loop or Scan as the nodes of its iterations, one iteration at a time, so that whoever adds them
 * may look at the condition before the next. Single use.
 */
public final class Unrolling {
  private final OnnxNode node;
  private final GraphProto body;
  private final Names names;
  private final boolean scan;
  private final int inputs;
  private final int stateCount;
  private final int scanOutputs;
  private final List<String> states;
  private final List<List<String>> scanned = new ArrayList<>();
  private final Map<String, String> shared = new HashMap<>();
  private String condition;
  private int done;

  private Unrolling(OnnxNode node, GraphProto body, Names names) {
    this.node = node;
    this.body = body;
    this.names = names;
    this.scan = node.opType().equals("Scan");
    this.inputs = scan ? (int) node.integer("num_scan_inputs", 0) : 0;
    int fixed = scan ? 0 : 2;
    List<String> given = new ArrayList<>(node.inputs());
    while (given.size() < fixed) {
      given.add("");
    }
    this.condition = scan ? "" : given.get(1);
    this.states = new ArrayList<>(given.subList(fixed, given.size() - inputs));
    this.stateCount = states.size();
    this.scanOutputs = body.getOutputCount() - stateCount - (scan ? 0 : 1);
    if (body.getInputCount() != stateCount + inputs + fixed
        || scanOutputs < 0
        || node.outputs().size() > stateCount + scanOutputs) {
      throw node.error(
          "a body of "
              + body.getInputCount()
              + " inputs and "
              + body.getOutputCount()
              + " outputs, expected those of "
              + stateCount
              + " states and "
              + inputs
              + " slices");
    }
    for (int i = 0; i < scanOutputs; i++) {
      scanned.add(new ArrayList<>());
    }
  }

  /**
   * Begins.
   *
   * @throws io.octant.onnx.OnnxException naming the node, if its body does not fit its inputs
   */
  static Unrolling of(OnnxNode node, Names names) {
    AttributeProto body = node.raw("body");
    if (body == null || !body.hasG()) {
      throw node.error("no body, expected a graph");
    }
    return new Unrolling(node, body.getG(), names);
  }

  /** Axis of a Scan's input along which it runs. */
  public int axis(int input) {
    return at("scan_input_axes", input);
  }

  /** Names of a Scan's inputs. */
  public List<String> scanInputs() {
    return node.inputs().subList(stateCount, stateCount + inputs);
  }

  /** The tensor that tells whether there is a next iteration; "" if always. */
  public String condition() {
    return condition;
  }

  /** Tensors that iterations or the end will read. */
  public List<String> kept() {
    List<String> out = new ArrayList<>(states);
    scanned.forEach(out::addAll);
    out.addAll(shared.values());
    out.add(condition);
    return out;
  }

  /** How many nodes an iteration has. */
  public int size() {
    return body.getNodeCount() + inputs + 2;
  }

  /**
   * The nodes of the next iteration.
   *
   * @param trips how many there are in all, which a Scan that runs backwards counts from
   */
  public List<NodeProto> next(long trips) {
    List<NodeProto> out = new ArrayList<>();
    String prefix = label() + "/" + done + "/";
    if (done == 0) {
      for (TensorProto t : body.getInitializerList()) {
        shared.put(t.getName(), constant(label() + "/" + t.getName(), t, out));
      }
    }
    Map<String, String> scope = new HashMap<>(shared);
    if (!scan) {
      scope.put(body.getInput(0).getName(), number(prefix + "iteration", done, out));
      String goesOn = condition;
      if (goesOn.isEmpty()) {
        goesOn = constant(prefix + "condition", truth(), out);
      }
      scope.put(body.getInput(1).getName(), goesOn);
    }
    int first = scan ? 0 : 2;
    for (int i = 0; i < stateCount; i++) {
      scope.put(body.getInput(first + i).getName(), states.get(i));
    }
    for (int i = 0; i < inputs; i++) {
      long at = at("scan_input_directions", i) == 0 ? done : trips - 1 - done;
      String name = names.fresh(prefix + scanInputs().get(i));
      String index = number(name + "_index", at, out);
      out.add(
          node("Gather", name, List.of(scanInputs().get(i), index))
              .addAttribute(integer("axis", axis(i)))
              .build());
      scope.put(body.getInput(stateCount + i).getName(), name);
    }
    for (NodeProto n : body.getNodeList()) {
      n.getOutputList().stream()
          .filter(o -> !o.isEmpty())
          .forEach(o -> scope.put(o, names.fresh(prefix + o)));
    }
    for (NodeProto n : body.getNodeList()) {
      NodeProto placed = Names.renamed(n, name -> scope.getOrDefault(name, name));
      String own = n.getName().isEmpty() ? n.getOpType() : n.getName();
      out.add(placed.toBuilder().setName(names.fresh(prefix + own)).build());
    }
    int at = 0;
    if (!scan) {
      condition = made(at++, scope);
    }
    for (int i = 0; i < stateCount; i++) {
      states.set(i, made(at++, scope));
    }
    for (List<String> slices : scanned) {
      slices.add(made(at++, scope));
    }
    done++;
    return out;
  }

  private String made(int output, Map<String, String> scope) {
    String name = body.getOutput(output).getName();
    return scope.getOrDefault(name, name);
  }

  /** The nodes that make the outputs of what the iterations have made. */
  public List<NodeProto> end() {
    List<NodeProto> out = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      String to = node.output(i);
      if (to.isEmpty()) {
        continue;
      }
      if (i < stateCount) {
        out.add(node("Identity", to, List.of(states.get(i))).build());
      } else {
        stack(i - stateCount, to, out);
      }
    }
    return out;
  }

  private void stack(int output, String to, List<NodeProto> out) {
    List<String> slices = scanned.get(output);
    if (slices.isEmpty()) {
      throw node.error("output '" + to + "' of no iterations, whose shape nothing tells");
    }
    int axis = at("scan_output_axes", output);
    List<String> parts = new ArrayList<>();
    String axes = "";
    for (String slice : slices) {
      String part = names.fresh(to + "/part");
      if (node.opset() < 13) {
        AttributeProto.Builder named =
            AttributeProto.newBuilder()
                .setName("axes")
                .setType(AttributeProto.AttributeType.INTS)
                .addInts(axis);
        out.add(node("Unsqueeze", part, List.of(slice)).addAttribute(named).build());
      } else {
        if (axes.isEmpty()) {
          axes =
              constant(
                  to + "/axes",
                  OnnxTensors.encode("", Tensor.of(DType.INT64, Shape.of(1), new long[] {axis})),
                  out);
        }
        out.add(node("Unsqueeze", part, List.of(slice, axes)).build());
      }
      parts.add(part);
    }
    if (at("scan_output_directions", output) != 0) {
      Collections.reverse(parts);
    }
    out.add(node("Concat", to, parts).addAttribute(integer("axis", axis)).build());
  }

  private int at(String attribute, int index) {
    int[] given = scan ? node.integers(attribute, new int[0]) : new int[0];
    if (given.length != 0 && index >= given.length) {
      throw node.error(
          "attribute " + attribute + " = " + Arrays.toString(given) + ", expected one for each");
    }
    return given.length == 0 ? 0 : given[index];
  }

  private String label() {
    return node.name().isEmpty() ? node.output(0) : node.name();
  }

  private NodeProto.Builder node(String type, String output, List<String> inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(names.fresh(output + "/" + type))
        .addAllInput(inputs)
        .addOutput(output);
  }

  private static AttributeProto.Builder integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value);
  }

  private String number(String name, long value, List<NodeProto> out) {
    return constant(name, OnnxTensors.encode("", Tensor.scalar(value)), out);
  }

  private static TensorProto truth() {
    return OnnxTensors.encode("", Tensor.of(DType.BOOL, Shape.SCALAR, new int[] {1}));
  }

  private String constant(String wanted, TensorProto value, List<NodeProto> out) {
    String name = names.fresh(wanted);
    out.add(
        node("Constant", name, List.of())
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(value.toBuilder().clearName()))
            .build());
    return name;
  }
}
