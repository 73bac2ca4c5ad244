package io.octant.jobs.config;

import static io.octant.jobs.config.Key.optional;
import static io.octant.jobs.config.Key.withDefault;

import java.util.List;
import java.util.Map;

/** The keys of evaluations and of sweeps, a part of {@link Keys#all()}. */
final class SweepKeys {

  static final Key<Integer> TOP_K =
      withDefault(
          "evaluation.topK",
          Kind.wholeNumber(1),
          5,
          "How many of the highest scores sweep and evaluate count a label among, beside the"
              + " highest.");
  static final Key<Integer> MEMORY_MB =
      withDefault(
          "evaluation.memoryMb",
          Kind.wholeNumber(1),
          1024,
          "Megabytes that the models of a sweep, with batches that wait for them, may take in an"
              + " executor; with less than all of them need, they take turns.");
  static final Key<String> TOTALS =
      optional(
          "evaluation.totals",
          Kind.path(),
          "Folder, shared by executors and runs, that keeps what each model came to on each split"
              + " of the evaluation data: a sweep or evaluation computes only what is not there.");

  static final Key<List<Backend>> GRID_BACKEND =
      optional(
          "sweep.grid.backend",
          Kind.many(Kind.choice(Backend.class)),
          "Backends to compare; without it, quantization.backend.");
  static final Key<List<Method>> GRID_METHOD =
      optional(
          "sweep.grid.method",
          Kind.many(Kind.choice(Method.class)),
          "Range methods to compare; without it, quantization.method.");
  static final Key<List<Double>> GRID_PERCENTILE =
      optional(
          "sweep.grid.percentile",
          Kind.many(Kind.number(51, 100)),
          "Percentiles to compare, for method percentile; without it, quantization.percentile.");
  static final Key<List<Integer>> GRID_ACTIVATION_BITS =
      optional(
          "sweep.grid.activationBits",
          Kind.many(Kind.wholeNumber(7, 8)),
          "Bits of activations to compare; without it, quantization.activationBits.");
  static final Key<Map<String, List<QConfigOverride>>> GRID_OVERRIDES =
      optional(
          "sweep.grid.overrides",
          Kind.entries(Kind.list(QConfigOverride.DESCRIPTION, QConfigOverride::read)),
          "Lists of overrides to compare, by a name of each; without it, quantization.overrides.");

  static final Key<Map<String, CandidateConfig>> MODELS =
      withDefault(
          "sweep.models",
          Kind.entries(CandidateConfig.ofModels()),
          Map.of(),
          "ONNX files to compare, float or quantized by anyone, by a name of each, as in { ort = {"
              + " path = ort.onnx, tags = [qdq] } }.");
  static final Key<Map<String, CandidateConfig>> CHECKPOINTS =
      withDefault(
          "sweep.checkpoints",
          Kind.entries(CandidateConfig.ofCheckpoints()),
          Map.of(),
          "State dicts of prepare_qat_fx to compare, as safetensors, by a name of each, as in { qat"
              + " = { path = qat.safetensors, model = with-batch-norms.onnx } }; without model, of"
              + " model.path.");

  static final List<Key<?>> GRID =
      List.of(GRID_BACKEND, GRID_METHOD, GRID_PERCENTILE, GRID_ACTIVATION_BITS, GRID_OVERRIDES);

  static final List<Key<?>> ALL =
      List.of(
          TOP_K,
          MEMORY_MB,
          TOTALS,
          GRID_BACKEND,
          GRID_METHOD,
          GRID_PERCENTILE,
          GRID_ACTIVATION_BITS,
          GRID_OVERRIDES,
          MODELS,
          CHECKPOINTS);

  private SweepKeys() {}
}
