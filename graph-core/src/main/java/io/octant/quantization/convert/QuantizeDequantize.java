package io.octant.quantization.convert;

import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.observer.UniformObserver;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Observers as operators on quantized tensors: {@code torch.quantize_per_tensor}, {@code
 * quantize_per_channel}, {@code quantize_per_tensor_dynamic} or {@code to(float16)}, each followed
 * by {@code dequantize}. Scales and zero points are buffers of the root.
 */
final class QuantizeDequantize implements ObserverReplacement {
  private final GraphModule model;
  private final QParamAttributes attributes;
  private final boolean dynamicReducesRange;

  QuantizeDequantize(GraphModule model, QParamAttributes attributes, QuantizedEngine engine) {
    this.model = model;
    this.attributes = attributes;
    this.dynamicReducesRange = engine.reducesRange();
  }

  @Override
  public void replace(Node node, ActivationPostProcess observer) {
    Graph graph = model.graph();
    try (var at = graph.insertingBefore(node)) {
      Node dequantized = graph.callMethod(QuantizeNodes.DEQUANTIZE, quantize(node, observer));
      node.replaceAllUsesWith(dequantized);
    }
    graph.erase(node);
  }

  /** A quantized tensor knows its type only: integers beyond it would be lost in silence. */
  private static void requireStorable(ActivationPostProcess observer, CalculatedQParams q) {
    QRange stored = QRange.of(observer.dtype());
    String expected = ", expected one within " + stored + " of " + observer.dtype();
    if (observer instanceof UniformObserver uniform
        && !stored.contains(uniform.settings().range())) {
      throw new ConvertException(
          "range " + uniform.settings().range() + " of its observer" + expected);
    }
    if (!observer.qscheme().isPerChannel()) {
      if (!stored.contains((long) q.zeroPoint(0))) {
        throw new ConvertException("zero point " + (long) q.zeroPoint(0) + expected);
      }
      if (q.scale(0) <= 0) {
        throw new ConvertException("scale " + q.scale(0) + ", expected one above 0");
      }
    }
  }

  private Node quantize(Node node, ActivationPostProcess observer) {
    Graph graph = model.graph();
    Object value = node.arg(0);
    if (observer.isDynamic()) {
      return graph.callFunction(
          QuantizeNodes.DYNAMIC, value, observer.dtype(), dynamicReducesRange);
    }
    if (observer.dtype() == DType.FLOAT16) {
      return graph.callMethod(QuantizeNodes.TO, value, DType.FLOAT16);
    }
    CalculatedQParams q = attributes.qparams(node, observer);
    requireStorable(observer, q);
    String prefix = attributes.prefix(node);
    boolean perChannel = observer.qscheme().isPerChannel();
    List<Object> args = new ArrayList<>(List.of(value));
    args.add(
        attributes.register(
            prefix + "_scale_", perChannel ? q.scale() : Tensor.scalar(q.scale(0))));
    args.add(
        attributes.register(
            prefix + "_zero_point_",
            perChannel ? q.zeroPoint() : Tensor.scalar((long) q.zeroPoint(0))));
    if (perChannel) {
      args.add((long) observer.channelAxis());
    }
    args.add(observer.dtype());
    return graph.callFunction(
        perChannel ? QuantizeNodes.PER_CHANNEL : QuantizeNodes.PER_TENSOR,
        args,
        java.util.Map.of());
  }
}
