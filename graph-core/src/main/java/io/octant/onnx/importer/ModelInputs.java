package io.octant.onnx.importer;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.NearestNames;
import io.octant.OctantException;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxInput;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxTypes;
import io.octant.onnx.rewrite.SinglePrecision;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The inputs that a model asks for, with the sizes that the file leaves open. */
final class ModelInputs {
  /** The largest batch that an import tries. */
  private static final int LARGEST_BATCH = 3;

  private final ImportOptions options;
  private final Set<String> axes = new TreeSet<>();
  private final List<OnnxInput> open = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();

  private ModelInputs(ImportOptions options) {
    this.options = options;
  }

  /**
   * The graph's inputs that are no initializers.
   *
   * @throws OnnxException naming the input and axis at fault, or a size or a role that is of none
   */
  static ModelInputs of(OnnxModel model, ImportOptions options) {
    ModelInputs inputs = new ModelInputs(options);
    Set<String> known = new HashSet<>();
    for (TensorProto t : model.graph().getInitializerList()) {
      known.add(t.getName());
    }
    List<String> names = new ArrayList<>();
    for (ValueInfoProto v : model.graph().getInputList()) {
      if (known.add(v.getName())) {
        names.add(v.getName());
        inputs.add(v, model.graph());
      }
    }
    requireKnown("a size for axis", "axis", options.sizes().keySet(), List.copyOf(inputs.axes));
    requireKnown("input", "input", options.inputs().keySet(), names);
    return inputs;
  }

  private static void requireKnown(String with, String what, Set<String> named, List<String> all) {
    for (String name : named) {
      if (!all.contains(name)) {
        throw new OnnxException(
            "Cannot import with "
                + with
                + " "
                + name
                + ": the model has no such "
                + what
                + ", expected one of "
                + NearestNames.list(name, all, 8));
      }
    }
  }

  /** Those that data are read for, in order. */
  List<OnnxInput> open() {
    return open;
  }

  /** Those that have a value, by name. */
  Map<String, Tensor> constants() {
    return constants;
  }

  private void add(ValueInfoProto value, GraphProto graph) {
    String name = value.getName();
    String what = "input " + name;
    if (!value.getType().hasTensorType()) {
      throw new OnnxException(
          "Cannot import "
              + what
              + readers(name, graph)
              + ": it is of type "
              + value.getType().getValueCase().name().replace("_TYPE", "").toLowerCase(Locale.ROOT)
              + ", expected a tensor");
    }
    TypeProto.Tensor type = value.getType().getTensorType();
    boolean other = SinglePrecision.isOther(type.getElemType());
    DType dtype = other ? DType.FLOAT32 : OnnxTypes.dtype(type.getElemType(), what);
    if (!type.hasShape()) {
      throw new OnnxException("Cannot import " + what + ": it has no shape");
    }
    List<Dimension> dims = type.getShape().getDimList();
    InputRole role = options.inputs().get(name);
    int batchAxis =
        role instanceof InputRole.Batched b ? b.axis() : role == null && !dims.isEmpty() ? 0 : -1;
    if (batchAxis >= dims.size()) {
      throw new OnnxException(
          "Cannot import "
              + what
              + " with the batch on axis "
              + batchAxis
              + ": it has "
              + dims.size()
              + " axes, expected one of them");
    }
    List<Integer> sample = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      if (i != batchAxis) {
        sample.add(size(name, i, dims.get(i), role != null));
      }
    }
    int batch = batchAxis < 0 ? 0 : batch(name, batchAxis, dims.get(batchAxis));
    try {
      Shape shape = Shape.of(sample.stream().mapToInt(Integer::intValue).toArray());
      if (role instanceof InputRole.Constant c) {
        constants.put(name, filled(name, dtype, shape, c.value()));
        return;
      }
      OnnxInput input = new OnnxInput(name, dtype, shape, batchAxis, batch);
      input.shape(LARGEST_BATCH); // refuses what no tensor can hold
      open.add(input);
    } catch (OctantException e) {
      throw new OnnxException("Cannot import " + what + " (" + e.getMessage() + ")", e);
    }
  }

  /** The first node that reads an input, in words. */
  private static String readers(String input, GraphProto graph) {
    return graph.getNodeList().stream()
        .filter(n -> n.getInputList().contains(input))
        .findFirst()
        .map(n -> " of " + n.getOpType() + " node '" + label(n) + "'")
        .orElse("");
  }

  private static String label(NodeProto node) {
    return node.getName().isEmpty() ? String.join(",", node.getOutputList()) : node.getName();
  }

  private static Tensor filled(String input, DType dtype, Shape shape, double value) {
    if (!isIn(dtype, value)) {
      throw new OnnxException(
          "value " + value + " of input " + input + ", expected one that " + dtype + " holds");
    }
    int n = shape.numel();
    return switch (dtype.storage()) {
      case FLOATS -> {
        float[] values = new float[n];
        Arrays.fill(values, (float) value);
        yield Tensor.of(dtype, shape, values);
      }
      case DOUBLES -> {
        double[] values = new double[n];
        Arrays.fill(values, value);
        yield Tensor.of(dtype, shape, values);
      }
      case INTS -> {
        int[] values = new int[n];
        Arrays.fill(values, (int) value);
        yield Tensor.of(dtype, shape, values);
      }
      case LONGS -> {
        long[] values = new long[n];
        Arrays.fill(values, (long) value);
        yield Tensor.of(dtype, shape, values);
      }
    };
  }

  private static boolean isIn(DType dtype, double value) {
    if (dtype.isFloatingPoint()) {
      return dtype.storage() == DType.Storage.DOUBLES || Float.isFinite((float) value);
    }
    if (value != Math.rint(value)) {
      return false;
    }
    return switch (dtype) {
      case BOOL -> value == 0 || value == 1;
      case INT64 -> value >= -0x1p63 && value < 0x1p63;
      default -> QRange.of(dtype).min() <= value && value <= QRange.of(dtype).max();
    };
  }

  /** The size of the batch where the file or an option fixes it, else 0. */
  private int batch(String input, int axis, Dimension dim) {
    String name = input + ":" + axis;
    axes.add(name);
    Integer given = options.sizes().get(name);
    int batch = isFixed(dim) ? fixedSize(input, axis, dim) : given == null ? 0 : given;
    requireAgreement(input, axis, batch, given);
    return batch;
  }

  private static boolean isFixed(Dimension dim) {
    return dim.hasDimValue() && dim.getDimValue() != 0;
  }

  private static int fixedSize(String input, int axis, Dimension dim) {
    long size = dim.getDimValue();
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new OnnxException(
          "Cannot import input "
              + input
              + ": axis "
              + axis
              + " of size "
              + size
              + ", expected 1 to 2^31 - 1");
    }
    return (int) size;
  }

  private static void requireAgreement(String input, int axis, int size, @Nullable Integer given) {
    if (given != null && given != size) {
      throw new OnnxException(
          "Cannot import input "
              + input
              + " with axis "
              + axis
              + " of size "
              + given
              + ": the file fixes it, expected "
              + size);
    }
  }

  private int size(String input, int axis, Dimension dim, boolean hasRole) {
    String name = input + ":" + axis;
    axes.add(name);
    if (isFixed(dim)) {
      int size = fixedSize(input, axis, dim);
      requireAgreement(input, axis, size, options.sizes().get(name));
      return size;
    }
    axes.add(dim.getDimParam());
    Integer size = options.sizes().get(name);
    if (size == null) {
      size = options.sizes().get(dim.getDimParam());
    }
    if (size == null && dim.hasDimValue()) {
      return 0; // an empty input, unless a size says that the exporter meant a symbol
    }
    if (size == null) {
      throw new OnnxException(
          "Cannot import input "
              + input
              + ": axis "
              + axis
              + " is symbolic ('"
              + dim.getDimParam()
              + "'), expected a size for "
              + name
              + (hasRole ? "" : ", or inputs." + input + ".batchAxis = " + axis));
    }
    return size;
  }
}
