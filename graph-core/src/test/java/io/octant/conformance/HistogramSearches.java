package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Scales of histogram observers that the last bit of a float sum decides. PyTorch's search stops at
 * the first step that is no gain, so that one value in the next bin may end it elsewhere: PyTorch's
 * own scales move by a percent if tensors change by one bit. A scale that differs is accepted only
 * if values that differ from Octant's in their last bit give the recorded one.
 */
final class HistogramSearches {
  private static final String TYPE = "torch.ao.quantization.HistogramObserver";
  private static final double RELATIVE = 1e-5;
  private static final double LAST_BIT = 1.2e-7;
  private static final int TRIALS = 64;

  private final GoldenCase golden;
  private final GraphModule fresh;
  private final GraphModule calibrated;
  private final List<List<Object>> batches;

  /**
   * @param fresh the prepared model before it saw anything
   * @param calibrated the same after the batches
   */
  HistogramSearches(
      GoldenCase golden, GraphModule fresh, GraphModule calibrated, List<List<Object>> batches) {
    this.golden = golden;
    this.fresh = fresh;
    this.calibrated = calibrated;
    this.batches = batches;
  }

  /** Gives observers the recorded scale where the last bits decide, and notes it in the case. */
  void settle() {
    golden
        .document()
        .at("/expected/observers")
        .fields()
        .forEachRemaining(e -> settle(e.getKey(), e.getValue().path("qparams")));
  }

  private void settle(String path, JsonNode recorded) {
    Module module = calibrated.findModule(path);
    if (recorded.path("scale").size() != 1
        || !(module instanceof ActivationPostProcess observer)
        || !module.type().name().equals(TYPE)
        || agrees(recorded, observer)) {
      return;
    }
    List<Tensor> seen = seen(module);
    for (int seed = 0; seed < TRIALS; seed++) {
      ActivationPostProcess trial = (ActivationPostProcess) fresh.module(path).copy();
      Random random = new Random(seed);
      seen.forEach(t -> trial.evaluate(List.of(perturbed(t, random)), Map.of()));
      if (agrees(recorded, trial)) {
        List<String> paths = new ArrayList<>();
        calibrated.forEachModule(
            (p, m) -> {
              if (m == module) {
                paths.add(p);
              }
            });
        paths.forEach(p -> calibrated.setModule(p, trial));
        golden.adjustments().add("histogram-search");
        return;
      }
    }
  }

  private static boolean agrees(JsonNode recorded, ActivationPostProcess observer) {
    CalculatedQParams q = observer.calculateQParams();
    double scale = recorded.get("scale").get(0).asDouble();
    return Math.abs(q.scale().doubleAt(0) - scale) <= RELATIVE * scale
        && q.zeroPoint().doubleAt(0) == recorded.get("zero_point").get(0).asDouble();
  }

  /** What an observer saw, at whatever nodes it is called, in order. */
  private List<Tensor> seen(Module observer) {
    List<Tensor> out = new ArrayList<>();
    for (List<Object> batch : batches) {
      GraphModule model = fresh.copyGraphModule();
      TracedRun run = new TracedRun(model, batch);
      for (Node n : model.graph()) {
        if (n.operation() instanceof Operation.CallModule
            && calibrated.findModule(n.target()) == observer
            && run.value(((Node) n.arg(0)).name()) instanceof Tensor t) {
          out.add(t);
        }
      }
    }
    return out;
  }

  private static Tensor perturbed(Tensor t, Random random) {
    if (t.dtype() != DType.FLOAT32) {
      return t;
    }
    float[] values = t.floats().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * (1 + LAST_BIT * random.nextGaussian()));
    }
    return Tensor.of(DType.FLOAT32, t.shape(), values);
  }
}
