package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxNode;
import io.octant.reference.kernel.GateActivation;
import io.octant.reference.kernel.SequenceRecurrence.Direction;
import io.octant.reference.kernel.SequenceRecurrence.Kind;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * LSTM, GRU and RNN: the module of PyTorch where that computes the same, see {@link
 * RecurrentModules}, operators of their own otherwise.
 */
final class RecurrentImports {
  private static final int BIAS = 3;
  private static final int LENGTHS = 4;
  static final int HIDDEN = 5;
  static final int CELL = 6;
  static final int PEEPHOLES = 7;

  private RecurrentImports() {}

  static List<OperatorSpec> rows() {
    List<String> common =
        List.of(
            "hidden_size",
            "direction",
            "layout",
            "activations",
            "activation_alpha",
            "activation_beta",
            "clip",
            "output_sequence");
    return new ImportFamily("")
        .addMany(
            "LSTM", 1, 3, 8, with(common, "input_forget"), (n, i, g) -> run(Kind.LSTM, n, i, g))
        .addMany(
            "GRU",
            1,
            3,
            6,
            with(common, "linear_before_reset"),
            (n, i, g) -> run(Kind.GRU, n, i, g))
        .addMany("RNN", 1, 3, 6, Set.copyOf(common), (n, i, g) -> run(Kind.RNN, n, i, g))
        .rows();
  }

  private static Set<String> with(List<String> common, String own) {
    List<String> all = new ArrayList<>(common);
    all.add(own);
    return Set.copyOf(all);
  }

  private static List<Value> run(Kind kind, OnnxNode node, Inputs in, ImportGraph graph) {
    node.ignore("output_sequence"); // of operator set 1: outputs tell themselves
    Direction direction = Direction.of(node.string("direction", "forward"));
    boolean batchFirst = node.flag("layout", false);
    requireShapes(kind, direction, batchFirst, node, in);
    Map<String, Object> settings = settings(kind, direction, node);
    Object lengths = lengths(in, in.get(0).at(false), in.get(0).at(true), batchFirst ? 1 : 0);
    List<Value> out =
        lengths == None.NONE ? RecurrentModules.find(kind, settings, in, graph) : null;
    return out != null ? out : operator(kind, settings, batchFirst, lengths, in, graph);
  }

  // ---- what the file gives

  private static void requireShapes(
      Kind kind, Direction direction, boolean batchFirst, OnnxNode node, Inputs in) {
    Value x = in.get(0);
    Shape r = in.get(2).shape();
    int dirs = direction.count();
    int hidden = r.rank() == 3 ? r.dim(2) : -1;
    int width = x.rank() == 3 ? x.shape().dim(2) : -1;
    if (node.integer("hidden_size", hidden) != hidden) {
      throw node.error("attribute " + node.describe("hidden_size") + ", expected " + hidden);
    }
    require(node, in, 0, Dims.ANY, Dims.ANY, width);
    require(node, in, 1, dirs, kind.gates() * hidden, width);
    require(node, in, 2, dirs, kind.gates() * hidden, hidden);
    require(node, in, BIAS, dirs, 2 * kind.gates() * hidden);
    int batch = x.shape().dim(batchFirst ? 0 : 1);
    require(node, in, LENGTHS, batch);
    for (int state : new int[] {HIDDEN, CELL}) {
      require(node, in, state, batchFirst ? batch : dirs, batchFirst ? dirs : batch, hidden);
    }
    require(node, in, PEEPHOLES, dirs, 3 * hidden);
  }

  /** Sizes that are not told. */
  private static final class Dims {
    static final int ANY = -2;
  }

  private static void require(OnnxNode node, Inputs in, int index, int... dims) {
    if (!in.has(index)) {
      return;
    }
    Shape shape = in.get(index).shape();
    boolean fits = shape.rank() == dims.length;
    for (int i = 0; fits && i < dims.length; i++) {
      fits = dims[i] == Dims.ANY || dims[i] == shape.dim(i);
    }
    if (!fits) {
      throw node.error(
          "input "
              + index
              + " '"
              + in.name(index)
              + "' of shape "
              + shape
              + ", expected "
              + java.util.Arrays.toString(dims).replace("" + Dims.ANY, "any"));
    }
  }

  /** Keyword arguments of the operator, those left out that are as usual. */
  private static Map<String, Object> settings(Kind kind, Direction direction, OnnxNode node) {
    Map<String, Object> out = new LinkedHashMap<>();
    if (direction != Direction.FORWARD) {
      out.put("direction", direction.name().toLowerCase(Locale.ROOT));
    }
    activations(kind, direction, node, out);
    double clip = node.number("clip", 0);
    if (node.has("clip")) {
      if (!(clip > 0)) {
        throw node.error("attribute " + node.describe("clip") + ", expected a positive number");
      }
      out.put("clip", clip);
    }
    String flag = kind == Kind.LSTM ? "input_forget" : "linear_before_reset";
    if (kind != Kind.RNN && node.flag(flag, false)) {
      out.put(flag, 1L);
    }
    return out;
  }

  private static void activations(
      Kind kind, Direction direction, OnnxNode node, Map<String, Object> out) {
    List<String> names = new ArrayList<>();
    List<Double> alphas = floats(node.raw("activation_alpha"));
    List<Double> betas = floats(node.raw("activation_beta"));
    AttributeProto given = node.raw("activations");
    if (given == null) {
      if (!alphas.isEmpty() || !betas.isEmpty()) {
        throw node.error("activation_alpha or activation_beta without activations");
      }
      return;
    }
    given.getStringsList().stream().map(ByteString::toStringUtf8).forEach(names::add);
    int expected = direction.count() * kind.activations();
    if (names.size() != expected) {
      throw node.error("activations " + names + ", expected " + expected);
    }
    if (GateActivation.list(names, alphas, betas).equals(kind.standard(direction))) {
      return;
    }
    out.put("activations", new Tuple(List.copyOf(names)));
    if (!alphas.isEmpty()) {
      out.put("activation_alpha", new Tuple(List.copyOf(alphas)));
    }
    if (!betas.isEmpty()) {
      out.put("activation_beta", new Tuple(List.copyOf(betas)));
    }
  }

  private static List<Double> floats(@Nullable AttributeProto list) {
    return list == null
        ? List.of()
        : list.getFloatsList().stream().map(Float::doubleValue).toList();
  }

  /** None where all samples are known to have all steps. */
  private static Object lengths(Inputs in, Object small, Object large, int timeAxis) {
    if (!in.has(LENGTHS)) {
      return None.NONE;
    }
    Value given = in.get(LENGTHS);
    boolean all =
        given.isKnown()
            && isAll((Tensor) given.at(false), ((Tensor) small).shape().dim(timeAxis))
            && isAll((Tensor) given.at(true), ((Tensor) large).shape().dim(timeAxis));
    return all ? None.NONE : given;
  }

  private static boolean isAll(Tensor t, double value) {
    for (int i = 0; i < t.numel(); i++) {
      if (t.doubleAt(i) != value) {
        return false;
      }
    }
    return true;
  }

  /** None where an input is missing or known to be zeros. */
  static Object orNone(Inputs in, int index) {
    if (!in.has(index)) {
      return None.NONE;
    }
    Value given = in.get(index);
    boolean zero =
        given.isKnown() && isAll((Tensor) given.at(false), 0) && isAll((Tensor) given.at(true), 0);
    return zero ? None.NONE : given;
  }

  // ---- what becomes of it

  private static List<Value> operator(
      Kind kind,
      Map<String, Object> settings,
      boolean batchFirst,
      Object lengths,
      Inputs in,
      ImportGraph graph) {
    List<Object> args = new ArrayList<>();
    args.add(timeFirst(in.get(0), batchFirst, graph));
    args.add(in.get(1));
    args.add(in.get(2));
    args.add(orNone(in, BIAS));
    args.add(lengths);
    args.add(timeFirst(orNone(in, HIDDEN), batchFirst, graph));
    if (kind == Kind.LSTM) {
      args.add(timeFirst(orNone(in, CELL), batchFirst, graph));
      args.add(orNone(in, PEEPHOLES));
    }
    while (args.get(args.size() - 1) == None.NONE) {
      args.remove(args.size() - 1);
    }
    String name = "octant." + kind.name().toLowerCase(Locale.ROOT);
    Value all = graph.function(name, args, settings);
    List<Value> out = new ArrayList<>();
    for (int i = 0; i < graph.node().outputs().size(); i++) {
      out.add(
          graph.node().output(i).isEmpty()
              ? all // nobody reads it
              : ordered(graph.function("operator.getitem", all, (long) i), batchFirst, graph));
    }
    return out;
  }

  private static Object timeFirst(Object value, boolean batchFirst, ImportGraph graph) {
    return batchFirst && value instanceof Value v
        ? graph.function("torch.transpose", v, 0L, 1L)
        : value;
  }

  /** Outputs [time, directions, batch, hidden] or states [directions, batch, hidden], as asked. */
  private static Value ordered(Value value, boolean batchFirst, ImportGraph graph) {
    if (!batchFirst) {
      return value;
    }
    return value.rank() == 3
        ? graph.function("torch.transpose", value, 0L, 1L)
        : graph.function("torch.permute", value, Values.tuple(2, 0, 1, 3));
  }

  /** Whether an input is float32 and known. */
  static boolean isWeight(Inputs in, int index) {
    return in.isConstant(index) && in.constant(index).dtype() == DType.FLOAT32;
  }
}
