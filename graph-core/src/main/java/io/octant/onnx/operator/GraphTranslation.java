package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
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
import io.octant.onnx.OnnxTensors;
import io.octant.onnx.OnnxTypes;
import io.octant.onnx.rewrite.BranchSelection;
import io.octant.onnx.rewrite.FunctionCall;
import io.octant.onnx.rewrite.FunctionExpansion;
import io.octant.onnx.rewrite.SinglePrecision;
import io.octant.onnx.rewrite.StandardFunctions;
import io.octant.onnx.rewrite.Unrolling;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
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

  private static final Set<String> LOOPS = Set.of("Loop", "Scan");

  /** Nodes that the iterations of one node may become. */
  private static final int MOST_UNROLLED = 2000;

  /** Operators whose result holds elements of their inputs. */
  private static final Set<String> PICKING =
      Set.of(
          "Shape",
          "Size",
          "Gather",
          "Slice",
          "Split",
          "Squeeze",
          "Unsqueeze",
          "Reshape",
          "Concat",
          "Identity",
          "Cast",
          "Flatten");

  private final OnnxModel model;
  private final List<OnnxInput> inputs;
  private final ImportGraph graph;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Map<String, Integer> readsLeft = new HashMap<>();
  private final Map<String, OnnxOrigin> origins = new LinkedHashMap<>();
  private final Map<String, String> tensors = new LinkedHashMap<>();
  private final List<ValueInfoProto> outputs;

  /** Inputs of other floating point types than float32. */
  private final Set<String> otherInputs = new HashSet<>();

  private final Map<NodeProto, GraphProto> taken = new IdentityHashMap<>();
  private final FunctionExpansion expansion;
  private final Set<String> decidedByBatch = new HashSet<>();
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
    for (TensorProto t : model.graph().getInitializerList()) {
      initializers.put(t.getName(), t);
    }
    for (ValueInfoProto v : model.graph().getInputList()) {
      boolean stored = initializers.containsKey(v.getName());
      if (!stored && SinglePrecision.isOther(v.getType().getTensorType().getElemType())) {
        otherInputs.add(v.getName());
      }
    }
    for (OnnxInput in : inputs) {
      int large = in.hasBatch() ? LARGE_BATCH : SMALL_BATCH;
      Value v = graph.input(in, in.shape(SMALL_BATCH), in.shape(large));
      bind(in.name(), v);
    }
    constants.forEach((name, value) -> values.put(name, graph.constant(value, name)));
    nodes.forEach(n -> n.members().forEach(m -> countReadsInside(m)));
    nodes.forEach(n -> n.inputs().forEach(i -> readsLeft.merge(i, 1, Integer::sum)));
    outputs.forEach(o -> readsLeft.merge(o.getName(), 1, Integer::sum));
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
    inner.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    decidedByBatch.addAll(outer.decidedByBatch);
    for (int i = 0; i < names.size(); i++) {
      Value like = given.get(i);
      Value value =
          like.isConstant()
              ? like.named(names.get(i))
              : graph.innerInput(names.get(i), like.isKnown() ? like.unknown() : like);
      values.put(names.get(i), value);
      readsLeft.put(names.get(i), 1); // inputs stay
    }
    nodes.forEach(n -> n.members().forEach(m -> countReadsInside(m)));
    nodes.forEach(n -> n.inputs().forEach(i -> readsLeft.merge(i, 1, Integer::sum)));
    outputs.forEach(o -> readsLeft.merge(o.getName(), 1, Integer::sum));
    for (OnnxNode n : nodes) {
      add(n, List.of());
      if (needsSinglePrecision) {
        throw new Abandoned();
      }
    }
  }

  /** What a graph inside a node ends with that will be another one in the next round. */
  private static final class Abandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private ControlImports.Inner inside(GraphProto inner, List<String> names, List<Value> given) {
    GraphTranslation within = new GraphTranslation(this, inner, names, given);
    List<Value> results = new ArrayList<>();
    List<Object> nodes = new ArrayList<>();
    for (ValueInfoProto o : inner.getOutputList()) {
      Value v = within.values.get(o.getName());
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

  /** An If or Loop whose course is known when it runs only. */
  private void control(OnnxNode node) {
    OperatorSpec.checkVersion(node);
    graph.begin(node);
    ControlImports.Scope scope = name -> value(name, node);
    List<Value> out;
    try {
      out =
          node.opType().equals("If")
              ? ControlImports.conditional(node, scope, this::inside, graph)
              : ControlImports.repetition(node, scope, this::inside, graph);
    } catch (Abandoned e) {
      needsSinglePrecision = true;
      return;
    }
    for (int i = 0; i < node.outputs().size() && i < out.size(); i++) {
      if (!node.output(i).isEmpty()) {
        bind(node.output(i), out.get(i));
      }
    }
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
    return taken.isEmpty() && expansion.bodies().isEmpty()
        ? null
        : BranchSelection.run(model.proto(), taken, expansion.bodies());
  }

  /** Whether there is no point in translating on: every node that follows would be different. */
  public boolean isAbandoned() {
    return needsSinglePrecision;
  }

  private void step(OnnxNode node, List<Integer> positions) {
    if (node.domain().isEmpty() && node.opType().equals("If")) {
      decide(node);
      return;
    }
    if (node.domain().isEmpty() && LOOPS.contains(node.opType())) {
      unroll(node);
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
    translate(node, positions);
    for (String name : node.outputs()) {
      Value v = values.get(name);
      needsSinglePrecision |= v != null && !v.isKnown() && isOther(v);
    }
    noteBatch(node);
    release(node);
  }

  private static boolean isOther(Value value) {
    return value.at(false) instanceof Tensor t
        && (t.dtype() == DType.FLOAT16
            || t.dtype() == DType.BFLOAT16
            || t.dtype() == DType.FLOAT64);
  }

  private boolean isReturnedOnly(String tensor) {
    return readsLeft.getOrDefault(tensor, 0) == 1
        && outputs.stream().anyMatch(o -> o.getName().equals(tensor));
  }

  /** Whether a Cast makes another floating point type of a computed float32 tensor. */
  private boolean castsSingle(OnnxNode node) {
    Value from = value(node.inputs().get(0), node);
    return SinglePrecision.isOther(Dtypes.target(node))
        && !from.isKnown()
        && from.at(false) instanceof Tensor t
        && t.dtype() == DType.FLOAT32;
  }

  /** An output of another type stays float32 here, rounded to what that type can hold. */
  private void returned(OnnxNode node, List<Integer> positions) {
    graph.begin(node);
    Node before = last();
    Value value = value(node.inputs().get(0), node);
    DType type = OnnxTypes.dtype(Dtypes.target(node), node.toString());
    if (type != DType.FLOAT64) {
      value = graph.method("to", graph.method("to", value, type), DType.FLOAT32);
    }
    bind(node.output(0), value);
    noteOrigins(node, positions, before);
  }

  /** Takes the branch that a known condition selects, and translates it for what follows. */
  private void decide(OnnxNode node) {
    String name = node.inputs().isEmpty() ? "" : node.inputs().get(0);
    if (isComputed(name, node)) {
      control(node);
      return;
    }
    Tensor value = known(name, "condition", node);
    String side = value.numel() == 1 && value.doubleAt(0) != 0 ? "then_branch" : "else_branch";
    AttributeProto branch = node.raw(side);
    if (branch == null || branch.getG().getOutputCount() < node.outputs().size()) {
      throw node.error("no " + side + " with " + node.outputs().size() + " outputs");
    }
    GraphProto graph = branch.getG();
    taken.put(node.members().get(0), graph);
    graph.getInitializerList().forEach(t -> initializers.put(t.getName(), t));
    for (NodeProto inner : graph.getNodeList()) {
      inner.getInputList().forEach(i -> readsLeft.merge(i, 1, Integer::sum));
    }
    for (NodeProto inner : graph.getNodeList()) {
      add(new OnnxNode(inner, List.of(inner), model.opset(inner.getDomain())), List.of());
      if (needsSinglePrecision) {
        return;
      }
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.output(i).isEmpty()) {
        bind(node.output(i), value(graph.getOutput(i).getName(), node));
      }
    }
  }

  /** Translates the iterations of a Loop or Scan, whose number has to be known. */
  private void unroll(OnnxNode node) {
    OperatorSpec.checkVersion(node);
    boolean counts = node.opType().equals("Loop");
    if (counts && node.inputs().stream().limit(2).anyMatch(i -> isComputed(i, node))) {
      control(node);
      return;
    }
    Unrolling loop = expansion.unroll(node);
    List<NodeProto> all =
        java.util.Objects.requireNonNull(expansion.bodies().get(node.members().get(0)));
    boolean scan = node.opType().equals("Scan");
    if (scan && node.opset() < 9) {
      throw node.error("operator set " + node.opset() + ", expected 9 or later");
    }
    long trips = scan ? slices(node, loop) : trips(node);
    long most = Math.max(1, MOST_UNROLLED / loop.size());
    for (long i = 0; i < trips && goesOn(node, loop); i++) {
      if (i == most || (scan && trips > most)) {
        throw node.error(
            (trips == Long.MAX_VALUE ? "more than " + most : trips)
                + " iterations of "
                + loop.size()
                + " nodes, expected at most "
                + MOST_UNROLLED
                + " nodes in all");
      }
      List<NodeProto> nodes = loop.next(trips);
      all.addAll(nodes);
      addInner(nodes, loop.kept());
    }
    List<NodeProto> end = loop.end();
    all.addAll(end);
    addInner(end, List.of());
  }

  /** Translates nodes that stand for another one; what is kept will be read later. */
  private void addInner(List<NodeProto> nodes, List<String> kept) {
    nodes.forEach(n -> n.getInputList().forEach(i -> readsLeft.merge(i, 1, Integer::sum)));
    nodes.forEach(this::countReadsInside);
    kept.forEach(name -> readsLeft.merge(name, 1, Integer::sum));
    for (NodeProto n : nodes) {
      if (needsSinglePrecision) {
        return;
      }
      add(new OnnxNode(n, List.of(n), model.opset(n.getDomain())), List.of());
    }
  }

  private long trips(OnnxNode node) {
    String name = node.inputs().isEmpty() ? "" : node.inputs().get(0);
    return name.isEmpty()
        ? Long.MAX_VALUE
        : (long) known(name, "number of iterations", node).item();
  }

  private boolean goesOn(OnnxNode node, Unrolling loop) {
    return loop.condition().isEmpty()
        || needsSinglePrecision
        || known(loop.condition(), "condition", node).item() != 0;
  }

  private boolean isComputed(String name, OnnxNode node) {
    return !name.isEmpty() && !value(name, node).isKnown();
  }

  /** The content of a tensor that depends on neither data nor the batch size. */
  private Tensor known(String name, String what, OnnxNode node) {
    Value value = value(name, node);
    if (!value.isConstant() || decidedByBatch.contains(name)) {
      String why = value.isKnown() ? "the batch size" : "data";
      throw node.error(
          what + " '" + name + "' depends on " + why + ", expected constants and shapes only");
    }
    return (Tensor) value.at(false);
  }

  private long slices(OnnxNode node, Unrolling loop) {
    long size = -1;
    for (int i = 0; i < loop.scanInputs().size(); i++) {
      Value x = value(loop.scanInputs().get(i), node);
      int here = x.fixedDim(x.axis(loop.axis(i)));
      if (here < 0 || (size >= 0 && size != here)) {
        throw node.error(
            "input '"
                + loop.scanInputs().get(i)
                + "' of shape "
                + x.shape()
                + ", expected one fixed size along the axes of all scan inputs");
      }
      size = here;
    }
    return Math.max(size, 0);
  }

  /** Translates the body of an operator that has no translation, or none for all of the node. */
  private boolean expanded(OnnxNode node) {
    boolean standard = node.domain().isEmpty();
    boolean more = standard && node.opType().equals("LayerNormalization") && reads(node, 1, 2);
    if (!StandardFunctions.has(node.domain(), node.opType())
        || (OnnxOperators.translates(node) && !more)) {
      return false;
    }
    List<Optional<Tensor>> examples = new ArrayList<>();
    for (String in : node.inputs()) {
      examples.add(in.isEmpty() ? Optional.empty() : Optional.of(example(value(in, node))));
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
      if (!makes && reads(node, i)) {
        throw node.error("output " + i + " '" + node.output(i) + "' is read, expected not to be");
      }
    }
  }

  private boolean reads(OnnxNode node, int... outputs) {
    return Arrays.stream(outputs)
        .mapToObj(node::output)
        .anyMatch(o -> !o.isEmpty() && readsLeft.getOrDefault(o, 0) > 0);
  }

  /**
   * Notes known tensors that are the same at both batch sizes that are tried, but were computed,
   * rather than picked, from what is not: a comparison of the batch with 1, say.
   */
  private void noteBatch(OnnxNode node) {
    boolean picks = PICKING.contains(node.opType());
    for (String in : node.inputs()) {
      Value v = values.get(in);
      boolean varies = v != null && v.isKnown() && !v.isConstant();
      if (decidedByBatch.contains(in) || (varies && !picks)) {
        decidedByBatch.addAll(node.outputs());
      }
    }
  }

  /** What graphs inside a node read may be needed when it is decided. */
  private void countReadsInside(NodeProto node) {
    for (AttributeProto a : node.getAttributeList()) {
      if (a.hasG()) {
        for (NodeProto inner : a.getG().getNodeList()) {
          inner.getInputList().forEach(i -> readsLeft.merge(i, 1, Integer::sum));
          countReadsInside(inner);
        }
        a.getG().getOutputList().forEach(o -> readsLeft.merge(o.getName(), 1, Integer::sum));
      }
    }
  }

  private void translate(OnnxNode node, List<Integer> positions) {
    NodeImport translation = OnnxOperators.translation(node);
    graph.begin(node);
    Node before = last();
    List<Optional<Value>> in = new ArrayList<>();
    for (String name : node.inputs()) {
      in.add(name.isEmpty() ? Optional.empty() : Optional.of(readable(value(name, node), node)));
    }
    Inputs given = new Inputs(node, in);
    List<Value> out = translation.run(node, given, graph);
    requireAllRead(node, given, out.size());
    for (int i = 0; i < out.size(); i++) {
      if (!node.output(i).isEmpty()) {
        bind(node.output(i), out.get(i));
      }
    }
    noteOrigins(node, positions, before);
    bindInputs(node);
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
      if (!node.output(i).isEmpty() && readsLeft.getOrDefault(node.output(i), 0) > 0) {
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

  /** Notes the nodes that hold known inputs, if the translation brought them into the graph. */
  private void bindInputs(OnnxNode node) {
    for (String name : node.inputs()) {
      Value v = values.get(name);
      if (v != null && v.node != null) {
        tensors.putIfAbsent(name, v.node.name());
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

  private void bind(String tensor, Value value) {
    values.put(tensor, value);
    if (value.node != null && !otherInputs.contains(tensor)) { // a Cast makes what is computed with
      tensors.put(tensor, value.node.name());
    }
  }

  private Value value(String name, OnnxNode reader) {
    Value v = values.get(name);
    if (v == null) {
      TensorProto stored = initializers.get(name);
      if (stored == null) {
        throw reader.error(
            "input '"
                + name
                + "' is no tensor of the model so far, expected one that is made before");
      }
      v = graph.constant(OnnxTensors.decode(stored), name);
      values.put(name, v);
    }
    return v;
  }

  /** Forgets tensors that nothing reads any more: they hold zeros of full size. */
  private void release(OnnxNode node) {
    for (String in : node.inputs()) {
      if (readsLeft.merge(in, -1, Integer::sum) == 0) {
        values.remove(in);
      }
    }
  }

  private Node materialized(String output, Value value) {
    try {
      return graph.materialize(value);
    } catch (OnnxException e) {
      throw failed(maker(output), String.valueOf(e.getMessage()), e);
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
      Value v = values.get(o.getName());
      if (v == null) {
        throw maker(o.getName()).error("it has not made output '" + o.getName() + "'");
      }
      Node node = graph.materialize(graph.returned(v));
      tensors.put(o.getName(), node.name());
      results.add(node);
      names.add(o.getName());
    }
    GraphModule module = graph.module();
    module.graph().output(results.size() == 1 ? results.get(0) : new Tuple(results));
    module.graph().eliminateDeadCode();
    module.attach(IntegerValues.class, graph.integers());
    module.attach(OnnxSource.class, new OnnxSource(model, inputs, names, origins, tensors));
    return module.lint();
  }
}
