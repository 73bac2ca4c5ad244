package io.octant.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.safetensors.SafetensorsFile;
import io.octant.safetensors.SafetensorsWriter;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is cut in two gives the bytes of one that is not. */
class CheckpointTest {
  @TempDir private Path folder;

  private static Trainer trainer(GraphModule model, Optimizer optimizer) {
    return new Trainer(model, Losses.crossEntropy(), optimizer)
        .withSchedule(Schedule.warmUp(2, 0.1, Schedule.cosine(6, 0)))
        .withQatSchedule(QatSchedule.none().withObserversUntil(4).withStatisticsUntil(2));
  }

  private static void run(Trainer trainer, int until) {
    for (int step = (int) trainer.steps(); step < until; step++) {
      trainer.step(TrainerTest.input(step), TrainerTest.classes(step));
    }
  }

  private void cutInTwo(Supplier<Optimizer> optimizer, int at) throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    Trainer undisturbed = trainer(TrainerTest.prepared(), optimizer.get());
    run(undisturbed, 6);
    undisturbed.save(whole);
    Path half = folder.resolve("half.safetensors");
    Trainer first = trainer(TrainerTest.prepared(), optimizer.get());
    run(first, at);
    first.save(half);

    assertThat(SafetensorsWriter.toBytes("half", first.checkpoint()))
        .isEqualTo(Files.readAllBytes(half));
    Trainer second = trainer(TrainerTest.prepared(), optimizer.get());
    second.resume(half);
    assertThat(second.steps()).isEqualTo(at);
    run(second, 6);
    Path resumed = folder.resolve("resumed.safetensors");
    second.save(resumed);

    assertThat(Files.readAllBytes(resumed)).isEqualTo(Files.readAllBytes(whole));
  }

  @Test
  void sameBytesWithMomentum() throws IOException {
    cutInTwo(() -> new Sgd(0.1).withMomentum(0.9).withNesterov(), 3);
  }

  @Test
  void sameBytesWithAdam() throws IOException {
    cutInTwo(() -> Adam.adamW(0.01), 5);
  }

  @Test
  void sameBytesBeforeTheFirstStep() throws IOException {
    cutInTwo(() -> Adam.adam(0.01), 0);
  }

  @Test
  void whatDoesNotFitIsRefusedAndChangesNothing() {
    Path file = folder.resolve("adam.safetensors");
    Trainer adam = trainer(TrainerTest.prepared(), Adam.adam(0.01));
    run(adam, 1);
    adam.save(file);
    GraphModule model = TrainerTest.prepared();
    Map<String, Tensor> before = model.stateDict();
    Trainer sgd = trainer(model, new Sgd(0.1).withMomentum(0.9));

    assertThatThrownBy(() -> sgd.resume(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("adam.safetensors: it has [exp_avg, exp_avg_sq, step] of ")
        .hasMessageContaining("expected [momentum_buffer] of a parameter");
    assertThat(model.stateDict()).isEqualTo(before);

    Map<String, Tensor> all = new TreeMap<>(SafetensorsFile.read(file).tensors());
    Tensor steps = all.remove("steps");
    Path without = folder.resolve("without.safetensors");
    SafetensorsWriter.write(without, all);
    Trainer same = trainer(model, Adam.adam(0.01));
    assertThatThrownBy(() -> same.resume(without)).hasMessageContaining("no steps");

    all.put("steps", steps);
    all.remove("model.4.weight");
    SafetensorsWriter.write(without, all);
    assertThatThrownBy(() -> same.resume(without)).isInstanceOf(RuntimeException.class);
    assertThat(model.stateDict()).isEqualTo(before);

    all.put("more", steps);
    SafetensorsWriter.write(without, all);
    assertThatThrownBy(() -> same.resume(without)).hasMessageContaining("more torch.int64");
    assertThat(same.steps()).isZero();
  }

  @Test
  void anotherModelIsRefused() {
    Path file = folder.resolve("sgd.safetensors");
    Trainer trainer = trainer(TrainerTest.prepared(), new Sgd(0.1));
    trainer.save(file);
    Map<String, Tensor> all = new TreeMap<>(SafetensorsFile.read(file).tensors());
    all.remove("model.4.weight");
    SafetensorsWriter.write(file, all);

    assertThatThrownBy(() -> trainer.resume(file))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("4.weight");
  }
}
