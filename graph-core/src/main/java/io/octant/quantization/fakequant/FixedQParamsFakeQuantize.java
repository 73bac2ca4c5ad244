package io.octant.quantization.fakequant;

import io.octant.graph.TorchType;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.FixedQParamsObserver;
import io.octant.quantization.observer.KeywordArguments;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;

/** Fake-quantizes with the scale and zero point of a {@link FixedQParamsObserver}. */
@TorchType("torch.ao.quantization.FixedQParamsFakeQuantize")
public final class FixedQParamsFakeQuantize extends FakeQuantize {
  FixedQParamsFakeQuantize(KeywordArguments args) {
    super(requireFixed(args, onlyObserver(args)), DType.UINT8);
    setBuffer(SCALE, observer().tensor(SCALE));
    setBuffer(ZERO_POINT, observer().tensor(ZERO_POINT));
  }

  /** No other keyword goes to the observer: all is in its own factory. */
  private static ActivationPostProcess onlyObserver(KeywordArguments args) {
    ObserverSpec spec = args.requiredSpec("observer");
    args.requireAllRead();
    return spec.create();
  }

  private static ActivationPostProcess requireFixed(
      KeywordArguments args, ActivationPostProcess observer) {
    if (!(observer instanceof FixedQParamsObserver) || observer.qscheme().isPerChannel()) {
      throw args.refusal(
          "observer " + observer.type() + " of " + observer.qscheme(),
          "a per-tensor FixedQParamsObserver");
    }
    return observer;
  }
}
