package io.octant.quantization.observer;

import io.octant.calibration.TensorStatistics;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;

/** Base of the observers that only carry a configuration and never have parameters. */
abstract class ParameterlessObserver extends ActivationPostProcess implements TensorObserver {
  ParameterlessObserver(DType dtype) {
    super(dtype);
  }

  @Override
  public void observe(Tensor x) {
    // Nothing to learn.
  }

  @Override
  public void merge(TensorStatistics statistics) {
    // Nothing to learn.
  }

  @Override
  public CalculatedQParams calculateQParams() {
    throw new ObserverException(
        "Cannot calculate qparams of " + type() + ", expected an observer that has some");
  }
}
