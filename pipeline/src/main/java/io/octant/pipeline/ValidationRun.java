package io.octant.pipeline;

import io.octant.bytes.Digest;
import io.octant.graph.GraphModule;
import io.octant.onnx.OnnxException;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.ReadBack;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.execution.ExecutorProbe;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.output.ResultFile;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.pipeline.validation.ValidationResult;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;

/** The third step alone: the float model against a written int8 model, as it is read back. */
final class ValidationRun {
  private final StepContext run;
  private final String file;
  private final byte[] onnx;

  private ValidationRun(StepContext run, String file, byte[] onnx) {
    this.run = run;
    this.file = file;
    this.onnx = onnx;
  }

  /** Reads the int8 model: a file, or the folder of a result. */
  static ValidationRun of(StepContext run, String file) {
    return new ValidationRun(run, file, read(run.hadoop(), file));
  }

  static byte[] read(Configuration hadoop, String file) {
    return ResultFile.read(hadoop, file, QuantizedModel.FILE);
  }

  StepResult execute(RunStop stop) {
    ValidationStep.requireLabels(run.spec());
    try (OutputCommit commit = run.spec().output().begin(run.hadoop(), Optional.of(file))) {
      stop.guard(commit);
      Inputs inputs = run.phase(Phase.PREPARE, this::prepare);
      ValidationResult result =
          run.onExecutors(inputs.step().model(), source -> validate(inputs, source));
      run.tookPart(result.executors());
      run.spec().validation().gate().check(result);
      return run.phase(Phase.PUBLISH, () -> publish(inputs, commit));
    }
  }

  private record Inputs(ValidationStep step, GraphModule int8) {}

  private Inputs prepare() {
    QuantizationSpec spec = run.spec();
    ModelSource loaded = PreparedModel.load(run.hadoop(), spec, run.listener(), run.report());
    run.listener().doing("starting the engine on the executors");
    ExecutorProbe.run(run.context(), spec.engine(), spec.mixed());
    PreparedModel model = PreparedModel.of(loaded, spec, run.listener());
    ValidationPlan plan = ValidationStep.plan(spec, model);
    GraphModule int8 = read(model);
    run.report().request(RunRequest.validation(run.hadoop(), spec, loaded, file).hex());
    return new Inputs(
        spec.data()
            .evaluation()
            .map(data -> ValidationStep.of(run, model, plan, data))
            .orElseThrow(
                () -> new DataException("Cannot validate " + file + ": no evaluation data")),
        int8);
  }

  /** The int8 model as a reader finds it, if it can be one of the float model. */
  private GraphModule read(PreparedModel model) {
    ReadBack read = ReadBack.of(onnx, file, model.source().options());
    String made = Provenance.of(read.model()).facts().get(Provenance.MODEL_SHA256);
    String original = model.source().modelDigest().hex();
    if (made == null) {
      run.report()
          .warning(
              file
                  + " does not say which model it was made from: that it is of the float model is"
                  + " known of its inputs and outputs only");
    } else if (!made.equals(original)) {
      throw new OnnxException(
          "Cannot validate " + file + ": made from model " + made + ", expected " + original);
    }
    SameInterface.require("validate", file, read.graph(), model);
    return read.graph();
  }

  private ValidationResult validate(Inputs inputs, Broadcast<byte[]> source) {
    Broadcast<byte[]> bytes = run.context().broadcast(onnx);
    WrittenModel written = new WrittenModel(bytes, inputs.int8());
    try {
      return inputs
          .step()
          .validate(
              source,
              written,
              run.session(
                  inputs.step().model(), written.recipe(source), GraphDigest.of(inputs.int8())));
    } finally {
      bytes.destroy();
    }
  }

  private StepResult publish(Inputs inputs, OutputCommit commit) {
    run.report().totalSeconds(run.total().seconds());
    StepFiles.write(run.hadoop(), commit, run.spec(), run.report().ok(), Map.of());
    Manifest manifest =
        commit.publish(
            Map.of(
                "model", inputs.step().model().source().modelDigest().hex(),
                "int8", Digest.of(onnx).hex()),
            run.spec().versions());
    return new StepResult(run.report(), manifest);
  }
}
