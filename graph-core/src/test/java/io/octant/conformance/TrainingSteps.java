package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.nn.qat.QatBatchNorm;
import io.octant.quantization.fakequant.Toggle;
import io.octant.tensor.Tensor;

/**
 * Follows the recorded training steps of a QAT case: forwards in training mode, toggles, and for
 * {@code sgd} the forward followed by the recorded parameters; gradients and losses belong to
 * training and are not computed here.
 */
final class TrainingSteps {
  private final GoldenCase golden;
  private final GraphModule prepared;

  TrainingSteps(GoldenCase golden, GraphModule prepared) {
    this.golden = golden;
    this.prepared = prepared;
  }

  void run() {
    for (JsonNode step : golden.document().get("expected").get("qat_steps")) {
      String name = step.isTextual() ? step.asText() : step.get("step").asText();
      if (name.startsWith("forward:") || name.startsWith("sgd:")) {
        forward(name, step);
      } else {
        toggle(name);
      }
    }
  }

  private void forward(String name, JsonNode step) {
    int batch = Integer.parseInt(name.split(":")[1]);
    Tuple inputs = (Tuple) golden.values().decode(golden.document().get("calibration").get(batch));
    String where = "step " + name;
    Object expected = golden.values().decode(step.get("output"));
    Object output = TieBreaks.run(prepared, inputs.items(), expected, Tolerance.FLOAT);
    Tolerance.FLOAT.compare(where + " output", expected, output);
    compareBuffers(where, step.path("bn_after"));
    step.path("params_after")
        .fields()
        .forEachRemaining(
            e -> setParameter(e.getKey(), golden.values().tensor(e.getValue().asText())));
    ObserverStates.compare(where, step.path("observers_after"), prepared);
  }

  private void compareBuffers(String where, JsonNode buffers) {
    buffers
        .fields()
        .forEachRemaining(
            e ->
                Tolerance.FLOAT.compare(
                    where + " buffer " + e.getKey(),
                    golden.values().tensor(e.getValue().asText()),
                    prepared.attribute(e.getKey())));
  }

  private void setParameter(String path, Tensor value) {
    int dot = path.lastIndexOf('.');
    Module owner = dot < 0 ? prepared : prepared.module(path.substring(0, dot));
    owner.setParameter(path.substring(dot + 1), value);
  }

  private void toggle(String name) {
    switch (name) {
      case "train" -> prepared.train(true);
      case "eval" -> prepared.train(false);
      case "enable_observer" -> Toggle.ENABLE_OBSERVER.applyTo(prepared);
      case "disable_observer" -> Toggle.DISABLE_OBSERVER.applyTo(prepared);
      case "enable_fake_quant" -> Toggle.ENABLE_FAKE_QUANT.applyTo(prepared);
      case "disable_fake_quant" -> Toggle.DISABLE_FAKE_QUANT.applyTo(prepared);
      case "freeze_bn_stats" -> eachBatchNorm(QatBatchNorm::freezeBatchNorm);
      case "update_bn_stats" -> eachBatchNorm(QatBatchNorm::updateBatchNorm);
      default -> throw new Difference("Cannot follow training step: " + name);
    }
  }

  /**
   * PyTorch's module-level helpers know the convolutions with batch norm, not {@code LinearBn1d}.
   */
  private void eachBatchNorm(java.util.function.Consumer<QatBatchNorm> action) {
    prepared.forEachModule(
        (path, module) -> {
          if (module instanceof QatBatchNorm norm
              && !module.type().name().endsWith(".LinearBn1d")) {
            action.accept(norm);
          }
        });
  }
}
