package io.octant.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.octant.autograd.DerivativeSession;
import io.octant.autograd.Differentiated;
import io.octant.engine.PlanStep;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.kernels.NativeEngine;
import io.octant.nn.Initialization;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import io.octant.training.Losses;
import io.octant.training.Sgd;
import io.octant.training.Trainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Steps of quantization-aware training on the native engine: {@code TrainingStep NETWORK BATCH}.
 * Each line of standard input, {@code FORM SECONDS}, is answered with samples a second; the form
 * {@code plan} lists the steps that have no native kernel.
 */
public final class TrainingStep {
  private final GraphModule model;
  private final Tensor images;
  private final Tensor classes;
  private final Trainer trainer;

  private TrainingStep(String network, int batch) {
    Module module = TrainedNetworks.of(network);
    Initialization.reset(module, 1);
    module.train(true);
    model = QuantizeFx.prepareQat(module, DefaultQConfigMappings.qat(QuantizedEngine.X86));
    model.train(true);
    images = Initialization.uniform(new Random(1), 1, batch, 3, 224, 224);
    classes =
        Tensor.of(DType.INT64, Shape.of(batch), new Random(2).longs(batch, 0, 1000).toArray());
    trainer =
        new Trainer(model, Losses.crossEntropy(), new Sgd(0.001).withMomentum(0.9))
            .withEngine(new NativeEngine());
  }

  /** Serves requests until standard input ends. */
  public static void main(String[] args) throws IOException {
    TrainingStep step = new TrainingStep(args[0], Integer.parseInt(args[1]));
    step.trainer.step(step.images, step.classes);
    System.out.println("={\"forms\": [\"train\"], \"failures\": {}, \"versions\": {}}");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] request = line.split(" ");
      if (request[0].equals("plan")) {
        step.plan();
      } else {
        step.measure(Double.parseDouble(request[1]));
      }
    }
    step.trainer.close();
  }

  private static double processorSeconds() {
    return 1e-9
        * ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
  }

  private void measure(double seconds) {
    trainer.step(images, classes);
    double cpu = processorSeconds();
    long begin = System.nanoTime();
    long samples = 0;
    double elapsed = 0;
    while (elapsed < seconds) {
      trainer.step(images, classes);
      samples += images.shape().dim(0);
      elapsed = 1e-9 * (System.nanoTime() - begin);
    }
    System.out.printf(
        Locale.ROOT,
        "={\"samplesPerSecond\": %.4f, \"samplesPerCpuSecond\": %.4f}%n",
        samples / elapsed,
        samples / (processorSeconds() - cpu));
  }

  private void plan() {
    List<TensorSpec> inputs = List.of(new TensorSpec("x", DType.FLOAT32, images.shape()));
    try (DerivativeSession session = new NativeEngine().compile(Differentiated.of(model), inputs)) {
      for (PlanStep s : session.plan()) {
        if (s.isSlow()) {
          System.out.println(
              s.nodes() + " " + s.operator() + " " + s.reason() + s.implementation());
        }
      }
      System.out.println("=" + session.memoryBytes());
    }
  }
}
