package io.octant.pipeline;

import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.Phase;
import org.apache.spark.broadcast.Broadcast;

/** Ranges from calibration, weights as the file has them. */
record CalibratedConversion(StepContext run) implements Conversion {
  @Override
  public Made make(PreparedModel model, Broadcast<byte[]> source, PartitionState calibration) {
    QuantizedModel made =
        run.phase(
            Phase.CONVERT,
            () -> ConversionStep.convert(run.spec(), run.report(), model, calibration.state()));
    Broadcast<byte[]> solved = run.context().broadcast(made.calibration().toBytes());
    return new Made(made, new ModelRecipes.Int8(source, solved), solved);
  }
}
