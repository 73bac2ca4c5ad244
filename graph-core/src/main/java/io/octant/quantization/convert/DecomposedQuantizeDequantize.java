package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Observers as operators on plain integers, {@code torch.ops.quantized_decomposed}: parameters and
 * ranges are literals of the graph, those per channel buffers of the root.
 */
final class DecomposedQuantizeDequantize implements ObserverReplacement {
  private static final String NAMESPACE = "torch.ops.quantized_decomposed.";
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");

  private final GraphModule model;
  private final QParamAttributes attributes;

  DecomposedQuantizeDequantize(GraphModule model, QParamAttributes attributes) {
    this.model = model;
    this.attributes = attributes;
  }

  @Override
  public void replace(Node node, ActivationPostProcess observer) {
    Graph graph = model.graph();
    try (var at = graph.insertingBefore(node)) {
      node.replaceAllUsesWith(quantizeDequantize(node, observer));
    }
    graph.erase(node);
  }

  private Node quantizeDequantize(Node node, ActivationPostProcess observer) {
    Object value = node.arg(0);
    if (observer.isDynamic()) {
      return pair("per_tensor.tensor", value, dynamicParameters(node, observer));
    }
    if (observer.dtype() == DType.FLOAT16) {
      Node half = call("convert_element_type.no_fuse", List.of(value, DType.FLOAT16));
      return call("convert_element_type.no_fuse", List.of(half, DType.FLOAT32));
    }
    QRange range = range(observer);
    CalculatedQParams q = attributes.qparams(node, observer);
    List<Object> parameters = new ArrayList<>();
    String kind = "per_tensor.default";
    if (observer.qscheme().isPerChannel()) {
      String prefix = attributes.prefix(node);
      kind = "per_channel.default";
      parameters.add(attributes.register(prefix + "_scale_", q.scale()));
      parameters.add(attributes.register(prefix + "_zero_point_", q.zeroPoint()));
      parameters.add((long) observer.channelAxis());
    } else {
      parameters.add((double) q.scale(0));
      parameters.add((long) q.zeroPoint(0));
    }
    Collections.addAll(parameters, range.min(), range.max(), plain(observer.dtype()));
    return pair(kind, value, parameters);
  }

  private List<Object> dynamicParameters(Node node, ActivationPostProcess observer) {
    DType plain = plain(observer.dtype());
    if (plain != DType.UINT8 && plain != DType.INT8) {
      throw new ConvertException(
          "Cannot decompose dynamic quantization of "
              + node.arg(0)
              + ": Unsupported dtype: "
              + observer.dtype()
              + ", expected an 8-bit type");
    }
    QRange range = range(observer);
    String choose =
        observer.qscheme().isSymmetric()
            ? "choose_qparams_symmetric.tensor"
            : "choose_qparams.tensor";
    Node chosen =
        call(choose, List.of(node.arg(0), range.min(), range.max(), observer.eps(), plain));
    Node scale = model.graph().callFunction(GETITEM, chosen, 0);
    Node zeroPoint = model.graph().callFunction(GETITEM, chosen, 1);
    return List.of(scale, zeroPoint, range.min(), range.max(), plain);
  }

  private Node pair(String kind, Object value, List<Object> parameters) {
    List<Object> args = new ArrayList<>(List.of(value));
    args.addAll(parameters);
    args.set(0, call("quantize_" + kind, args));
    return call("dequantize_" + kind, args);
  }

  private Node call(String name, List<?> args) {
    return model.graph().callFunction(FunctionType.of(NAMESPACE + name), args, Map.of());
  }

  private static QRange range(ActivationPostProcess observer) {
    return observer.range().orElseGet(() -> QRange.of(observer.dtype()));
  }

  private static DType plain(DType dtype) {
    return switch (dtype) {
      case QUINT8 -> DType.UINT8;
      case QINT8 -> DType.INT8;
      case QINT32 -> DType.INT32;
      default -> dtype;
    };
  }
}
