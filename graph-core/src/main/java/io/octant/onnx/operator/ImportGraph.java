package io.octant.onnx.operator;

import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.IntegerValues;
import io.octant.graph.MethodType;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.NodeScope;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.OperatorTable;
import io.octant.graph.Slice;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxInput;
import io.octant.onnx.OnnxNode;
import io.octant.shape.ShapeInterpreter;
import io.octant.shape.Zeros;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The graph that an import builds.
 *
 * <p>Every emitted operator is evaluated at once at two batch sizes, for shapes and types only
 * unless all its inputs are known. One whose inputs are all known is folded: it leaves no node.
 * Known values become graph nodes when a computed operator takes them: constants as attributes,
 * multiples of the batch as arithmetic on {@code input.size(0)}.
 */
public final class ImportGraph {
  /** What stands for sizes that are not known: one that stretches, and one with room. */
  private static final int UNKNOWN_SMALL = 1;

  private static final int UNKNOWN_LARGE = 64;

  private final GraphModule module;
  private final ModulePaths paths;
  private final int smallBatch;
  private final int largeBatch;
  private final Materializer materializer;
  private final EvaluationBudget budget;
  private final Set<String> integers = new LinkedHashSet<>();
  private final Map<Node, Value> foundAtRunTime = new HashMap<>();
  private @Nullable OnnxNode current;
  private NodeScope scope = NodeScope.ROOT;
  private Map<String, String> weightNames = Map.of();
  private @Nullable Example promised;

  ImportGraph(
      OperatorTable operators,
      ModulePaths paths,
      int smallBatch,
      int largeBatch,
      EvaluationBudget budget) {
    this.budget = budget;
    this.module = new GraphModule(new Graph(), operators);
    this.paths = paths;
    this.smallBatch = smallBatch;
    this.largeBatch = largeBatch;
    this.materializer = new Materializer(module, paths, smallBatch, largeBatch);
  }

  /** A graph inside a node of this one. */
  ImportGraph inner(ModulePaths within, EvaluationBudget limit) {
    return new ImportGraph(module.operators(), within, smallBatch, largeBatch, limit);
  }

  GraphModule module() {
    return module;
  }

  // ---- values from outside

  /** A placeholder; {@code shape} at the smaller and the larger batch. */
  Value input(OnnxInput input, Shape small, Shape large) {
    DType dtype = input.dtype();
    Node node = module.graph().placeholder(input.name());
    if (!small.equals(large)) {
      materializer.batchSource(node, input.batchAxis());
    }
    Tensor zeros = Zeros.of(dtype, small);
    note(node, zeros);
    Tensor more = Zeros.of(dtype, large);
    return dtype.isFloatingPoint()
        ? Value.computed(node, zeros, more)
        : Value.mask(node, zeros, more);
  }

  /** A placeholder of a graph inside a node, for a value like the one given. */
  Value innerInput(String name, Value like) {
    Node node = module.graph().placeholder(name);
    note(node, like.at(false));
    for (int axis = 0; axis < like.rank() && !like.isLate(); axis++) {
      boolean batch =
          like.shape().dim(axis) == smallBatch && like.largeShape().dim(axis) == largeBatch;
      if (batch && smallBatch != largeBatch) {
        materializer.batchSource(node, axis);
      }
    }
    return like.isLate()
        ? Value.late(node, like.at(false), like.at(true))
        : Value.computed(node, like.at(false), like.at(true));
  }

  /** A call of a module that runs graphs. */
  Value control(Module made, List<?> args, Example result, boolean late) {
    String path = paths.reserve(label(node()));
    module.setModule(path, made);
    Operation operation = new Operation.CallModule(path);
    Object small = result.of(false, UNKNOWN_SMALL);
    Object large = result.of(true, UNKNOWN_LARGE);
    Node call = create(operation, args, Map.of(), small);
    return late ? Value.late(call, small, large) : Value.computed(call, small, large);
  }

  /** A constant of the file. */
  public Value constant(Tensor tensor, String name) {
    return Value.known(tensor, tensor, name);
  }

  /** A known integer, tuple, dtype or the like. */
  private Value literal(Object small, Object large) {
    return Value.known(small, large, "literal");
  }

  private void note(Node made, Object value) {
    if (value instanceof Tensor t && !t.dtype().isFloatingPoint()) {
      integers.add(made.name());
    }
  }

  /** The computed values that are integers, quantized ones too, or truth values. */
  IntegerValues integers() {
    return new IntegerValues(integers);
  }

  // ---- the node being translated

  void begin(OnnxNode node) {
    current = node;
    weightNames = Map.of();
    ModulePaths.Site site = paths.site(node);
    ModuleType type =
        site.path().isEmpty()
            ? null
            : new ModuleType(site.type().isEmpty() ? "torch.nn.Module" : site.type());
    scope = new NodeScope(site.path(), type, node.opType() + " " + label(node));
  }

  private static String label(OnnxNode node) {
    return node.name().isEmpty() ? node.output(0) : node.name();
  }

  /** Whether the node being translated is all that one torch module does. */
  public boolean isModule() {
    return current != null && paths.site(current).isLeaf();
  }

  // ---- emitting

  /** A call of a function with positional arguments, folded if all of them are constant. */
  public Value function(String name, Object... args) {
    return function(name, List.of(args), Map.of());
  }

  /** A call of a function, folded if all arguments are constant. */
  public Value function(String name, List<?> args, Map<String, ?> kwargs) {
    IntegerSpelling.Call other = IntegerSpelling.of(name, args);
    if (other != null) {
      return function(other.function(), other.args(), kwargs);
    }
    FunctionType type = FunctionType.of(name);
    return emit(
        new Operation.CallFunction(type),
        args,
        kwargs,
        (a, kw) -> ShapeInterpreter.findCall(type, a, kw),
        (a, kw) -> module.operators().callFunction(type, a, kw));
  }

  /** A call of a tensor method on its first argument, folded if all arguments are constant. */
  public Value method(String name, Object... args) {
    IntegerSpelling.Call other = IntegerSpelling.of(name, List.of(args));
    if (other != null) {
      return function(other.function(), other.args(), Map.of());
    }
    return emit(
        new Operation.CallMethod(name),
        List.of(args),
        Map.of(),
        (a, kw) -> ShapeInterpreter.findCall(new MethodType(name), a, kw),
        (a, kw) -> module.operators().callMethod(name, a, kw));
  }

  /**
   * A module without weights if the operator is all that a torch module does, else the function of
   * the same meaning.
   */
  public Value activation(
      String moduleType,
      Map<String, Object> hyper,
      String function,
      Map<String, Object> kwargs,
      Value input) {
    OnnxNode node = node();
    if (!isModule() || !Dtypes.of(input).isFloatingPoint()) {
      return function(function, List.of(input), kwargs);
    }
    Module made = NnModules.create(moduleType, hyper, Map.of());
    return call(made, paths.leafPath(paths.site(node)), List.of(input));
  }

  /**
   * A module with weights.
   *
   * @param quantized the integers that the weight was dequantized from; null makes a float module
   * @param onnxNames parameter name to ONNX tensor name, which may tell the module's path
   */
  public Value weighted(
      String moduleType,
      Map<String, Object> hyper,
      Map<String, Tensor> tensors,
      @Nullable Tensor quantized,
      Map<String, String> onnxNames,
      Value input) {
    return weighted(moduleType, hyper, tensors, quantized, onnxNames, List.of(input));
  }

  /** A module with weights that takes several arguments. */
  Value weighted(
      String moduleType,
      Map<String, Object> hyper,
      Map<String, Tensor> tensors,
      @Nullable Tensor quantized,
      Map<String, String> onnxNames,
      List<?> args) {
    weightNames = onnxNames;
    String path = paths.weightedPath(node(), List.copyOf(onnxNames.values()));
    Module made = NnModules.create(moduleType, hyper, tensors);
    return call(quantized == null ? made : NnModules.reference(made, quantized), path, args);
  }

  private Value call(Module made, String path, List<?> args) {
    module.setModule(path, made);
    NodeScope outer = scope;
    scope = new NodeScope(path, made.type(), outer.source());
    try {
      return emit(
          new Operation.CallModule(path),
          args,
          Map.of(),
          (a, kw) -> ShapeInterpreter.findModule(made, a),
          made::evaluate);
    } finally {
      scope = outer;
    }
  }

  /** Parameter name to ONNX tensor name, of the module that the current node became. */
  Map<String, String> weightNames() {
    return weightNames;
  }

  /** An example of a value whose shape is known when the graph runs only. */
  @FunctionalInterface
  public interface Example {
    /** A value of the right type and number of axes, with a size where it is not known. */
    Object of(boolean atLargeBatch, int unknown);

    /** A tensor; −1 stands for a size that is not known. */
    static Example tensor(DType type, int... sizes) {
      return (large, unknown) ->
          Zeros.of(type, Shape.of(Arrays.stream(sizes).map(s -> s < 0 ? unknown : s).toArray()));
    }
  }

  /**
   * A call whose result's shape is known when the graph runs only: {@code example} is believed for
   * its type and number of axes. Folded if all its arguments are known.
   */
  Value late(Example example, Supplier<Value> call) {
    promised = example;
    try {
      return call.get();
    } finally {
      promised = null;
    }
  }

  private interface Evaluation {
    @Nullable Object run(List<Object> args, Map<String, Object> kwargs);
  }

  private Value emit(
      Operation operation,
      List<?> args,
      Map<String, ?> kwargs,
      Evaluation byRule,
      Evaluation exact) {
    Example example = promised;
    promised = null;
    boolean fold = Values.allKnown(args) && Values.allKnown(kwargs.values());
    Evaluation run = (a, kw) -> evaluate(operation, fold, byRule, exact, a, kw);
    if (!fold && (example != null || Values.anyLate(args) || Values.anyLate(kwargs.values()))) {
      return emitLate(operation, args, kwargs, run, example);
    }
    Object small = evaluate(run, args, kwargs, false);
    Object large = smallBatch == largeBatch ? small : evaluate(run, args, kwargs, true);
    if (fold) {
      return Value.known(small, large, node().output(0));
    }
    Node made = create(operation, args, kwargs, small);
    boolean looksUp =
        operation instanceof Operation.CallModule || operation.target().contains("index_select");
    return !looksUp && Values.onlyMasks(args)
        ? Value.mask(made, small, large)
        : Value.computed(made, small, large);
  }

  /**
   * Of two examples, with small and with large unknown sizes, one has to fit what else there is.
   */
  private Value emitLate(
      Operation operation,
      List<?> args,
      Map<String, ?> kwargs,
      Evaluation run,
      @Nullable Example example) {
    Object small = example == null ? null : example.of(false, UNKNOWN_SMALL);
    Object large = example == null ? null : example.of(true, UNKNOWN_LARGE);
    if (example == null) {
      OnnxException failure = null;
      try {
        small = evaluate(run, args, kwargs, false);
      } catch (OnnxException e) {
        failure = e;
      }
      try {
        large = evaluate(run, args, kwargs, true);
      } catch (OnnxException e) {
        if (failure != null) {
          throw failure;
        }
      }
    }
    Object any = small != null ? small : Objects.requireNonNull(large);
    Node made = create(operation, args, kwargs, any);
    return Value.late(made, any, large != null ? large : any);
  }

  private Node create(Operation operation, List<?> args, Map<String, ?> kwargs, Object example) {
    List<Object> graphArgs =
        args.stream()
            .map(a -> Arguments.map(a, Value.class, v -> materializer.argument(v, scope)))
            .toList();
    Map<String, Object> graphKwargs =
        Arguments.mapValues(kwargs, Value.class, v -> materializer.argument(v, scope));
    Node made =
        module
            .graph()
            .create(operation, graphArgs, graphKwargs, Materializer.nodeName(operation), scope);
    note(made, example);
    return made;
  }

  /** By its shape rule unless the content is asked for or there is none; then within the budget. */
  private Object evaluate(
      Operation operation,
      boolean content,
      Evaluation byRule,
      Evaluation exact,
      List<Object> args,
      Map<String, Object> kwargs) {
    Object known = byRule.run(args, kwargs);
    if (known != null && !content) {
      return known;
    }
    Shape shape = known instanceof Tensor t ? t.shape() : null;
    budget.take(operation, module, args, kwargs, shape);
    return Objects.requireNonNull(exact.run(args, kwargs));
  }

  private Object evaluate(
      Evaluation run, List<?> args, Map<String, ?> kwargs, boolean atLargeBatch) {
    try {
      return Objects.requireNonNull(
          run.run(
              args.stream()
                  .map(a -> Arguments.map(a, Value.class, v -> v.at(atLargeBatch)))
                  .toList(),
              Arguments.mapValues(kwargs, Value.class, v -> v.at(atLargeBatch))));
    } catch (OctantException
        | ClassCastException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      OnnxNode node = node();
      OnnxException failure = node.error(String.valueOf(e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
  }

  // ---- reading shapes

  /** The sizes of all axes as known values, or numbers that the graph computes. */
  public List<Value> sizes(Value tensor) {
    List<Value> out = new ArrayList<>();
    for (int axis = 0; axis < tensor.rank(); axis++) {
      out.add(size(tensor, axis));
    }
    return out;
  }

  /** The size of an axis as a known value, or the number that the graph computes. */
  public Value size(Value tensor, int axis) {
    if (tensor.isLate()) {
      return method("size", tensor, (long) axis);
    }
    return literal((long) tensor.shape().dim(axis), (long) tensor.largeShape().dim(axis));
  }

  /** The shape as a known one-dimensional int64 tensor, as operator Shape returns it. */
  public Value shapeTensor(Value tensor, int start, int end) {
    if (tensor.isLate()) {
      Value all = ofKnownShape(function("torch._shape_as_tensor", tensor));
      boolean whole = start == 0 && end >= tensor.rank();
      return whole
          ? all
          : function("operator.getitem", all, new Slice((long) start, (long) end, None.NONE));
    }
    return Value.known(
        Values.shapeTensor(tensor.shape(), start, end),
        Values.shapeTensor(tensor.largeShape(), start, end),
        tensor.name() + ".shape");
  }

  /** A value that is late to the engines, but has a shape that is known here. */
  private static Value ofKnownShape(Value late) {
    return late.isLate()
        ? Value.computed(Objects.requireNonNull(late.node), late.at(false), late.at(true))
        : late;
  }

  /**
   * The elements of a vector as numbers that the graph reads when it runs.
   *
   * @throws OnnxException if their number is not known
   */
  List<Value> items(Value vector, String what) {
    if (vector.rank() > 1 || (vector.rank() == 1 && vector.fixedDim(0) < 0)) {
      throw node().error(what + " are of shape " + vector.shape() + ", expected a fixed number");
    }
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < vector.shape().numel(); i++) {
      out.add(item(vector.rank() == 0 ? vector : function("operator.getitem", vector, (long) i)));
    }
    return out;
  }

  /** The only element of a tensor as a number that the graph reads when it runs. */
  Value item(Value tensor) {
    if (!tensor.isLate() && (tensor.shape().numel() != 1 || tensor.largeShape().numel() != 1)) {
      throw node()
          .error("'" + tensor.name() + "' of shape " + tensor.shape() + ", expected one element");
    }
    boolean real = Dtypes.of(tensor).isFloatingPoint();
    return late(
        (large, unknown) -> real ? (Object) (double) unknown : (Object) (long) unknown,
        () -> method("item", tensor));
  }

  /**
   * The elements of a known integer tensor, each as a known integer.
   *
   * @throws OnnxException if the content depends on data
   */
  public List<Value> elements(Value vector, String what) {
    if (!vector.isKnown()) {
      throw node().error(what + " depends on data, expected constants and shapes only");
    }
    Tensor small = (Tensor) vector.at(false);
    Tensor large = (Tensor) vector.at(true);
    if (small.numel() != large.numel()) {
      throw node().error(what + " has as many elements as the batch, expected a fixed number");
    }
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < small.numel(); i++) {
      out.add(literal(small.longAt(i), large.longAt(i)));
    }
    return out;
  }

  /** Notes that a number is a parameter that quantizing finds out at run time, and its tensor. */
  void parameterOf(Value number, Value tensor) {
    foundAtRunTime.put(materialize(number), tensor);
  }

  /** A parameter that is found at run time as a tensor; a tensor as it is. */
  Value tensor(Value value) {
    return value.node == null ? value : foundAtRunTime.getOrDefault(value.node, value);
  }

  /** What the model returns for a value: a tensor of ONNX' own types. */
  Value returned(Value value) {
    Value tensor = tensor(value);
    return Dtypes.isQuantized(tensor) ? method("int_repr", tensor) : tensor;
  }

  /** Makes a known tensor from content at both batch sizes. */
  Value known(Tensor small, Tensor large) {
    return Value.known(small, large, node().output(0));
  }

  /**
   * The operand as a Python number if it is a known scalar that does not depend on the batch, as a
   * traced program has it; else the operand itself.
   */
  public Object scalarOr(Value operand) {
    if (operand.isConstant()
        && operand.at(false) instanceof Tensor t
        && t.numel() == 1
        && t.shape().rank() <= 1
        && t.dtype() != DType.BOOL) {
      return t.dtype().isFloatingPoint() ? (Object) t.doubleAt(0) : (Object) t.longAt(0);
    }
    return operand;
  }

  /**
   * The number of elements of a table that a translation makes of its own.
   *
   * @throws OnnxException if they are more than 2^26
   */
  int tableSize(int... sizes) {
    long product = 1;
    for (int size : sizes) {
      product *= size;
      if (product > 1 << 26) {
        throw node()
            .error(
                "a table of "
                    + java.util.Arrays.toString(sizes)
                    + " elements, expected up to 2^26");
      }
    }
    return (int) product;
  }

  /** The node being translated, for errors. */
  OnnxNode node() {
    OnnxNode n = current;
    if (n == null) {
      throw new IllegalStateException("No node is being translated");
    }
    return n;
  }

  /** The graph node that holds a value, made if it is known only. */
  Node materialize(Value value) {
    return materializer.node(value, scope);
  }
}
