package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.CalibrationState;
import io.octant.calibration.TensorStatistics;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.quantization.observer.GridHistogramObserver;
import io.octant.quantization.observer.channels.ChannelExtrema;
import io.octant.quantization.observer.channels.ChannelObserver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A statistic that no main code knows, from the executors to the published output. */
class OwnStatisticPipelineTest {
  @TempDir Path dir;

  @Test
  void isGatheredOnExecutorsAndSolvedAfterwards() throws Exception {
    CalibrationState widest = run(0, 2);
    assertThat(Files.readAllBytes(dir.resolve("0-2/model.int8.onnx"))).isNotEmpty();
    assertThat(widest.statistics(ChannelExtrema.KIND)).isNotEmpty();
    assertThat(widest.statistics(TensorStatistics.KIND).keySet())
        .doesNotContainAnyElementsOf(widest.statistics(ChannelExtrema.KIND).keySet());

    assertThat(run(0, 3).toBytes()).as("other partitions").isEqualTo(widest.toBytes());
    assertThat(run(1, 2).toBytes()).as("read after calibration").isEqualTo(widest.toBytes());
    assertThat(dir.resolve("0-3/model.int8.onnx"))
        .hasSameBinaryContentAs(dir.resolve("0-2/model.int8.onnx"));
    assertThat(Files.readString(dir.resolve("1-2/qparams.json")))
        .isNotEqualTo(Files.readString(dir.resolve("0-2/qparams.json")));
  }

  private CalibrationState run(int rank, int partitions) throws Exception {
    Path out = dir.resolve(rank + "-" + partitions);
    QuantizationMethod x86 = DigitsRun.X86;
    QuantizationMethod own =
        new QuantizationMethod(
            x86.mapping()
                .map(
                    q ->
                        q.activation().type().equals(GridHistogramObserver.TYPE)
                            ? q.withActivation(ChannelObserver.SPEC.with("rank", rank))
                            : q),
            x86.backend(),
            x86.arithmetic());
    QuantizationSpec spec =
        QuantizationSpec.of(
            DigitsRun.model("mobilenet"),
            new Data(
                DigitsRun.CALIBRATION.withLimit(32).withPartitions(partitions),
                Optional.empty(),
                8),
            own,
            new Output(out.toString(), IfPresent.REFUSE));
    new QuantizationPipeline(SharedSpark.session()).run(spec);
    return CalibrationState.fromBytes(
        out.toString(), Files.readAllBytes(out.resolve("calibration/state.octcal")));
  }
}
