package io.octant.shape;

import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shapes of what recurrent operators return; where input and weights do not fit, they are run. */
final class RecurrentShapes {
  /** Blocks of rows of a weight; more than a GRU or RNN has. */
  private static final int LSTM_GATES = 4;

  private RecurrentShapes() {}

  /** ONNX's operators. */
  static @Nullable Tuple call(BoundCall call) {
    if (!(call.find("input") instanceof Tensor x)
        || !(call.find("weight") instanceof Tensor w)
        || !(call.find("recurrence") instanceof Tensor r)
        || x.shape().rank() != 3
        || w.shape().rank() != 3
        || r.shape().rank() != 3
        || x.shape().dim(2) != w.shape().dim(2)
        || r.shape().dim(0) != w.shape().dim(0)
        || r.shape().dim(1) != w.shape().dim(1)) {
      return null;
    }
    int dirs = r.shape().dim(0);
    int hidden = r.shape().dim(2);
    int batch = x.shape().dim(1);
    Tensor y = zeros(x.shape().dim(0), dirs, batch, hidden);
    Tensor last = zeros(dirs, batch, hidden);
    return r.shape().dim(1) == LSTM_GATES * hidden ? Tuple.of(y, last, last) : Tuple.of(y, last);
  }

  /** PyTorch's modules, with a batch. */
  static @Nullable Tuple module(Module module, Tensor in) {
    Map<String, Object> hyper = module.hyperparameters();
    if (in.dtype() != DType.FLOAT32
        || in.shape().rank() != 3
        || in.shape().dim(2) != size(hyper, "input_size")) {
      return null;
    }
    int dirs = Boolean.TRUE.equals(hyper.get("bidirectional")) ? 2 : 1;
    int hidden = size(hyper, "hidden_size");
    int out = size(hyper, "proj_size") > 0 ? size(hyper, "proj_size") : hidden;
    int states = size(hyper, "num_layers") * dirs;
    int batch = in.shape().dim(Boolean.TRUE.equals(hyper.get("batch_first")) ? 0 : 1);
    Tensor y = Zeros.of(DType.FLOAT32, in.shape().withDim(2, dirs * out));
    Tensor last = zeros(states, batch, out);
    return "LSTM".equals(hyper.get("mode"))
        ? Tuple.of(y, Tuple.of(last, zeros(states, batch, hidden)))
        : Tuple.of(y, last);
  }

  private static int size(Map<String, Object> hyper, String name) {
    return hyper.get(name) instanceof Number n ? n.intValue() : -1;
  }

  private static Tensor zeros(int... dims) {
    return Zeros.of(DType.FLOAT32, Shape.of(dims));
  }
}
