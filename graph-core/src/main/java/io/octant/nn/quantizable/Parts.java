package io.octant.nn.quantizable;

import io.octant.graph.Module;
import io.octant.nn.linear.Linear;
import io.octant.nn.quantized.FloatFunctional;
import io.octant.nn.quantized.QFunctional;
import io.octant.nn.quantized.QuantizedLinear;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The modules that quantizable modules are made of, observed and quantized. */
final class Parts {
  private static final String OBSERVER = "activation_post_process";

  private Parts() {}

  /** A linear whose output is observed. */
  static Module linear(Tensor weight, @Nullable Tensor bias, ObserverSpec activation) {
    Module out = new Linear(weight, bias);
    out.setChild(OBSERVER, activation.create());
    return out;
  }

  /** A sum or product that is observed. */
  static FloatFunctional functional(ObserverSpec activation) {
    return new FloatFunctional().observedBy(activation.create());
  }

  /** The quantized form of an observed linear. */
  static QuantizedLinear quantizedLinear(
      Module linear, ObserverSpec weight, QuantizedEngine engine) {
    ActivationPostProcess observer = weight.create();
    observer.observe(linear.tensor("weight"));
    Tensor integers =
        Quantizer.quantize(linear.tensor("weight"), observer.qparams(), observer.dtype());
    return QuantizedLinear.of(
        new PackedLinear(integers, linear.findTensor("bias"), engine),
        qparams(linear),
        QuantizedLinear.Activation.NONE);
  }

  /** The quantized form of an observed sum or product. */
  static QFunctional quantizedFunctional(Module functional) {
    return new QFunctional(qparams(functional));
  }

  private static QParams qparams(Module part) {
    return ((ActivationPostProcess) part.module(OBSERVER)).qparams();
  }

  /** Calls a part; the output passes through the observer among its children, if there is one. */
  static Tensor call(Module part, Tensor x) {
    Tensor y = (Tensor) part.evaluate(List.of(x), Map.of());
    Module observer = part instanceof Stub ? null : part.findModule(OBSERVER);
    return observer == null ? y : (Tensor) observer.evaluate(List.of(y), Map.of());
  }
}
