package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.autograd.Differentiated;
import io.octant.graph.GraphModule;
import io.octant.graph.Interpreter;
import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.nn.qat.QatBatchNorm;
import io.octant.quantization.fakequant.Toggle;
import io.octant.tensor.Tensor;
import io.octant.training.Loss;
import io.octant.training.Losses;
import io.octant.training.Sgd;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Follows the recorded training steps of a QAT case: forwards in training mode, toggles, and {@code
 * sgd}: loss, gradients and parameters behind the step are compared, then the recorded parameters
 * are taken, so that differences do not add up.
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
    int batch = Integer.parseInt(name.split(":", -1)[1]);
    Tuple inputs = (Tuple) golden.values().decode(golden.document().get("calibration").get(batch));
    String where = "step " + name;
    Object expected = golden.values().decode(step.get("output"));
    GraphModule before = prepared.copyGraphModule();
    Function<GraphModule, Interpreter> ties =
        TieBreaks.choose(before, inputs.items(), expected, Tolerance.FLOAT);
    Object output = ties.apply(prepared).run(inputs.items(), Map.of());
    Tolerance.FLOAT.compare(where + " output", expected, output);
    compareBuffers(where, step.path("bn_after"));
    if (name.startsWith("sgd:")) {
      compareStep(where, step, before, inputs, ties);
    }
    step.path("params_after")
        .fields()
        .forEachRemaining(e -> setParameter(prepared, e.getKey(), recorded(e.getValue())));
    ObserverStates.compare(where, step.path("observers_after"), prepared);
  }

  private Tensor recorded(JsonNode name) {
    return golden.values().tensor(name.asText());
  }

  /** Ties are rounded as the output tells that they were: a loss of few values depends on each. */
  private void compareStep(
      String where,
      JsonNode step,
      GraphModule model,
      Tuple inputs,
      Function<GraphModule, Interpreter> ties) {
    Differentiated.Run run = Differentiated.of(model).run(inputs.items(), ties);
    Loss.Value loss = Losses.mse().of((Tensor) run.output(), recorded(step.get("target")));
    Tolerance.GRADIENT.compare(where + " loss", step.get("loss").asDouble(), loss.value());
    Map<String, Tensor> gradients = run.gradients(loss.gradient());
    Set<String> names = new TreeSet<>();
    step.get("grads").fieldNames().forEachRemaining(names::add);
    if (!names.equals(new TreeSet<>(gradients.keySet()))) {
      throw new Difference(where + " gradients of " + gradients.keySet() + ", expected " + names);
    }
    Tolerance cancelling = Tolerance.GRADIENT.withAbsolute(0x1p-22 * largest(gradients.values()));
    gradients.forEach(
        (path, gradient) ->
            (cancels(model, path) ? cancelling : Tolerance.GRADIENT)
                .compare(
                    where + " gradient " + path, recorded(step.get("grads").get(path)), gradient));
    new Sgd(step.get("lr").asDouble()).step(model, gradients);
    gradients
        .keySet()
        .forEach(
            path ->
                Tolerance.GRADIENT.compare(
                    where + " parameter " + path,
                    recorded(step.get("params_after").get(path)),
                    model.attribute(path)));
  }

  /**
   * Whether a gradient is zero by rights: that of a bias whose batch norm subtracts it with the
   * mean of the batch. What float32 leaves of such a sum depends on its order; it is a few last
   * bits of its terms, which are as large as the largest gradient.
   */
  private static boolean cancels(GraphModule model, String path) {
    return path.endsWith(".bias")
        && model.module(path.substring(0, path.length() - 5)) instanceof QatBatchNorm norm
        && norm.isTraining()
        && !norm.isBatchNormFrozen();
  }

  private static double largest(Collection<Tensor> gradients) {
    double largest = 0;
    for (Tensor gradient : gradients) {
      for (int i = 0; i < gradient.numel(); i++) {
        largest = Math.max(largest, Math.abs(gradient.doubleAt(i)));
      }
    }
    return largest;
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

  private static void setParameter(GraphModule prepared, String path, Tensor value) {
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
