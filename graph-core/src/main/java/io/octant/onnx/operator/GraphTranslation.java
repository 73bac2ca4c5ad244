package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.graph.GraphModule;
import io.octant.graph.IntegerValues;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.OperatorTable;
import io.octant.graph.Tuple;
import io.octant.OctantException;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxInput;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxOrigin;
import io.octant.onnx.OnnxSource;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One import under way: the tensors known so far, and which graph node holds which. */
public final class GraphTranslation {
  /** Two batch sizes, neither 1, that tell a multiple of the batch from a constant. */
  private static final int SMALL_BATCH = 2;

  private static final int LARGE_BATCH = 3;

  private final OnnxModel model;
  private final List<OnnxInput> inputs;
  private final ImportGraph graph;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final Map<String, Integer> readsLeft = new HashMap<>();
  private final Map<String, OnnxOrigin> origins = new LinkedHashMap<>();
  private final Map<String, String> tensors = new LinkedHashMap<>();
  private final List<ValueInfoProto> outputs;

  public GraphTranslation(
      OnnxModel model, List<OnnxInput> inputs, List<OnnxNode> nodes, OperatorTable operators) {
    this.model = model;
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
    for (OnnxInput in : inputs) {
      int large = in.hasBatch() ? LARGE_BATCH : SMALL_BATCH;
      Value v = graph.input(in.name(), in.dtype(), in.shape(SMALL_BATCH), in.shape(large));
      bind(in.name(), v);
    }
    nodes.forEach(n -> n.inputs().forEach(i -> readsLeft.merge(i, 1, Integer::sum)));
    outputs.forEach(o -> readsLeft.merge(o.getName(), 1, Integer::sum));
  }

  private static EvaluationBudget budget(OnnxModel model, List<OnnxInput> inputs) {
    long weights = model.proto().getSerializedSize() / Float.BYTES;
    long in = 0;
    for (OnnxInput i : inputs) {
      in += i.shape(LARGE_BATCH).numel();
    }
    return new EvaluationBudget(weights, in);
  }

  /**
   * Translates the next node; {@code positions} are those of its members in the file.
   *
   * @throws OnnxException naming the node, whatever is wrong with it
   */
  public void add(OnnxNode node, List<Integer> positions) {
    try {
      translate(node, positions);
    } catch (OnnxException e) {
      throw e;
    } catch (OctantException e) {
      throw failed(node, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      throw failed(node, "it is not valid (" + e + ")", e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw failed(node, "it takes more memory than there is (" + e + "), expected a smaller model or more memory", e);
    }
  }

  private static OnnxException failed(OnnxNode node, String why, Throwable cause) {
    OnnxException failure = node.error(why);
    failure.initCause(cause);
    return failure;
  }

  private void translate(OnnxNode node, List<Integer> positions) {
    NodeImport translation = OnnxOperators.translation(node);
    List<Optional<Value>> in = new ArrayList<>();
    for (String name : node.inputs()) {
      in.add(
          name.isEmpty() ? Optional.empty() : Optional.of(readable(value(name, node), name, node)));
    }
    graph.begin(node);
    Node before = last();
    Inputs given = new Inputs(node, in);
    List<Value> out = translation.run(node, given, graph);
    requireAllRead(node, given, out.size());
    for (int i = 0; i < out.size(); i++) {
      if (!node.output(i).isEmpty()) {
        bind(node.output(i), out.get(i));
      }
    }
    OnnxOrigin origin =
        new OnnxOrigin(
            node.opType(), positions, node.inputs(), node.output(0), graph.weightNames());
    for (Node n = next(before); n != null; n = n.next()) {
      boolean computes = !(n.operation() instanceof Operation.GetAttr) && !n.callsMethod("size");
      if (computes) {
        origins.put(n.name(), origin);
      }
    }
    bindInputs(node);
    release(node);
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

  /** Parameters that are found at run time are no tensors here; only dequantizing reads them. */
  private static Value readable(Value value, String name, OnnxNode reader) {
    if (!(value.at(false) instanceof Tensor) && !reader.opType().equals("DequantizeLinear")) {
      throw reader.error(
          "input '"
              + name
              + "' is a parameter of DynamicQuantizeLinear, expected a"
              + " DequantizeLinear to read it");
    }
    return value;
  }

  private @Nullable Node last() {
    return graph.module().graph().lastNode();
  }

  private @Nullable Node next(@Nullable Node before) {
    return before != null ? before.next() : graph.module().graph().firstNode();
  }

  private void bind(String tensor, Value value) {
    values.put(tensor, value);
    if (value.node != null) {
      tensors.put(tensor, value.node.name());
    }
  }

  private Value value(String name, OnnxNode reader) {
    Value v = values.get(name);
    if (v == null) {
      TensorProto stored = initializers.get(name);
      if (stored == null) {
        throw reader.error("input '" + name + "' is no tensor of the model so far, expected one that is made before");
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

  /** Adds the output and attaches the {@link OnnxSource}. */
  public GraphModule finish() {
    List<Object> results = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (ValueInfoProto o : outputs) {
      Value v = values.get(o.getName());
      if (v == null) {
        throw new OnnxException(
            "Cannot import output " + o.getName() + ": no node of the model produces it");
      }
      if (!(v.at(false) instanceof Tensor)) {
        throw new OnnxException(
            "Cannot import output "
                + o.getName()
                + ": a parameter of DynamicQuantizeLinear, expected"
                + " a DequantizeLinear to read it");
      }
      Node node = graph.materialize(v);
      tensors.put(o.getName(), node.name());
      results.add(node);
      names.add(o.getName());
    }
    GraphModule module = graph.module();
    module.graph().output(results.size() == 1 ? results.get(0) : new Tuple(results));
    module.graph().eliminateDeadCode();
    module.attach(IntegerValues.class, graph.integers());
    module.attach(
        OnnxSource.class,
        new OnnxSource(model.source(), model.sha256(), inputs, names, origins, tensors));
    return module.lint();
  }
}
