package io.octant.shape;

import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.SampleRule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.reference.kernel.Softmax;
import io.octant.shape.SampleProbe.Constants;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows the samples of a batch through a graph, node by node: by rule where the operator has one,
 * else by running it ({@link SampleProbe}). Single use.
 */
final class BatchTracer {
  private final GraphModule model;
  private final SampleProbe probe;
  private final int batch;
  private final Map<Node, Object> values = new HashMap<>();
  private final Map<Node, Integer> readsLeft = new HashMap<>();
  private final Map<String, BatchAxis> axes = new HashMap<>();
  private final Map<String, String> ambiguous = new HashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();

  private BatchTracer(GraphModule model, int batch) {
    this.model = model;
    this.batch = batch;
    this.probe = new SampleProbe(batch);
    model.graph().forEach(n -> readsLeft.put(n, n.users().size()));
  }

  /** The axis and shape of each node's tensor, and why some have no axis. */
  record Result(
      Map<String, BatchAxis> axes, Map<String, String> ambiguous, Map<String, Shape> shapes) {
    /** What holds at another batch size too. */
    Result agreeing(Result other) {
      Map<String, BatchAxis> same = new HashMap<>(axes);
      Map<String, String> not = new HashMap<>(other.ambiguous);
      not.putAll(ambiguous);
      axes.forEach(
          (node, axis) -> {
            if (!axis.equals(other.axes.get(node))) {
              same.remove(node);
              not.putIfAbsent(
                  node, "node " + node + ": it has its samples elsewhere in another batch");
            }
          });
      same.keySet().removeAll(not.keySet());
      return new Result(same, not, shapes);
    }
  }

  /** Traces a graph at a batch size of at least 2. */
  static Result run(GraphModule original, List<TensorSpec> inputs, int batch) {
    GraphModule model = original.copyGraphModule();
    BatchTracer tracer = new BatchTracer(model, batch);
    List<Object> zeros = new ArrayList<>();
    List<Node> placeholders = model.graph().placeholders();
    for (int i = 0; i < inputs.size(); i++) {
      TensorSpec spec = inputs.get(i);
      int axis = spec.batchAxis();
      Tensor t = Zeros.of(spec.dtype(), spec.shape(batch));
      zeros.add(t);
      tracer.keep(placeholders.get(i), t, List.of(axis < 0 ? BatchAxis.NONE : BatchAxis.of(axis)));
    }
    new ShapeInterpreter(model, tracer::add).run(zeros, Map.of());
    return new Result(tracer.axes, tracer.ambiguous, tracer.shapes);
  }

  private void keep(Node node, Object value, List<BatchAxis> found) {
    values.put(node, Traced.of(value, found));
    if (value instanceof Tensor t) {
      shapes.put(node.name(), t.shape());
      axes.put(node.name(), found.get(0));
    }
  }

  private void add(Node node, Object value) {
    List<Tensor> tensors = Arguments.all(value, Tensor.class);
    try {
      for (Node in : node.inputs()) {
        String why = ambiguous.get(in.name());
        if (why != null && (!tensors.isEmpty() || value == Late.VALUE)) {
          throw new MixedSamplesException(why);
        }
      }
      if (value == Late.VALUE) {
        throw new MixedSamplesException("it has a shape that is known when it runs only");
      }
      List<BatchAxis> found = tensors.isEmpty() ? List.of() : samples(node, tensors);
      if (found.size() != tensors.size()) {
        throw new MixedSamplesException("it returns " + found.size() + " tensors here");
      }
      for (int i = 0; i < tensors.size(); i++) {
        requireSize(found.get(i), tensors.get(i));
      }
      keep(node, value, found);
    } catch (MixedSamplesException e) {
      String why = String.valueOf(e.getMessage());
      ambiguous.put(node.name(), why.startsWith("node ") ? why : name(node) + ": " + why);
      values.put(node, Traced.of(value, Collections.nCopies(tensors.size(), BatchAxis.NONE)));
    }
    for (Node in : node.inputs()) {
      if (readsLeft.merge(in, -1, Integer::sum) == 0) {
        values.remove(in);
      }
    }
  }

  private String name(Node node) {
    String source = node.scope().source();
    return "node " + node.name() + (source.isEmpty() ? "" : " (" + source + ")");
  }

  private void requireSize(BatchAxis axis, Tensor t) {
    if (axis.exists()
        && (axis.axis() >= t.shape().rank() || t.shape().dim(axis.axis()) != axis.size(batch))) {
      throw new MixedSamplesException("its shape " + t.shape() + " does not follow the batch");
    }
  }

  private List<BatchAxis> samples(Node node, List<Tensor> results) {
    List<Object> args =
        node.args().stream().<Object>map(a -> Arguments.map(a, Node.class, this::value)).toList();
    Map<String, Object> kwargs = Arguments.mapValues(node.kwargs(), Node.class, this::value);
    List<Traced> inputs = SampleRules.traced(args, kwargs);
    if (node.operation() instanceof Operation.GetAttr
        || inputs.stream().noneMatch(Traced::isBatched)) {
      return Collections.nCopies(results.size(), BatchAxis.NONE);
    }
    Module module =
        node.operation() instanceof Operation.CallModule m ? model.module(m.target()) : null;
    List<BatchAxis> found = byRule(node, module, args, kwargs, inputs, results);
    return found != null ? found : probed(node, args, kwargs, null);
  }

  private Object value(Node node) {
    Object v = values.get(node);
    return v == null ? None.NONE : v;
  }

  private @Nullable List<BatchAxis> byRule(
      Node node,
      @Nullable Module module,
      List<Object> args,
      Map<String, Object> kwargs,
      List<Traced> inputs,
      List<Tensor> results) {
    TargetType type = model.typeOf(node);
    OperatorRow row = type == null ? null : Operators.standard().find(type);
    if (row == null && !(module instanceof ActivationPostProcess)) {
      return null;
    }
    BoundCall call = module == null && type != null ? BoundCall.of(type, args, kwargs) : null;
    if (module == null && call == null) {
      return null; // the operator tells what is wrong with its arguments
    }
    String name = row == null ? "" : row.name();
    SampleRule kind = row == null ? SampleRule.POINTWISE : row.samples();
    Traced in = inputs.get(0);
    int rank = results.get(0).shape().rank();
    boolean first = in.isBatched() && inputs.stream().skip(1).noneMatch(Traced::isBatched);
    BatchAxis one;
    switch (kind) {
      case POINTWISE -> {
        if (name.equals("batch_norm") && isTrained(module, call)) {
          return null;
        }
        return results.size() == 1 ? List.of(SampleRules.pointwise(inputs, rank)) : null;
      }
      case CONSTANT -> {
        return Collections.nCopies(results.size(), BatchAxis.NONE);
      }
      case MOVE -> {
        if (name.equals("getitem") && !(args.get(0) instanceof Traced)) {
          return picked(args.get(0), args.get(1));
        }
        return first ? probed(node, args, kwargs, Constants.POSITIONS) : null;
      }
      case JOIN -> {
        return probed(node, args, kwargs, Constants.JOINED);
      }
      case MATMUL -> {
        one = inputs.size() == 2 ? SampleRules.matmul(in, inputs.get(1), rank) : null;
        return one == null ? null : List.of(one);
      }
      case RECURRENT -> {
        return SampleRules.recurrent(module, call, args, inputs, results);
      }
      case LOOKUP -> {
        Traced table = module != null ? null : inputs.get(1);
        return in.isBatched() && (table == null || !table.isBatched()) && rank == in.rank() + 1
            ? List.of(in.axis())
            : null;
      }
      case REDUCTION -> {
        Object dim = argument(module, call, "dim");
        if (dim instanceof Traced) {
          return List.of(SampleRules.pointwise(inputs, rank));
        }
        boolean keep = Boolean.TRUE.equals(argument(module, call, "keepdim"));
        one = SampleRules.reduction(in, dim, keep);
      }
      case RESHAPE ->
          one = first ? SampleRules.reshape(in, results.get(0).shape().toArray(), batch) : null;
      case PER_ROW -> one = first ? SampleRules.perRow(spatialAxes(module, name), in) : null;
      case TRAILING -> one = first ? SampleRules.trailing(in, trailing(name, module, call)) : null;
      case ALONG -> one = first ? SampleRules.along(in, along(module, call, in.rank())) : null;
      default -> one = null;
    }
    return one == null ? null : Collections.nCopies(results.size(), one);
  }

  /** Whether a batch norm takes the mean of the batch, so that samples depend on each other. */
  private static boolean isTrained(@Nullable Module module, @Nullable BoundCall call) {
    return module != null ? module.isTraining() : call != null && call.flag("training");
  }

  /** What a module was made with or a call is given; null for None. */
  private static @Nullable Object argument(
      @Nullable Module module, @Nullable BoundCall call, String name) {
    Object value = module != null ? module.hyperparameters().get(name) : null;
    return call != null ? call.find(name) : value == None.NONE ? null : value;
  }

  /** Axes behind batch and channels by the name of module or operator; 0 for any number. */
  private static int spatialAxes(@Nullable Module module, String row) {
    String name = module == null ? row : module.type().name();
    String plain = name.replace("_with_indices", "");
    if (plain.matches(".*[123]d")) {
      return plain.charAt(plain.length() - 2) - '0';
    }
    return row.startsWith("pixel") ? 2 : 0;
  }

  /** An item of a list or tuple. */
  private static @Nullable List<BatchAxis> picked(Object sequence, Object index) {
    List<?> items =
        sequence instanceof Tuple t ? t.items() : sequence instanceof List<?> l ? l : null;
    if (items == null || !(index instanceof Long i)) {
      return null;
    }
    Object item = items.get((int) (i < 0 ? i + items.size() : i));
    return Arguments.all(item, Traced.class).stream().map(Traced::axis).toList();
  }

  private static int trailing(String name, @Nullable Module module, @Nullable BoundCall call) {
    if (name.equals("linear")) {
      return 1;
    }
    Object shape = argument(module, call, "normalized_shape");
    return shape instanceof Tuple t ? t.size() : shape instanceof List<?> l ? l.size() : 1;
  }

  private static long along(@Nullable Module module, @Nullable BoundCall call, int rank) {
    return argument(module, call, "dim") instanceof Long dim ? dim : Softmax.implicitAxis(rank);
  }

  private List<BatchAxis> probed(
      Node node, List<Object> args, Map<String, Object> kwargs, @Nullable Constants moves) {
    SampleProbe.Call call =
        (a, kw) -> {
          Operation op = node.operation();
          return op instanceof Operation.CallFunction f
              ? model.operators().callFunction(f.function(), a, kw)
              : op instanceof Operation.CallMethod m
                  ? model.operators().callMethod(m.target(), a, kw)
                  : model.module(op.target()).evaluate(a, kw);
        };
    try {
      return moves == null
          ? probe.changed(call, args, kwargs)
          : probe.moved(call, args, kwargs, moves);
    } catch (MixedSamplesException e) {
      throw e;
    } catch (OctantException
        | ClassCastException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      throw new MixedSamplesException("it cannot be run to find out (" + e.getMessage() + ")");
    }
  }
}
