package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.PublishedOutput;
import io.octant.pipeline.output.RunReport;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run is asked to do, as a digest: equal requests have equal results. It covers the bytes of
 * the model, the files of the data with length and time, and every setting that reaches a result:
 * not partitions, not the place of the output, not the versions of Java and Spark.
 */
public final class RunRequest {
  private static final Logger LOG = LoggerFactory.getLogger(RunRequest.class);

  private RunRequest() {}

  static Digest of(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
    QuantizationSpec.Data data = spec.data();
    String text =
        String.join(
            "\n",
            "model " + model.modelDigest().hex(),
            "configuration " + model.configurationDigest().hex(),
            "calibration " + data.calibration().identity(hadoop),
            "evaluation " + data.evaluation().map(e -> identity(e, hadoop)).orElse("none"),
            "batch " + data.batch() + " " + data.nonFinite(),
            "gate " + spec.gate(),
            "output " + spec.primaryOutput(),
            "engine " + spec.engine() + " " + spec.mixed(),
            "octant " + spec.versions().get("octant") + " " + spec.versions().get("dnnl"));
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String identity(DataSource data, Configuration hadoop) {
    return data.identity(hadoop);
  }

  /**
   * The result of an earlier run with the same request, whole and checked. Needs no Spark. Empty
   * also if the request allows replacing it, which is to run again.
   *
   * @throws io.octant.pipeline.output.OutputUnavailableException if the output cannot be read now
   */
  public static Optional<PublishedOutput> finished(Configuration hadoop, QuantizationSpec spec) {
    String output = spec.output().path();
    if (spec.output().ifPresent() == IfPresent.REPLACE) {
      return Optional.empty();
    }
    try {
      Optional<PublishedOutput> found = PublishedOutput.read(hadoop, output);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      ModelSource model =
          ModelSource.load(hadoop, spec.model().path(), spec.model().options(), spec.method());
      String request = of(hadoop, spec, model).hex();
      if (!RunReport.request(found.get().report()).filter(request::equals).isPresent()) {
        return Optional.empty();
      }
      OutputCommit.recover(hadoop, output);
      return found;
    } catch (OctantException e) {
      // The run meets the same, and reports it with all that it knows.
      LOG.info("Cannot tell whether the run was done before: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
