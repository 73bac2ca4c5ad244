package io.octant.jobs.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What a sweep compares, and how.
 *
 * @param settings ways to quantize, by name; empty without a grid
 * @param models ONNX files, by name
 * @param checkpoints state dicts, by name
 * @param top how many of the highest scores count for top-k
 * @param memoryMb what models and batches that wait may take in an executor
 * @param totals folder in which totals of splits are kept; empty keeps none
 */
public record SweepConfig(
    SortedMap<String, SettingsCandidate> settings,
    Map<String, CandidateConfig> models,
    Map<String, CandidateConfig> checkpoints,
    int top,
    int memoryMb,
    Optional<String> totals) {

  /**
   * One way to quantize.
   *
   * @param quantization all of it
   * @param values what tells it from others, by the last part of its key
   */
  public record SettingsCandidate(
      QuantizationConfig quantization, SortedMap<String, String> values) {
    public SettingsCandidate {
      values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
  }

  /** The name of the float model in every table. */
  private static final String FLOAT = "float";

  public SweepConfig {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    models = Collections.unmodifiableMap(new TreeMap<>(models));
    checkpoints = Collections.unmodifiableMap(new TreeMap<>(checkpoints));
    List<String> names = new ArrayList<>(List.of(FLOAT));
    names.addAll(settings.keySet());
    names.addAll(models.keySet());
    names.addAll(checkpoints.keySet());
    for (String name : names) {
      if (Collections.frequency(names, name) > 1) {
        throw new SettingsException(
            "Cannot compare candidate %s: there are two of this name, expected another name below"
                    .formatted(name)
                + " sweep.models or sweep.checkpoints");
      }
    }
  }

  /** Whether there is nothing but the float model. */
  public boolean isEmpty() {
    return settings.isEmpty() && models.isEmpty() && checkpoints.isEmpty();
  }

  static SweepConfig of(Settings settings, QuantizationConfig base) {
    boolean grid = SweepKeys.GRID.stream().anyMatch(key -> settings.find(key).isPresent());
    return new SweepConfig(
        grid ? grid(settings, base) : new TreeMap<>(),
        settings.value(SweepKeys.MODELS),
        settings.value(SweepKeys.CHECKPOINTS),
        settings.value(SweepKeys.TOP_K),
        settings.value(SweepKeys.MEMORY_MB),
        settings.find(SweepKeys.TOTALS));
  }

  private static SortedMap<String, SettingsCandidate> grid(
      Settings settings, QuantizationConfig base) {
    List<Method> methods = settings.find(SweepKeys.GRID_METHOD).orElse(List.of(base.method()));
    if (!methods.contains(Method.PERCENTILE)) {
      settings.refuse(
          settings.has(SweepKeys.GRID_METHOD) ? SweepKeys.GRID_METHOD : Keys.METHOD,
          List.of(SweepKeys.GRID_PERCENTILE),
          "no method that has one, expected percentile in sweep.grid.method");
    }
    List<Point> points = List.of(new Point(base, ""));
    points = cross(points, distinct(settings, SweepKeys.GRID_BACKEND), Point::backend);
    points = cross(points, distinct(settings, SweepKeys.GRID_METHOD), Point::method);
    points = cross(points, distinct(settings, SweepKeys.GRID_PERCENTILE), Point::percentile);
    points =
        cross(points, distinct(settings, SweepKeys.GRID_ACTIVATION_BITS), Point::activationBits);
    points =
        cross(
            points,
            settings.find(SweepKeys.GRID_OVERRIDES).map(named -> List.copyOf(named.entrySet())),
            Point::named);
    SortedMap<String, SettingsCandidate> all = new TreeMap<>();
    for (Point point : points) {
      point.quantization().requireBits();
      SortedMap<String, String> values = values(point.quantization(), point.overrides());
      all.put(name(settings, values), new SettingsCandidate(point.quantization(), values));
    }
    return all;
  }

  /**
   * The values of a list.
   *
   * @throws SettingsException if one of them is there twice
   */
  private static <T> Optional<List<T>> distinct(Settings settings, Key<List<T>> key) {
    Optional<List<T>> values = settings.find(key);
    for (T value : values.orElse(List.of())) {
      if (Collections.frequency(values.orElseThrow(), value) > 1) {
        throw new SettingsException(
            "Cannot read key %s: %s twice, expected each value once"
                .formatted(key.path(), value instanceof Enum<?> e ? Kind.spelled(e) : value));
      }
    }
    return values;
  }

  /** Each point with each of the values, if there are any. */
  private static <T> List<Point> cross(
      List<Point> points, Optional<List<T>> values, BiFunction<Point, T, Point> with) {
    return values
        .map(
            all ->
                points.stream()
                    .flatMap(point -> all.stream().map(value -> with.apply(point, value)))
                    .toList())
        .orElse(points);
  }

  /**
   * A point of the grid.
   *
   * @param overrides name of its overrides; empty if there is no choice of them
   */
  private record Point(QuantizationConfig quantization, String overrides) {
    Point backend(Backend backend) {
      QuantizationConfig q = quantization;
      return with(backend, q.method(), q.percentile(), q.activationBits());
    }

    Point method(Method method) {
      QuantizationConfig q = quantization;
      return with(q.backend(), method, q.percentile(), q.activationBits());
    }

    /** The same point if its method has none: equal points are one candidate. */
    Point percentile(double percentile) {
      QuantizationConfig q = quantization;
      return q.method() == Method.PERCENTILE
          ? with(q.backend(), q.method(), percentile, q.activationBits())
          : this;
    }

    Point activationBits(int bits) {
      QuantizationConfig q = quantization;
      return with(q.backend(), q.method(), q.percentile(), bits);
    }

    Point named(Map.Entry<String, List<QConfigOverride>> overrides) {
      QuantizationConfig q = quantization;
      return new Point(
          new QuantizationConfig(
              q.backend(),
              q.method(),
              q.percentile(),
              q.activationBits(),
              q.weightBits(),
              overrides.getValue()),
          overrides.getKey());
    }

    private Point with(Backend backend, Method method, double percentile, int bits) {
      return new Point(
          new QuantizationConfig(
              backend,
              method,
              percentile,
              bits,
              quantization.weightBits(),
              quantization.overrides()),
          overrides);
    }
  }

  private static SortedMap<String, String> values(QuantizationConfig one, String overrides) {
    SortedMap<String, String> values = new TreeMap<>();
    values.put("backend", Kind.spelled(one.backend()));
    values.put("method", Kind.spelled(one.method()));
    if (one.method() == Method.PERCENTILE) {
      values.put("percentile", String.valueOf(one.percentile()));
    }
    values.put("activationBits", String.valueOf(one.activationBits()));
    if (!overrides.isEmpty()) {
      values.put("overrides", overrides);
    }
    return values;
  }

  /** The method with its percentile, then what else the grid has a choice of. */
  private static String name(Settings settings, SortedMap<String, String> values) {
    StringBuilder name = new StringBuilder(values.getOrDefault("method", ""));
    if (values.containsKey("percentile")) {
      name.append('-').append(values.get("percentile"));
    }
    if (settings.find(SweepKeys.GRID_BACKEND).isPresent()) {
      name.append('-').append(values.get("backend"));
    }
    if (settings.find(SweepKeys.GRID_ACTIVATION_BITS).isPresent()) {
      name.append('-').append(values.get("activationBits")).append("bit");
    }
    if (values.containsKey("overrides")) {
      name.append('-').append(values.get("overrides"));
    }
    return name.toString();
  }
}
