package io.octant.pipeline.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.bytes.Digest;
import io.octant.engine.Engine;
import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.EngineProvider;
import io.octant.pipeline.execution.Engines;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.model.TrainingMethod;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.safetensors.SafetensorsWriter;
import io.octant.tensor.Tensor;
import io.octant.training.Trainer;
import io.octant.training.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  /** Tells models apart by their weights. */
  private static final EpochEvaluation EPOCHS =
      model ->
          new EpochEvaluation.Score(
              Math.floorMod(
                  Arrays.hashCode(SafetensorsWriter.toBytes("of an epoch", model.stateDict())),
                  100),
              100);

  private static TrainingOutcome run(
      ModelSource source,
      TrainingSettings settings,
      EngineProvider engine,
      int partitions,
      Optional<Checkpoints> checkpoints,
      TrainingJob.Progress progress) {
    Broadcast<byte[]> bytes = SPARK.broadcast(source.toBytes());
    SessionSpec teacher =
        new SessionSpec(
            new ModelRecipes.Float32(bytes),
            GraphDigest.of(source.steps().float32()),
            engine,
            source.steps().fields(source.steps().float32(), settings.microBatch()),
            settings.microBatch());
    return TrainingJob.run(
        SPARK,
        new Workers(UUID.randomUUID().toString(), bytes, engine, List.of(teacher), partitions),
        samples(source, partitions),
        source.steps().preparedForTraining(),
        settings,
        EPOCHS,
        checkpoints,
        progress);
  }

  private static TrainingOutcome run(
      ModelSource source, TrainingSettings settings, EngineProvider engine, int partitions) {
    return run(source, settings, engine, partitions, Optional.empty(), TrainingJob.Progress.NONE);
  }

  @Test
  void sameBytesForAnyPartitions() {
    ModelSource source = source(BN);
    TrainingOutcome one = run(source, SETTINGS, Engines.NATIVE, 1);
    assertThat(one.steps()).isEqualTo(3);
    assertThat(one.curve().epochs()).hasSize(1);
    assertThat(one.curve().epochs().get(0).evaluation()).isEqualTo(EPOCHS.of(one.model()));
    assertThat(run(source, SETTINGS, Engines.NATIVE, 3).checkpoint()).isEqualTo(one.checkpoint());
    assertThat(run(source, SETTINGS, Engines.NATIVE, 8).checkpoint()).isEqualTo(one.checkpoint());
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
      Trainer trainer =
          settings
              .trainer(local, settings.loss().byLabels(), steps)
              .withTeacher(teacher, settings.loss().byTeacher(), settings.loss().teacherWeight());
      for (long step = 0; step < steps; step++) {
        BatchPlan.MicroBatch batch = data.plan().step(step).get(0);
        byte[] block =
            blocks.stream().filter(b -> b._1() == batch.block()).findFirst().orElseThrow()._2();
        List<Tensor> inputs = data.layout().inputs(block, batch.rows());
        trainer.step(inputs, data.layout().labels(block, batch.rows()));
      }
      TrainingOutcome outcome = run(source, settings, Engines.REFERENCE, 2);
      assertThat(outcome.checkpoint()).isEqualTo(Checkpoints.bytes(trainer, outcome.curve()));
    }
  }

  private Checkpoints checkpoints(Path folder) {
    return new Checkpoints(
        SPARK.hadoopConfiguration(), folder.toString(), Digest.of(new byte[] {1}), 2);
  }

  @Test
  void aTrainingThatWasCutGoesOn(@TempDir Path folder) throws IOException {
    ModelSource source = source(BN);
    TrainingSettings settings = SETTINGS.withBatches(2, 32, 16);
    TrainingOutcome whole = run(source, settings, Engines.NATIVE, 2);
    TrainingJob.Progress cut =
        new TrainingJob.Progress() {
          @Override
          public void epoch(int number, TrainingCurve.Epoch epoch) {
            throw new IllegalStateException("the driver is gone");
          }
        };
    Optional<Checkpoints> kept = Optional.of(checkpoints(folder));
    assertThatThrownBy(() -> run(source, settings, Engines.NATIVE, 2, kept, cut))
        .hasMessage("the driver is gone");
    TrainingOutcome resumed =
        run(source, settings, Engines.NATIVE, 3, kept, TrainingJob.Progress.NONE);
    assertThat(resumed.resumed()).get().asString().endsWith("step-00000002.safetensors");
    assertThat(resumed.cost().steps()).isEqualTo(4);
    assertThat(resumed.checkpoint()).isEqualTo(whole.checkpoint());
    assertThat(resumed.curve().epochs()).isEqualTo(whole.curve().epochs());

    // One that is damaged is passed over.
    Path last =
        folder.resolve(Digest.of(new byte[] {1}).hex()).resolve("step-00000004.safetensors");
    Files.write(last, new byte[] {1, 2, 3});
    TrainingOutcome again =
        run(source, settings, Engines.NATIVE, 3, kept, TrainingJob.Progress.NONE);
    assertThat(again.resumed()).get().asString().endsWith("step-00000002.safetensors");
    assertThat(again.checkpoint()).isEqualTo(whole.checkpoint());
  }

  @Test
  void aLossThatIsNoNumberEndsWithTheLastGoodCheckpoint(@TempDir Path folder) {
    TrainingSettings settings =
        TrainingSettings.of(OptimizerSettings.sgd(1e18)).withBatches(3, 32, 16);
    assertThatThrownBy(
            () ->
                run(
                    source(BN),
                    settings,
                    Engines.REFERENCE,
                    2,
                    Optional.of(checkpoints(folder)),
                    TrainingJob.Progress.NONE))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("Cannot train step ")
        .hasMessageContaining("checkpoint");
  }

  @Test
  void aTaskThatFailsIsTriedAgain() {
    ModelSource source = source(BN);
    TrainingSettings settings = SETTINGS.withLoss(LossSettings.standard().with(true, 0));
    TrainingOutcome once = run(source, settings, Engines.NATIVE, 2);
    FailingOnce.failed.set(false);
    assertThat(run(source, settings, new FailingOnce(), 2).checkpoint())
        .isEqualTo(once.checkpoint());
    assertThat(FailingOnce.failed).isTrue();
  }

  /** An engine that does not start at first. */
  private record FailingOnce() implements EngineProvider {
    private static final AtomicBoolean failed = new AtomicBoolean();

    @Override
    public Engine start() {
      if (failed.compareAndSet(false, true)) {
        throw new IllegalStateException("no engine yet");
      }
      return Engines.NATIVE.start();
    }
  }
}
