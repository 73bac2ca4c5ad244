package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.graph.GraphModule;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.nn.control.Conditional;
import io.octant.nn.control.Repetition;
import io.octant.onnx.OnnxNode;
import io.octant.shape.Zeros;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** If and Loop where data decides: modules of the graphs inside the node. */
final class ControlImports {
  private ControlImports() {}

  /**
   * A graph inside a node as a graph of its own.
   *
   * @param module gives a tuple
   * @param outputs the items of the tuple
   */
  record Inner(GraphModule module, List<Value> outputs) {}

  /** Imports a graph inside a node. */
  @FunctionalInterface
  interface Import {
    /** With the names of its inputs and what they are. */
    Inner run(GraphProto graph, List<String> names, List<Value> inputs);
  }

  /** Finds the value of a tensor outside. */
  @FunctionalInterface
  interface Scope {
    /** Its value. */
    Value of(String name);
  }

  static List<Value> conditional(OnnxNode node, Scope scope, Import inside, ImportGraph graph) {
    GraphProto then = body(node, "then_branch");
    GraphProto otherwise = body(node, "else_branch");
    Set<String> read = new TreeSet<>(free(then));
    read.addAll(free(otherwise));
    List<String> names = List.copyOf(read);
    List<Value> given = names.stream().map(scope::of).toList();
    Inner yes = inside.run(then, names, given);
    Inner no = inside.run(otherwise, names, given);
    if (yes.outputs().size() != no.outputs().size()) {
      throw node.error(
          "branches of " + yes.outputs().size() + " and " + no.outputs().size() + " outputs");
    }
    boolean late = false;
    for (int i = 0; i < yes.outputs().size(); i++) {
      Value a = yes.outputs().get(i);
      Value b = no.outputs().get(i);
      requireAlike(node, "output " + i + " of the branches", a, b);
      late |= !sameShape(a, b);
    }
    List<Object> args = new ArrayList<>(List.of(scope.of(node.inputs().get(0))));
    args.addAll(computed(given));
    return items(
        yes.outputs(),
        graph.control(
            late
                ? Conditional.late(yes.module(), no.module())
                : Conditional.of(yes.module(), no.module()),
            args,
            examples(yes.outputs()),
            late),
        graph);
  }

  static List<Value> repetition(OnnxNode node, Scope scope, Import inside, ImportGraph graph) {
    GraphProto body = body(node, "body");
    int states = node.inputs().size() - 2;
    if (states < 0
        || body.getInputCount() != states + 2
        || body.getOutputCount() < states + 1
        || node.outputs().size() > body.getOutputCount() - 1) {
      throw node.error(
          "a body of "
              + body.getInputCount()
              + " inputs and "
              + body.getOutputCount()
              + " outputs, expected those of "
              + states
              + " states");
    }
    List<String> names = new ArrayList<>();
    body.getInputList().forEach(v -> names.add(v.getName()));
    Set<String> read = new TreeSet<>(free(body));
    names.addAll(read);
    List<Value> outside = read.stream().map(scope::of).toList();
    List<Value> state = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      state.add(scope.of(node.inputs().get(i + 2)));
    }
    Inner inner = inside.run(body, names, bodyInputs(state, outside));
    while (growing(node, state, inner)) { // once more for each state at most
      inner = inside.run(body, names, bodyInputs(state, outside));
    }
    List<Value> results = new ArrayList<>(inner.outputs().subList(1, states + 1));
    List<Tensor> nothing = new ArrayList<>();
    for (Value slice : inner.outputs().subList(states + 1, inner.outputs().size())) {
      Tensor example = (Tensor) slice.at(false);
      nothing.add(Zeros.of(example.dtype(), with(0, known(slice))));
      results.add(
          Value.known(
              Zeros.of(example.dtype(), with(1, example.shape())),
              Zeros.of(example.dtype(), with(1, example.shape())),
              slice.name()));
    }
    List<Object> args = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String name = node.inputs().get(i);
      args.add(name.isEmpty() ? None.NONE : (Object) scope.of(name));
    }
    for (int i = 0; i < states; i++) {
      args.add(scope.of(node.inputs().get(i + 2)));
    }
    args.addAll(computed(outside));
    return items(
        results,
        graph.control(
            new Repetition(inner.module(), states, nothing), args, examples(results), true),
        graph);
  }

  /** Makes states late whose shape an iteration changes. */
  private static boolean growing(OnnxNode node, List<Value> state, Inner inner) {
    boolean changed = false;
    for (int i = 0; i < state.size(); i++) {
      Value before = state.get(i);
      Value after = inner.outputs().get(i + 1);
      requireAlike(node, "state " + i + " before and after an iteration", before, after);
      if (!before.isLate() && !sameShape(before, after)) {
        state.set(i, before.lateLike());
        changed = true;
      }
    }
    return changed;
  }

  /** Constants are part of the graphs. */
  private static List<Value> computed(List<Value> values) {
    return values.stream().filter(v -> !v.isConstant()).toList();
  }

  /** With 0 for sizes that are not known, as ONNX Runtime has it. */
  private static Shape known(Value slice) {
    int[] dims = new int[slice.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = slice.isLate() ? 0 : Math.max(0, slice.fixedDim(i));
    }
    return Shape.of(dims);
  }

  private static Shape with(int slices, Shape shape) {
    int[] dims = new int[shape.rank() + 1];
    dims[0] = slices;
    System.arraycopy(shape.toArray(), 0, dims, 1, shape.rank());
    return Shape.of(dims);
  }

  private static List<Value> bodyInputs(List<Value> state, List<Value> outside) {
    List<Value> out = new ArrayList<>();
    out.add(Value.example(Tensor.scalar(0L)));
    out.add(Value.example(Tensor.of(DType.BOOL, Shape.SCALAR, new int[1])));
    for (Value s : state) {
      out.add(s.isLate() ? s : s.unknown());
    }
    out.addAll(outside);
    return out;
  }

  private static void requireAlike(OnnxNode node, String what, Value a, Value b) {
    Tensor one = (Tensor) a.at(false);
    Tensor other = (Tensor) b.at(false);
    if (one.dtype() != other.dtype() || one.shape().rank() != other.shape().rank()) {
      throw node.error(
          what
              + " are "
              + one.description()
              + " and "
              + other.description()
              + ", expected one type and number of axes");
    }
  }

  private static boolean sameShape(Value a, Value b) {
    return !a.isLate()
        && !b.isLate()
        && a.shape().equals(b.shape())
        && a.largeShape().equals(b.largeShape());
  }

  private static ImportGraph.Example examples(List<Value> values) {
    return (large, unknown) -> new Tuple(values.stream().map(v -> v.at(large)).toList());
  }

  private static List<Value> items(List<Value> like, Value all, ImportGraph graph) {
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < like.size(); i++) {
      out.add(graph.function("operator.getitem", all, (long) i));
    }
    return out;
  }

  private static GraphProto body(OnnxNode node, String attribute) {
    AttributeProto found = node.raw(attribute);
    if (found == null || !found.hasG()) {
      throw node.error("no " + attribute + ", expected a graph");
    }
    return found.getG();
  }

  /** Tensors that a graph reads and does not make. */
  private static Set<String> free(GraphProto graph) {
    Set<String> made = new HashSet<>(Set.of(""));
    graph.getInputList().forEach(v -> made.add(v.getName()));
    graph.getInitializerList().forEach(t -> made.add(t.getName()));
    graph.getNodeList().forEach(n -> made.addAll(n.getOutputList()));
    Set<String> out = new LinkedHashSet<>();
    for (NodeProto n : graph.getNodeList()) {
      out.addAll(n.getInputList());
      n.getAttributeList().stream()
          .filter(AttributeProto::hasG)
          .forEach(a -> out.addAll(free(a.getG())));
    }
    graph.getOutputList().forEach(v -> out.add(v.getName()));
    out.removeAll(made);
    return out;
  }
}
