package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.List;

/** What a run is given. */
final class RunInputs {
  private RunInputs() {}

  /**
   * Checks the inputs of a run.
   *
   * @throws OctantException naming the input that does not fit
   */
  static void check(List<TensorSpec> specs, List<Tensor> inputs, int validSamples) {
    if (inputs.size() != specs.size()) {
      throw new OctantException(
          "Cannot run session: " + inputs.size() + " inputs, expected " + specs.size());
    }
    for (int i = 0; i < specs.size(); i++) {
      TensorSpec s = specs.get(i);
      Tensor t = inputs.get(i);
      if (!t.shape().equals(s.shape()) || t.dtype() != s.dtype()) {
        throw new OctantException(
            "Cannot run session on input "
                + s.name()
                + ": "
                + t.description()
                + ", expected "
                + s.dtype()
                + s.shape());
      }
    }
    int batch = TensorSpec.batch(specs);
    if (validSamples < 0 || validSamples > batch) {
      throw new OctantException(
          "Cannot run session on valid samples: " + validSamples + ", expected 0 to " + batch);
    }
  }
}
