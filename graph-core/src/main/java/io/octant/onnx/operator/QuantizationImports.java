package io.octant.onnx.operator;

import io.octant.graph.Node;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxTypes;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * QuantizeLinear and DequantizeLinear: {@code torch.quantize_per_tensor} or {@code _per_channel}
 * and {@code dequantize}. Constants that the file holds quantized are dequantized at import and
 * remember their integers, which makes the layers that take them quantized reference modules.
 */
final class QuantizationImports {
  private static final Set<String> ATTRIBUTES =
      Set.of("axis", "block_size", "output_dtype", "saturate", "precision");

  private QuantizationImports() {}

  static List<OperatorSpec> rows() {
    return Stream.concat(
            pair("", 10, ATTRIBUTES)
                .addMany(
                    "DynamicQuantizeLinear",
                    11,
                    1,
                    1,
                    Set.of(),
                    QuantizationImports::quantizeDynamically)
                .rows()
                .stream(),
            pair("com.microsoft", 1, Set.of("axis")).rows().stream())
        .toList();
  }

  private static ImportFamily pair(String domain, int since, Set<String> attributes) {
    return new ImportFamily(domain)
        .add("QuantizeLinear", since, 2, 3, attributes, QuantizationImports::quantize)
        .add("DequantizeLinear", since, 2, 3, attributes, QuantizationImports::dequantize);
  }

  private static Value quantize(OnnxNode node, Inputs in, ImportGraph graph) {
    requireFiniteScales(node, in);
    Value x = in.get(0);
    DType integers = in.has(2) ? Dtypes.of(in.get(2)) : asked(node);
    node.ignore("saturate"); // of 8-bit floats
    long wanted = node.integer("output_dtype", 0);
    if (wanted != 0 && wanted != OnnxTypes.onnxType(integers).getNumber()) {
      throw node.error("attribute output_dtype = " + wanted + ", expected that of the zero point");
    }
    if (node.integer("precision", 0) > 1) { // float32 is 1
      throw node.error("attribute " + node.describe("precision") + ", expected float32");
    }
    DType dtype = quantizedType(integers);
    if (dtype == null || !isFixed(node, in)) {
      return QuantizationFormulas.quantize(node, in, integers, graph);
    }
    QParams q = qparams(node, in, x.rank());
    if (!q.isPerChannel()) {
      return graph.function("torch.quantize_per_tensor", x, q.scale(), (long) q.zeroPoint(), dtype);
    }
    Value scales = graph.constant(in.constant(1), in.name(1));
    Value zeroPoints = graph.constant(longs(q), in.name(2));
    return graph.function(
        "torch.quantize_per_channel", x, scales, zeroPoints, (long) q.axis(), dtype);
  }

  /**
   * Quantizers that calibrate an infinity, such as that of a mask of attention, write an infinite
   * scale. Zero times it is no number, of which every runtime makes another integer.
   */
  private static void requireFiniteScales(OnnxNode node, Inputs in) {
    if (!in.isConstant(1)) {
      return;
    }
    Tensor scales = in.constant(1);
    for (int i = 0; i < scales.numel(); i++) {
      if (!Double.isFinite(scales.doubleAt(i))) {
        throw node.error(
            "scale "
                + scales.doubleAt(i)
                + ", expected a finite number; results would differ from runtime to runtime");
      }
    }
  }

  /** The type of the integers without a zero point. */
  private static DType asked(OnnxNode node) {
    long wanted = node.integer("output_dtype", 0);
    return wanted == 0 ? DType.UINT8 : OnnxTypes.dtype((int) wanted, node.toString());
  }

  /** Whether scales and zero points are known, one for all elements or one for each of an axis. */
  private static boolean isFixed(OnnxNode node, Inputs in) {
    return node.integer("block_size", 0) == 0
        && in.isConstant(1)
        && (!in.has(2) || in.isConstant(2))
        && in.get(1).rank() <= 1;
  }

  private static List<Value> quantizeDynamically(OnnxNode node, Inputs in, ImportGraph graph) {
    Value q = graph.function("octant.dynamic_quantize_linear", in.get(0));
    Value scale = graph.method("q_scale", q);
    Value zeroPoint = graph.method("q_zero_point", q);
    QuantizationFormulas.Dynamic found = QuantizationFormulas.dynamic(in.get(0), graph);
    graph.parameterOf(scale, found.scale());
    graph.parameterOf(zeroPoint, found.zeroPoint());
    return List.of(q, scale, zeroPoint);
  }

  private static Value dequantize(OnnxNode node, Inputs in, ImportGraph graph) {
    requireFiniteScales(node, in);
    Value x = in.get(0);
    if (node.integer("output_dtype", 0) > 1) { // float32 is 1
      throw node.error("attribute " + node.describe("output_dtype") + ", expected float32");
    }
    Tensor content = (Tensor) x.at(false);
    if (!x.isConstant() && content.isQuantized()) { // its parameters travel with it
      boolean same =
          in.isConstant(1)
              ? isFixed(node, in) && qparams(node, in, x.rank()).equals(content.qparams())
              : isParameter("q_scale", in.get(1), x)
                  && in.has(2)
                  && isParameter("q_zero_point", in.get(2), x);
      node.ignore("axis"); // one scale has none; several have been compared
      if (!same || node.integer("block_size", 0) != 0) {
        throw node.error(
            "parameters other than " + content.qparams() + ", which it quantized with");
      }
      return graph.method("dequantize", x);
    }
    boolean whole = quantizedType(Dtypes.of(x)) != null || content.isQuantized();
    return x.isConstant() && whole && isFixed(node, in)
        ? constant(node, content, qparams(node, in, x.rank()))
        : QuantizationFormulas.dequantize(node, in, graph);
  }

  /** Whether a value is what dynamic quantization found out about another. */
  private static boolean isParameter(String method, Value parameter, Value of) {
    Node node = parameter.node;
    return node != null && node.callsMethod(method) && node.args().get(0) == of.node;
  }

  private static Value constant(OnnxNode node, Tensor content, QParams q) {
    Tensor integers = content.isQuantized() ? content.intRepr() : content;
    DType dtype = Objects.requireNonNull(quantizedType(integers.dtype()));
    Tensor quantized = Tensor.quantized(dtype, integers.shape(), integers.ints(), q);
    return Value.dequantized(real(quantized), quantized, node.output(0));
  }

  /** The quantized type of integers; null if there is none. */
  private static @Nullable DType quantizedType(DType integers) {
    return switch (integers) {
      case INT8 -> DType.QINT8;
      case UINT8 -> DType.QUINT8;
      case INT32 -> DType.QINT32;
      default -> null;
    };
  }

  private static QParams qparams(OnnxNode node, Inputs in, int rank) {
    Tensor scale = in.constant(1);
    long axis = node.integer("axis", 1);
    if (in.has(2) && in.constant(2).numel() != scale.numel()) {
      throw node.error(in.constant(2).numel() + " zero points for " + scale.numel() + " scales");
    }
    double[] scales = new double[scale.numel()];
    double[] zeroPoints = new double[scale.numel()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = scale.doubleAt(i);
      zeroPoints[i] = in.has(2) ? in.constant(2).doubleAt(i) : 0;
    }
    if (scales.length == 1) {
      return QParams.perTensor(scales[0], (long) zeroPoints[0]);
    }
    int at = (int) (axis < 0 ? axis + rank : axis);
    if (at < 0 || at >= rank) {
      throw node.error("axis " + axis + ", expected one of " + rank + " axes");
    }
    return QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, scales, zeroPoints, at);
  }

  private static Tensor longs(QParams q) {
    long[] out = Arrays.stream(q.zeroPoints()).mapToLong(z -> (long) z).toArray();
    return Tensor.of(DType.INT64, Shape.of(out.length), out);
  }

  /** {@code (q − zeroPoint) · scale} in float32. */
  private static Tensor real(Tensor q) {
    QParams p = q.qparams();
    int stride = p.isPerChannel() ? q.shape().strides()[p.axis()] : 1;
    float[] out = new float[q.numel()];
    for (int i = 0; i < out.length; i++) {
      int c = p.isPerChannel() ? i / stride % p.size() : 0;
      out[i] = (float) (q.ints()[i] - (int) p.zeroPoint(c)) * (float) p.scale(c);
    }
    return Tensor.of(DType.FLOAT32, q.shape(), out);
  }
}
