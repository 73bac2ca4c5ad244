package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.training.LossSettings;
import io.octant.pipeline.training.OptimizerSettings;
import io.octant.pipeline.training.QatSettings;
import io.octant.pipeline.training.ScheduleSettings;
import io.octant.pipeline.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingConfigTest {
  private static final String MINIMAL =
      """
      model.path = model.onnx
      data.calibration.path = /data/train
      output.path = /out
      data.training { path = /data/train, label = digit }
      """;

  @TempDir Path folder;

  @Test
  void whatIsNotSaidIsAsTheTableOfKeysHasIt() throws IOException {
    TrainingConfig training = load("");
    assertThat(training.label()).contains("digit");
    assertThat(training.checkpoints()).isEmpty();
    assertThat(training.checkpointEvery()).isEqualTo(100);
    TrainingSettings settings = training.settings();
    assertThat(settings.epochs()).isEqualTo(1);
    assertThat(settings.optimizer())
        .isEqualTo(OptimizerSettings.sgd(settings.optimizer().learningRate()));
    assertThat(settings.schedule().kind()).isEqualTo(ScheduleSettings.Kind.COSINE);
    assertThat(settings.schedule().warmUp()).isZero();
    assertThat(settings.qat()).isEqualTo(QatSettings.none());
    assertThat(settings.clipping()).isZero();
    assertThat(settings.loss()).isEqualTo(LossSettings.standard());
    assertThat(load("training.optimizer.name = adamw").settings().optimizer().weightDecay())
        .isEqualTo(0.01);
  }

  @Test
  void everyKeyHasItsPlace() throws IOException {
    TrainingConfig training =
        load(
            """
            data.training { limit = 640, filter = "digit < 9", sample { fraction = 0.5, seed = 3 } }
            training {
              epochs = 3, batch = 48, microBatch = 12, seed = 7, clipNorm = 2.5
              optimizer { name = sgd, learningRate = 0.02, momentum = 0.8, nesterov = true, weightDecay = 1e-4, decayVectors = true }
              schedule { name = step, every = 30, gamma = 0.5, warmUpSteps = 5 }
              loss { labelSmoothing = 0.1, classWeights = [1, 2, 0.5], ignoreLabel = 255 }
              distillation { weight = 0.3, loss = kl, temperature = 4 }
              qat { fakeQuantizeFrom = 2, observersUntil = 60, statisticsUntil = 40 }
              checkpoints = /kept, checkpointEvery = 9
            }
            """);
    assertThat(training.checkpoints()).contains("/kept");
    assertThat(training.checkpointEvery()).isEqualTo(9);
    assertThat(training.settings())
        .isEqualTo(
            new TrainingSettings(
                3,
                48,
                12,
                7,
                new OptimizerSettings(
                    OptimizerSettings.Kind.SGD, 0.02, 0.8, true, 0.9, 0.999, 1e-8, 1e-4, true),
                new ScheduleSettings(ScheduleSettings.Kind.STEP, 30, 0.5, 0, 5),
                new LossSettings(
                    true, 0.1, List.of(1.0, 2.0, 0.5), 255, LossSettings.Teacher.KL, 0.3, 4),
                new QatSettings(2, 60, 40),
                2.5));
    assertThat(training.source().filter()).contains("digit < 9");
    assertThat(training.source().sample()).isPresent();
    TrainingSettings adam =
        load("""
                training.optimizer { name = adam, beta1 = 0.8, beta2 = 0.99, eps = 1e-6 }
                training.schedule { name = cosine, floor = 0.25 }
                training.distillation.loss = cosine
                """)
            .settings();
    assertThat(adam.optimizer().beta1()).isEqualTo(0.8);
    assertThat(adam.optimizer().beta2()).isEqualTo(0.99);
    assertThat(adam.optimizer().eps()).isEqualTo(1e-6);
    assertThat(adam.schedule().floor()).isEqualTo(0.25);
    assertThat(adam.loss().teacher()).isEqualTo(LossSettings.Teacher.COSINE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          training { batch = 50, microBatch = 32 } | training.batch = 50
          training.optimizer { name = adam, momentum = 0.5 } | key training.optimizer.momentum
          training.optimizer { name = adamw, nesterov = true } | key training.optimizer.nesterov
          training.optimizer.beta1 = 0.8 | key training.optimizer.beta1
          training.optimizer { nesterov = true, momentum = 0 } | training.optimizer: Cannot use Nesterov's momentum with momentum 0.0
          training.optimizer { name = adam, beta1 = 1 } | training.optimizer: Cannot average with betas 1.0
          training.schedule.gamma = 0.5 | key training.schedule.gamma
          training.schedule { name = step, floor = 0.1 } | key training.schedule.floor
          training.distillation { loss = mse, temperature = 2 } | key training.distillation.temperature
          data.training.label = null, training.loss.labelSmoothing = 0.1 | key training.loss.labelSmoothing
          data.training.label = null, training.distillation.weight = 0 | training.distillation.weight = 0 without labels
          training.checkpointEvery = 9 | key training.checkpointEvery: no checkpoints are kept
          data.training.path = null, training.epochs = 3 | no training data
          """)
  void whatDoesNotFitTogetherIsRefused(String more, String expected) {
    assertThatThrownBy(() -> load(more))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(expected);
  }

  private TrainingConfig load(String more) throws IOException {
    Path file = Files.writeString(folder.resolve("job.conf"), MINIMAL + more);
    return ConfigurationSource.load(file, List.of()).training().orElseThrow();
  }
}
