package io.octant.onnx.qdq;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxOrigin;
import io.octant.onnx.OnnxSource;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Replaces the weights of one layer by integers, its bias too where the runtime can fuse it. */
final class WeightExport {
  private final ModelEditor editor;
  private final OnnxSource source;

  WeightExport(ModelEditor editor, OnnxSource source) {
    this.editor = editor;
    this.source = source;
  }

  /** The reference module of a layer, which fused layers hold as their first part; null if none. */
  static @Nullable ReferenceModule find(Module module) {
    Module inner = module.findModule("0");
    return module instanceof ReferenceModule r ? r : inner instanceof ReferenceModule r ? r : null;
  }

  /**
   * Writes the layer's integers into the model.
   *
   * @param chain the layer's nodes in the imported graph, operators fused into it included
   * @param imported the same layer as the file has it
   * @param input scale of its quantized input, 0 if that stays float
   */
  void export(ReferenceModule layer, List<Node> chain, @Nullable Module imported, double input) {
    if (!layer.weights().containsKey("weight") || !layer.weightQParams("weight").isQuantized()) {
      return; // half precision or float: nothing to write
    }
    String name = chain.get(0).name();
    OnnxOrigin origin = source.findOrigin(name);
    if (origin == null) {
      throw new OnnxException(
          "Cannot export weights of " + chain.get(0).described() + ": it has no ONNX node");
    }
    int index = layerNode(origin);
    Tensor bias = layer.findTensor("bias");
    WeightQParams qparams = layer.weightQParams("weight");
    if (input > 0) {
      qparams = qparams.withRoomFor(bias, input);
    }
    Tensor weight = qparams.quantize(layer.tensor("weight"));
    if (weight.qparams().scheme() == QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS) {
      throw new OnnxException(
          "Cannot export weights of "
              + chain.get(0).described()
              + ": float zero points, expected integer ones");
    }
    boolean folded = foldBatchNorm(chain, index);
    String type = editor.node(index).getOpType();
    boolean matrix =
        type.equals("MatMul") || (type.equals("Gemm") && attribute(index, "transB", 0) == 0);
    writeWeight(index, matrix ? transposed(weight) : weight);
    editor.removeFactor(index, "alpha"); // part of the weight by now
    if (bias != null && !type.equals("MatMul")) {
      boolean trained = imported != null && !Objects.equals(bias, imported.findTensor("bias"));
      writeBias(index, bias, weight.qparams(), input, folded || trained);
    }
  }

  private int layerNode(OnnxOrigin origin) {
    return origin.nodes().stream()
        .filter(i -> !editor.node(i).getOpType().equals("Add"))
        .findFirst()
        .orElseThrow();
  }

  /** Removes the batch norm that was folded into a layer; whether there was one. */
  private boolean foldBatchNorm(List<Node> chain, int layer) {
    for (Node n : chain) {
      OnnxOrigin origin = source.findOrigin(n.name());
      if (origin != null && origin.opType().equals("BatchNormalization")) {
        editor.replaceByProducer(origin.nodes().get(0), layer);
        return true;
      }
    }
    return false;
  }

  private void writeWeight(int index, Tensor weight) {
    NodeProto.Builder node = editor.node(index);
    String label = node.getInput(1);
    QParams q = weight.qparams();
    QdqPair.Parameters p = QdqPair.parameters(editor, label, q, QdqPair.integers(weight.dtype()));
    String integers = editor.initializer(label + "_quantized", weight.intRepr());
    String real = editor.unique(label + "_dequantized");
    NodeProto.Builder dequantize = QdqPair.dequantize(editor, label, integers, p, real);
    if (q.isPerChannel()) {
      dequantize.addAttribute(QdqPair.axis(q.axis()));
    }
    editor.insertBefore(index, dequantize);
    node.setInput(1, real);
  }

  /**
   * The bias as int32 with the scale of the product, which is what integer kernels add to; as float
   * where that scale is missing or too small for 32 bits. {@code changed} tells that the file's own
   * bias no longer holds.
   */
  private void writeBias(int index, Tensor bias, QParams weight, double input, boolean changed) {
    NodeProto.Builder node = editor.node(index);
    String own = node.getInputCount() > 2 ? node.getInput(2) : "";
    String label = own.isEmpty() ? node.getInput(1).replace("_dequantized", "") + "_bias" : own;
    Tensor integers = input > 0 ? quantizedBias(bias, weight, input) : null;
    if (integers == null) {
      if (changed) {
        editor.removeFactor(index, "beta");
        setBias(node, editor.initializer(label + "_folded", bias));
      }
      return;
    }
    QParams q = integers.qparams();
    QdqPair.Parameters p = QdqPair.parameters(editor, label, q, DType.INT32);
    String stored = editor.initializer(label + "_quantized", integers.intRepr());
    String real = editor.unique(label + "_dequantized");
    NodeProto.Builder dequantize = QdqPair.dequantize(editor, label, stored, p, real);
    if (q.isPerChannel()) {
      dequantize.addAttribute(QdqPair.axis(0));
    }
    editor.insertBefore(index, dequantize);
    editor.removeFactor(index, "beta"); // part of the bias by now
    setBias(node, real);
  }

  private static void setBias(NodeProto.Builder node, String name) {
    if (node.getInputCount() > 2) {
      node.setInput(2, name);
    } else {
      node.addInput(name);
    }
  }

  /** {@code round(bias / (input scale · weight scale))}; null if it does not fit 32 bits. */
  private static @Nullable Tensor quantizedBias(Tensor bias, QParams weight, double input) {
    int n = bias.numel();
    int[] out = new int[n];
    double[] scales = new double[weight.size()];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = (float) ((float) input * (float) weight.scale(c)); // as the runtime multiplies
    }
    for (int i = 0; i < n; i++) {
      double q = Math.rint(bias.floats()[i] / scales[weight.isPerChannel() ? i : 0]);
      if (!(Math.abs(q) < Integer.MAX_VALUE)) {
        return null;
      }
      out[i] = (int) q;
    }
    QParams q =
        weight.isPerChannel()
            ? QParams.perChannel(QScheme.PER_CHANNEL_AFFINE, scales, new double[n], 0)
            : QParams.perTensor(scales[0], 0);
    return Tensor.quantized(DType.QINT32, bias.shape(), out, q);
  }

  private float attribute(int index, String name, float missing) {
    for (AttributeProto a : editor.node(index).getAttributeList()) {
      if (a.getName().equals(name)) {
        return a.getType() == AttributeProto.AttributeType.INT ? a.getI() : a.getF();
      }
    }
    return missing;
  }

  /** A matrix of integers with rows and columns, and its channel axis, swapped. */
  private static Tensor transposed(Tensor t) {
    int rows = t.shape().dim(0);
    int columns = t.shape().dim(1);
    int[] out = new int[t.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i % columns * rows + i / columns] = t.ints()[i];
    }
    QParams q = t.qparams();
    QParams swapped =
        q.isPerChannel()
            ? QParams.perChannel(q.scheme(), q.scales(), q.zeroPoints(), 1 - q.axis())
            : q;
    return Tensor.quantized(t.dtype(), Shape.of(columns, rows), out, swapped);
  }
}
