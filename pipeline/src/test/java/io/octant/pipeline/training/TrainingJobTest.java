package io.octant.pipeline.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.model.TrainingMethod;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import io.octant.training.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.junit.jupiter.api.Test;
import scala.Tuple2;

/**
 * Steps on Spark: what they find does not depend on where samples lie, and is what one process
 * finds.
 */
class TrainingJobTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private static final String BN = "../examples/models/digits-mobilenet/model_bn17.onnx";

  private static final TrainingSettings SETTINGS =
      TrainingSettings.of(OptimizerSettings.sgd(0.01)).withBatches(1, 32, 8);

  private static ModelSource source(String model) {
    QuantizationMethod method =
        new QuantizationMethod(
            DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS),
            BackendConfigs.of("x86"),
            QuantizedEngine.X86);
    try {
      return ModelSource.of(
          Files.readAllBytes(Path.of(model)),
          model,
          ImportOptions.none(),
          TrainingMethod.of(method));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Samples<?> samples(ModelSource source, int partitions) {
    return ParquetFormat.source("../examples/digits/train.parquet")
        .withColumn("input", "image")
        .withLabel("label")
        .withLimit(100)
        .withPartitions(partitions)
        .open(SharedSpark.session(), source.steps().fields(source.steps().float32(), 8));
  }

  private static TrainingOutcome run(
      ModelSource source, TrainingSettings settings, int partitions) {
    Broadcast<byte[]> bytes = SPARK.broadcast(source.toBytes());
    return TrainingJob.run(
        SPARK,
        UUID.randomUUID().toString(),
        samples(source, partitions),
        bytes,
        source.steps().preparedForTraining(),
        settings,
        partitions,
        Optional.empty(),
        1,
        TrainingJob.Progress.NONE);
  }

  @Test
  void sameBytesForAnyPartitions() {
    ModelSource source = source(BN);
    TrainingOutcome one = run(source, SETTINGS, 1);
    assertThat(one.steps()).isEqualTo(3);
    assertThat(run(source, SETTINGS, 3).checkpoint()).isEqualTo(one.checkpoint());
    assertThat(run(source, SETTINGS, 8).checkpoint()).isEqualTo(one.checkpoint());
  }

  @Test
  void oneMicroBatchIsAStepOfTheTrainer() {
    ModelSource source = source(BN);
    TrainingSettings settings = SETTINGS.withBatches(2, 24, 24);
    GraphModule local = source.steps().preparedForTraining();
    TrainingModel.begin(local);
    GraphModule teacher = source.steps().float32();
    try (TrainingData data = TrainingData.of(samples(source, 2), settings, 2)) {
      List<Tuple2<Long, byte[]>> blocks = data.blocks().collect();
      long steps = 2 * data.plan().stepsPerEpoch();
      Trainer trainer = settings.trainer(local, Optional.of(teacher), steps);
      for (long step = 0; step < steps; step++) {
        BatchPlan.MicroBatch batch = data.plan().step(step).get(0);
        byte[] block =
            blocks.stream().filter(b -> b._1() == batch.block()).findFirst().orElseThrow()._2();
        List<Tensor> inputs = data.layout().inputs(block, batch.rows());
        trainer.step(inputs, data.layout().labels(block, batch.rows()));
      }
      TrainingOutcome outcome = run(source, settings, 2);
      assertThat(outcome.checkpoint()).isEqualTo(Checkpoints.bytes(trainer, outcome.curve()));
    }
  }
}
