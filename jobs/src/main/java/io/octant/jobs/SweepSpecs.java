package io.octant.jobs;

import io.octant.jobs.config.Backend;
import io.octant.jobs.config.CandidateConfig;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.config.SweepConfig;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.SweepCandidate;
import io.octant.pipeline.SweepSpec;
import io.octant.pipeline.data.HoldOut;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The sections {@code sweep} and {@code evaluation} of a configuration in the pipeline's terms. */
final class SweepSpecs {
  private static final int BITS_OF_MB = 20;

  /** What an evaluated file is called beside the float model, wherever it lies. */
  private static final String EVALUATED = "model";

  private SweepSpecs() {}

  /**
   * A sweep over all candidates.
   *
   * @throws SettingsException if there is nothing to compare, nothing to compare on, or if the data
   *     are those that are held out
   */
  static SweepSpec sweep(QuantizeConfig config, QuantizationSpec base) {
    requireData("sweep", config);
    if (config.sweep().isEmpty()) {
      throw new SettingsException(
          "Cannot sweep: no candidates, expected keys below sweep.grid, sweep.models or"
              + " sweep.checkpoints");
    }
    if (config.data().evaluation().flatMap(e -> e.split()).map(HoldOut::part).stream()
        .anyMatch(HoldOut.Part.HELD_OUT::equals)) {
      throw new SettingsException(
          "Cannot use key data.evaluation.split.part = heldout: a sweep chooses on the other part,"
              + " expected selection");
    }
    if (!config.sweep().settings().isEmpty()) {
      config.requireCalibration();
    }
    return new SweepSpec(
        base,
        QuantizationSpecs.heldOut(config),
        candidates(config),
        config.sweep().top(),
        memory(config),
        config.sweep().totals());
  }

  /**
   * One model.
   *
   * @param model an ONNX file to compare with the float model; empty for the float model itself
   */
  static SweepSpec evaluation(
      QuantizeConfig config, QuantizationSpec base, Optional<String> model) {
    requireData("evaluate", config);
    return new SweepSpec(
        base,
        Optional.empty(),
        model.map(path -> List.of(file(EVALUATED, path, List.of()))).orElse(List.of()),
        config.sweep().top(),
        memory(config),
        config.sweep().totals());
  }

  private static void requireData(String step, QuantizeConfig config) {
    if (config.data().evaluation().isEmpty()) {
      throw new SettingsException(
          "Cannot %s: no evaluation data, expected key data.evaluation.path".formatted(step));
    }
  }

  private static long memory(QuantizeConfig config) {
    return (long) config.sweep().memoryMb() << BITS_OF_MB;
  }

  private static List<SweepCandidate> candidates(QuantizeConfig config) {
    List<SweepCandidate> all = new ArrayList<>();
    config.sweep().settings().forEach((name, one) -> all.add(settings(name, one)));
    config.sweep().models().forEach((name, m) -> all.add(file(name, m.path(), m.tags())));
    config.sweep().checkpoints().forEach((name, c) -> all.add(checkpoint(name, c, config)));
    return all;
  }

  private static SweepCandidate settings(String name, SweepConfig.SettingsCandidate one) {
    List<String> tags = new ArrayList<>();
    for (String key : List.of("backend", "method", "overrides")) {
      Optional.ofNullable(one.values().get(key)).ifPresent(tags::add);
    }
    return new SweepCandidate(
        name,
        tags,
        one.values(),
        new SweepCandidate.Settings(QuantizationChoice.of(one.quantization()).method()));
  }

  private static SweepCandidate file(String name, String path, List<String> tags) {
    return new SweepCandidate(name, tags, new TreeMap<>(), new SweepCandidate.File(path));
  }

  private static SweepCandidate checkpoint(
      String name, CandidateConfig one, QuantizeConfig config) {
    Backend backend = one.backend().orElse(config.quantization().backend());
    if (backend == Backend.TENSORRT) {
      throw new SettingsException(
          "Cannot use key sweep.checkpoints.%s: backend tensorrt, expected one that PyTorch trains"
                  .formatted(name)
              + " for in key sweep.checkpoints.%s.backend".formatted(name));
    }
    QuantizedEngine engine = QuantizedEngine.of(backend.name().toLowerCase(Locale.ROOT));
    SortedMap<String, String> values = new TreeMap<>();
    values.put("backend", engine.toString());
    return new SweepCandidate(
        name,
        one.tags(),
        values,
        new SweepCandidate.Checkpoint(
            one.path(),
            one.model().orElse(config.model().path()),
            // What prepare_qat_fx takes if it is told nothing.
            new QuantizationMethod(
                DefaultQConfigMappings.qat(engine), BackendConfigs.of("native"), engine)));
  }
}
