package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.graph.IntegerValues;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.OperatorTable;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxInput;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxOrigin;
import io.octant.onnx.OnnxSource;
import io.octant.onnx.OnnxTypes;
import io.octant.onnx.rewrite.BranchSelection;
import io.octant.onnx.rewrite.FunctionCall;
import io.octant.onnx.rewrite.FunctionExpansion;
import io.octant.onnx.rewrite.SinglePrecision;
import io.octant.onnx.rewrite.StandardFunctions;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One import under way: the tensors known so far, and which graph node holds which. */
public final class GraphTranslation {
  /** Two batch sizes, neither 1, that tell a multiple of the batch from a constant. */
  private static final int SMALL_BATCH = 2;

  private static final int LARGE_BATCH = 3;

  private final OnnxModel model;
  private final List<OnnxInput> inputs;
  private final ImportGraph graph;
  private final ImportedTensors tensors;
  private final ControlFlow controlFlow;
  private final Map<String, OnnxOrigin> origins = new LinkedHashMap<>();
  private final List<ValueInfoProto> outputs;

  /** Inputs of other floating point types than float32. */
  private final Set<String> otherInputs = new HashSet<>();

  private final FunctionExpansion expansion;
  private boolean needsSinglePrecision;

  /**
   * A translation of a model into a graph that runs with the given operators.
   *
   * @param inputs the model's inputs, which become placeholders
   * @param constants inputs that have a value, by name
   * @param nodes all nodes that will be added, in their order
   */
  public GraphTranslation(
      OnnxModel model,
      List<OnnxInput> inputs,
      Map<String, Tensor> constants,
      List<OnnxNode> nodes,
      OperatorTable operators) {
    this.model = model;
    this.expansion = new FunctionExpansion(model.proto());
    this.inputs = inputs;
    this.outputs = model.graph().getOutputList();
    boolean open = inputs.stream().anyMatch(OnnxInput::hasBatch);
    this.graph =
        new ImportGraph(
            operators,
            new ModulePaths(nodes),
            SMALL_BATCH,
            open ? LARGE_BATCH : SMALL_BATCH,
            budget(model, inputs));
    this.tensors = new ImportedTensors(graph);
    this.controlFlow = new ControlFlow(this, tensors, graph, expansion);
    tensors.store(model.graph().getInitializerList());
    for (ValueInfoProto v : model.graph().getInputList()) {
      if (!tensors.isStored(v.getName())
          && SinglePrecision.isOther(v.getType().getTensorType().getElemType())) {
        otherInputs.add(v.getName());
      }
    }
    for (OnnxInput in : inputs) {
      int large = in.hasBatch() ? LARGE_BATCH : SMALL_BATCH;
      Value v = graph.input(in, in.shape(SMALL_BATCH), in.shape(large));
      if (otherInputs.contains(in.name())) { // a Cast makes what is computed with
        tensors.put(in.name(), v);
      } else {
        tensors.bind(in.name(), v);
      }
    }
    constants.forEach((name, value) -> tensors.put(name, graph.constant(value, name)));
    tensors.countReads(nodes);
    tensors.countOutputs(outputs);
  }

  /** A translation of a graph inside a node of another one, with its inputs. */
  private GraphTranslation(
      GraphTranslation outer, GraphProto inner, List<String> names, List<Value> given) {
    ModelProto proto = outer.model.proto().toBuilder().setGraph(inner).build();
    this.model = outer.model.rewritten(proto);
    this.expansion = new FunctionExpansion(proto);
    this.inputs = List.of();
    this.outputs = inner.getOutputList();
    List<OnnxNode> nodes = new ArrayList<>();
    for (NodeProto n : inner.getNodeList()) {
      nodes.add(new OnnxNode(n, List.of(n), model.opset(n.getDomain())));
    }
    this.graph = outer.graph.inner(new ModulePaths(nodes), budget(outer.model, outer.inputs));
    this.tensors = ImportedTensors.within(outer.tensors, graph);
    this.controlFlow = new ControlFlow(this, tensors, graph, expansion);
    tensors.store(inner.getInitializerList());
    for (int i = 0; i < names.size(); i++) {
      Value like = given.get(i);
      Value value =
          like.isConstant()
              ? like.named(names.get(i))
              : graph.innerInput(names.get(i), like.isKnown() ? like.unknown() : like);
      tensors.put(names.get(i), value);
      tensors.countRead(names.get(i)); // inputs stay
    }
    tensors.countReads(nodes);
    tensors.countOutputs(outputs);
    for (OnnxNode n : nodes) {
      add(n, List.of());
      if (needsSinglePrecision) {
        throw new Abandoned();
      }
    }
  }

  /** What a graph inside a node ends with that will be another one in the next round. */
  static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Translates a graph inside a node into a module, with tensors of this one as its inputs. */
  ControlImports.Inner inside(GraphProto inner, List<String> names, List<Value> given) {
    GraphTranslation within = new GraphTranslation(this, inner, names, given);
    List<Value> results = new ArrayList<>();
    List<Object> nodes = new ArrayList<>();
    for (ValueInfoProto o : inner.getOutputList()) {
      Value v = within.tensors.find(o.getName());
      if (v == null) {
        throw new OnnxException(
            "its graph '" + inner.getName() + "' does not make its output '" + o.getName() + "'");
      }
      results.add(v);
      nodes.add(within.graph.materialize(v));
    }
    GraphModule module = within.graph.module();
    module.graph().output(new Tuple(nodes));
    return new ControlImports.Inner(module.lint(), results);
  }

  private static EvaluationBudget budget(OnnxModel model, List<OnnxInput> inputs) {
    long weights = model.proto().getSerializedSize() / Float.BYTES;
    for (TensorProto t : model.graph().getInitializerList()) {
      boolean bytes =
          t.getDataType() == TensorProto.DataType.INT8_VALUE
              || t.getDataType() == TensorProto.DataType.UINT8_VALUE;
      weights += bytes ? t.getRawData().size() : 0; // quantized: an element is a byte
    }
    long in = 0;
    for (OnnxInput i : inputs) {
      in += i.shape(LARGE_BATCH).numel();
    }
    return new EvaluationBudget(weights, in);
  }

  /**
   * Translates the next node; {@code positions} are those of its members in the model.
   *
   * @throws OnnxException naming the node, whatever is wrong with it
   */
  public void add(OnnxNode node, List<Integer> positions) {
    try {
      step(node, positions);
    } catch (OnnxException e) {
      throw e.namesNode() ? e : failed(node, String.valueOf(e.getMessage()), e);
    } catch (OctantException e) {
      throw failed(node, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      throw failed(node, "it is not valid (" + e + ")", e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw failed(
          node,
          "it takes more memory than there is (" + e + "), expected a smaller model or more memory",
          e);
    }
  }

  private static OnnxException failed(OnnxNode node, String why, Throwable cause) {
    OnnxException failure = node.error(why);
    failure.initCause(cause);
    return failure;
  }

  /**
   * The model that this translation found it should be made of instead; null as long as it is right
   * as it is.
   */
  public @Nullable ModelProto findRewrite() {
    if (needsSinglePrecision && expansion.bodies().isEmpty()) { // bodies have casts of their own
      return SinglePrecision.run(model.proto());
    }
    return controlFlow.taken().isEmpty() && expansion.bodies().isEmpty()
        ? null
        : BranchSelection.run(model.proto(), controlFlow.taken(), expansion.bodies());
  }

  /** Whether there is no point in translating on: every node that follows would be different. */
  public boolean isAbandoned() {
    return needsSinglePrecision;
  }

  /** Says that there is no point in translating on. */
  void abandon() {
    needsSinglePrecision = true;
  }

  private void step(OnnxNode node, List<Integer> positions) {
    if (controlFlow.translates(node)) {
      return;
    }
    boolean isCast = node.domain().isEmpty() && node.opType().equals("Cast");
    boolean toSingle = isCast && Dtypes.target(node) == TensorProto.DataType.FLOAT_VALUE;
    if (!toSingle && node.inputs().stream().anyMatch(otherInputs::contains)) {
      needsSinglePrecision = true;
      return;
    }
    if (isCast && !toSingle && isReturnedOnly(node.output(0)) && castsSingle(node)) {
      returned(node, positions);
      return;
    }
    if (expanded(node)) {
      return;
    }
    if (RecognizedNorms.isMistaken(node, tensors)) {
      addMembers(node, positions);
      return;
    }
    translate(node, positions);
    for (String name : node.outputs()) {
      Value v = tensors.find(name);
      needsSinglePrecision |= v != null && !v.isKnown() && isOther(v);
    }
    tensors.noteBatch(node);
    tensors.release(node);
  }

  private static boolean isOther(Value value) {
    return value.at(false) instanceof Tensor t
        && (t.dtype() == DType.FLOAT16
            || t.dtype() == DType.BFLOAT16
            || t.dtype() == DType.FLOAT64);
  }

  private boolean isReturnedOnly(String tensor) {
    return tensors.readsLeft(tensor) == 1
        && outputs.stream().anyMatch(o -> o.getName().equals(tensor));
  }

  /** Whether a Cast makes another floating point type of a computed float32 tensor. */
  private boolean castsSingle(OnnxNode node) {
    Value from = tensors.get(node.inputs().get(0), node);
    return SinglePrecision.isOther(Dtypes.target(node))
        && !from.isKnown()
        && from.at(false) instanceof Tensor t
        && t.dtype() == DType.FLOAT32;
  }

  /** An output of another type stays float32 here, rounded to what that type can hold. */
  private void returned(OnnxNode node, List<Integer> positions) {
    graph.begin(node);
    Node before = last();
    Value value = tensors.get(node.inputs().get(0), node);
    DType type = OnnxTypes.dtype(Dtypes.target(node), node.toString());
    if (type != DType.FLOAT64) {
      value = graph.method("to", graph.method("to", value, type), DType.FLOAT32);
    }
    tensors.bind(node.output(0), value);
    noteOrigins(node, positions, before);
  }

  /** Translates nodes that stand for another one; what is kept will be read later. */
  void addInner(List<NodeProto> nodes, List<String> kept) {
    nodes.forEach(n -> n.getInputList().forEach(tensors::countRead));
    nodes.forEach(tensors::countReadsInside);
    kept.forEach(tensors::countRead);
    addAll(nodes);
  }

  /** Translates the nodes of the file that were taken for one, each by itself. */
  private void addMembers(OnnxNode node, List<Integer> positions) {
    node.members().forEach(n -> n.getInputList().forEach(tensors::countRead));
    for (int i = 0; i < node.members().size() && !needsSinglePrecision; i++) {
      NodeProto member = node.members().get(i);
      List<Integer> at = positions.isEmpty() ? List.of() : List.of(positions.get(i));
      add(new OnnxNode(member, List.of(member), model.opset(member.getDomain())), at);
    }
    tensors.release(node);
  }

  /** Translates nodes whose reads are counted; tells whether it came to their end. */
  boolean addAll(List<NodeProto> nodes) {
    for (NodeProto n : nodes) {
      if (needsSinglePrecision) {
        return false;
      }
      add(new OnnxNode(n, List.of(n), model.opset(n.getDomain())), List.of());
    }
    return !needsSinglePrecision;
  }

  /** Translates the body of an operator that has no translation, or none for all of the node. */
  private boolean expanded(OnnxNode node) {
    boolean standard = node.domain().isEmpty();
    boolean more =
        standard && node.opType().equals("LayerNormalization") && tensors.reads(node, 1, 2);
    if (!StandardFunctions.has(node.domain(), node.opType())
        || (OnnxOperators.translates(node) && !more)) {
      return false;
    }
    List<Optional<Tensor>> examples = new ArrayList<>();
    for (String in : node.inputs()) {
      examples.add(in.isEmpty() ? Optional.empty() : Optional.of(example(tensors.get(in, node))));
    }
    if (standard) {
      OperatorSpec.checkVersion(node);
    }
    FunctionProto body = StandardFunctions.find(new FunctionCall(node, model.opset(), examples));
    if (body == null) {
      return false;
    }
    if (standard) {
      OnnxSchema.requireSame(node, body);
    }
    requireMade(node, body);
    addInner(expansion.expand(node.members().get(0), body), List.of());
    return true;
  }

  private static Tensor example(Value value) {
    return value.at(false) instanceof Tensor t ? t : Tensor.scalar(0); // a number of run time
  }

  /** Refuses a node of which something reads an output that its body does not make. */
  private void requireMade(OnnxNode node, FunctionProto body) {
    Set<String> made = new HashSet<>();
    body.getNodeList().forEach(n -> made.addAll(n.getOutputList()));
    for (int i = 0; i < node.outputs().size(); i++) {
      boolean makes = i < body.getOutputCount() && made.contains(body.getOutput(i));
      if (!makes && tensors.reads(node, i)) {
        throw node.error("output " + i + " '" + node.output(i) + "' is read, expected not to be");
      }
    }
  }

  private void translate(OnnxNode node, List<Integer> positions) {
    NodeImport translation = OnnxOperators.translation(node);
    graph.begin(node);
    Node before = last();
    List<Optional<Value>> in = new ArrayList<>();
    for (String name : node.inputs()) {
      in.add(
          name.isEmpty() ? Optional.empty() : Optional.of(readable(tensors.get(name, node), node)));
    }
    Inputs given = new Inputs(node, in);
    List<Value> out = translation.run(node, given, graph);
    requireAllRead(node, given, out.size());
    for (int i = 0; i < out.size(); i++) {
      if (!node.output(i).isEmpty()) {
        tensors.bind(node.output(i), out.get(i));
      }
    }
    noteOrigins(node, positions, before);
    tensors.bindInputs(node);
  }

  private void noteOrigins(OnnxNode node, List<Integer> positions, @Nullable Node before) {
    OnnxOrigin origin =
        new OnnxOrigin(
            node.opType(), positions, node.inputs(), node.output(0), graph.weightNames());
    for (Node n = next(before); n != null; n = n.next()) {
      boolean computes = !(n.operation() instanceof Operation.GetAttr) && !n.callsMethod("size");
      if (computes) {
        origins.put(n.name(), origin);
      }
    }
  }

  /** Refuses what a translation has not looked at: it could have changed the result. */
  private void requireAllRead(OnnxNode node, Inputs inputs, int outputs) {
    for (String attribute : node.unread()) {
      throw node.error(
          "attribute " + node.describe(attribute) + " is not supported here, expected none");
    }
    for (int index : inputs.unread()) {
      throw node.error(
          "input " + index + " '" + inputs.name(index) + "' is not supported here, expected none");
    }
    for (int i = outputs; i < node.outputs().size(); i++) {
      if (!node.output(i).isEmpty() && tensors.readsLeft(node.output(i)) > 0) {
        throw node.error(
            "output "
                + i
                + " '"
                + node.output(i)
                + "' is read, expected only "
                + outputs
                + " to be");
      }
    }
  }

  /**
   * What other nodes than DequantizeLinear read: parameters that are found at run time are numbers
   * here, and become tensors.
   */
  private Value readable(Value value, OnnxNode reader) {
    return reader.opType().equals("DequantizeLinear") ? value : graph.tensor(value);
  }

  private @Nullable Node last() {
    return graph.module().graph().lastNode();
  }

  private @Nullable Node next(@Nullable Node before) {
    return before != null ? before.next() : graph.module().graph().firstNode();
  }

  private Node materialized(String output, Value value) {
    try {
      return graph.materialize(graph.returned(value));
    } catch (OnnxException e) {
      throw e.namesNode() ? e : failed(maker(output), String.valueOf(e.getMessage()), e);
    }
  }

  private OnnxNode maker(String tensor) {
    for (NodeProto n : model.graph().getNodeList()) {
      if (n.getOutputList().contains(tensor)) {
        return new OnnxNode(n, List.of(n), model.opset(n.getDomain()));
      }
    }
    throw new OnnxException(
        "Cannot import output " + tensor + ": no node of the model produces it");
  }

  /** Adds the output and attaches the {@link OnnxSource}. */
  public GraphModule finish() {
    List<Object> results = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (ValueInfoProto o : outputs) {
      Value v = tensors.find(o.getName());
      if (v == null) {
        throw maker(o.getName()).error("it has not made output '" + o.getName() + "'");
      }
      Node node = materialized(o.getName(), v);
      tensors.hold(o.getName(), node);
      results.add(node);
      names.add(o.getName());
    }
    GraphModule module = graph.module();
    module.graph().output(results.size() == 1 ? results.get(0) : new Tuple(results));
    module.graph().eliminateDeadCode();
    module.attach(IntegerValues.class, graph.integers());
    module.attach(OnnxSource.class, new OnnxSource(model, inputs, names, origins, tensors.nodes()));
    return module.lint();
  }
}
