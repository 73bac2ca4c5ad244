package io.octant.onnx.importer;

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
import io.octant.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The inputs that a model asks for, with the sizes that the file leaves open. */
final class ModelInputs {
  /** The largest batch that an import tries. */
  private static final int LARGEST_BATCH = 3;

  private final ImportOptions options;
  private final Set<String> axes = new TreeSet<>();

  private ModelInputs(ImportOptions options) {
    this.options = options;
  }

  /**
   * The graph's inputs that are no initializers.
   *
   * @throws OnnxException naming the input and axis at fault, or a size that is of no axis
   */
  static List<OnnxInput> of(OnnxModel model, ImportOptions options) {
    ModelInputs inputs = new ModelInputs(options);
    Set<String> known = new HashSet<>();
    for (TensorProto t : model.graph().getInitializerList()) {
      known.add(t.getName());
    }
    List<OnnxInput> out = new ArrayList<>();
    for (ValueInfoProto v : model.graph().getInputList()) {
      if (known.add(v.getName())) {
        out.add(inputs.input(v));
      }
    }
    for (String axis : options.sizes().keySet()) {
      if (!inputs.axes.contains(axis)) {
        throw new OnnxException(
            "Cannot import with a size for axis "
                + axis
                + ": the model has no such axis, expected one of "
                + NearestNames.list(axis, List.copyOf(inputs.axes), 8));
      }
    }
    return out;
  }

  private OnnxInput input(ValueInfoProto value) {
    String what = "input " + value.getName();
    if (!value.getType().hasTensorType()) {
      throw new OnnxException("Cannot import " + what + ": it is no tensor");
    }
    TypeProto.Tensor type = value.getType().getTensorType();
    boolean other = SinglePrecision.isOther(type.getElemType());
    DType dtype = other ? DType.FLOAT32 : OnnxTypes.dtype(type.getElemType(), what);
    if (!type.hasShape()) {
      throw new OnnxException("Cannot import " + what + ": it has no shape");
    }
    List<Dimension> dims = type.getShape().getDimList();
    if (dims.isEmpty()) {
      return new OnnxInput(value.getName(), dtype, Shape.SCALAR, false, 0);
    }
    int[] sample = new int[dims.size() - 1];
    for (int i = 1; i < dims.size(); i++) {
      sample[i - 1] = size(value.getName(), i, dims.get(i));
    }
    String first = value.getName() + ":0";
    axes.add(first);
    Integer given = options.sizes().get(first);
    boolean fixed = isFixed(dims.get(0));
    int batch = fixed ? fixedSize(value.getName(), 0, dims.get(0)) : given == null ? 0 : given;
    requireAgreement(value.getName(), 0, batch, given);
    try {
      OnnxInput input = new OnnxInput(value.getName(), dtype, Shape.of(sample), batch == 0, batch);
      input.shape(LARGEST_BATCH); // refuses what no tensor can hold
      return input;
    } catch (OctantException e) {
      throw new OnnxException("Cannot import " + what + " (" + e.getMessage() + ")", e);
    }
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

  private static void requireAgreement(
      String input, int axis, int size, @org.jspecify.annotations.Nullable Integer given) {
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

  private int size(String input, int axis, Dimension dim) {
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
              + ", or the batch on axis 0");
    }
    return size;
  }
}
