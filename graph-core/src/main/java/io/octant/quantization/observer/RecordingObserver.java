package io.octant.quantization.observer;

import io.octant.calibration.TensorStatistics;
import io.octant.graph.Module;
import io.octant.graph.TorchType;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps every tensor, for debugging; memory grows with what it sees. */
@TorchType("torch.ao.quantization.RecordingObserver")
public final class RecordingObserver extends ParameterlessObserver {
  private List<Tensor> tensors = new ArrayList<>();

  RecordingObserver(KeywordArguments args) {
    super(args.dtype("dtype", DType.QUINT8));
  }

  @Override
  public void observe(Tensor x) {
    tensors.add(x);
  }

  @Override
  public void merge(TensorStatistics statistics) {
    throw new ObserverException(
        "Cannot record statistics: " + statistics + ", expected the tensors themselves");
  }

  /** What was seen, oldest first; PyTorch's {@code get_tensor_value}. */
  public List<Tensor> tensors() {
    return Collections.unmodifiableList(tensors);
  }

  @Override
  protected void copiedFrom(Module original) {
    tensors = new ArrayList<>(tensors);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", dtype());
    out.put("is_dynamic", false);
    return out;
  }
}
