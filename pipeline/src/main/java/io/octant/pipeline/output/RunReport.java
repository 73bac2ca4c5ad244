package io.octant.pipeline.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.calibration.Numerics;
import io.octant.engine.IntegerLayers;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.DataFacts;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.MemoryUse;
import io.octant.pipeline.validation.Gate;
import io.octant.pipeline.validation.LayerComparison;
import io.octant.pipeline.validation.ValidationResult;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The document {@code result.json}, filled in as a job gets on. It always has every field, in the
 * same order; what the job has not come to know is null. docs/format/result.md says what each is.
 *
 * <p>One object a run; not thread-safe.
 */
public final class RunReport {
  /** Its name in the output. */
  public static final String FILE_NAME = "result.json";

  /** Name of the page that shows it, in the output. */
  public static final String PAGE_NAME = "report.html";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ObjectNode document = ResultFields.unknown();
  private final SecondsDocument seconds = new SecondsDocument();
  private final DataDocument data = new DataDocument();

  /** A report in which nothing but the versions is known. */
  public RunReport(Map<String, String> versions) {
    document.set("seconds", seconds.document());
    ObjectNode byComponent = document.putObject("versions");
    versions.forEach(byComponent::put);
  }

  /** The run has succeeded. */
  public RunReport ok() {
    document.put("status", "ok");
    return this;
  }

  /** The run has failed, and why. */
  public RunReport failed(Throwable error, String message) {
    document.put("status", "failed");
    document.putObject("error").put("class", published(error)).put("message", message);
    return this;
  }

  /** The nearest class of an error that others can name. */
  private static String published(Throwable error) {
    Class<?> type = error.getClass();
    while (!Modifier.isPublic(type.getModifiers())) {
      type = Objects.requireNonNull(type.getSuperclass());
    }
    return type.getName();
  }

  /** Which step it is. */
  public RunReport step(String name) {
    document.put("step", name);
    return this;
  }

  /** What the run was asked to do, as a digest. */
  public RunReport request(String sha256) {
    document.put("request", sha256);
    return this;
  }

  /**
   * How the run was asked for.
   *
   * @param command words of the command line; empty if there was none
   * @param configuration empty if there was none
   * @param notRead keys of the configuration that the step does not read
   */
  public RunReport origin(List<String> command, ObjectNode configuration, List<String> notRead) {
    if (!command.isEmpty()) {
      ArrayNode words = document.putArray("command");
      command.forEach(words::add);
    }
    if (!configuration.isEmpty()) {
      document.set("configuration", configuration);
      ArrayNode keys = document.putArray("notRead");
      notRead.forEach(keys::add);
    }
    return this;
  }

  /** How far values have moved from those behind a promoted result. */
  public RunReport drift(JsonNode figures) {
    document.set("drift", figures);
    return this;
  }

  /** The request of a run that succeeded, from its report; empty if the report has none. */
  public static Optional<String> request(byte[] report) {
    try {
      JsonNode document = MAPPER.readTree(report);
      return "ok".equals(document.path("status").asText())
          ? Optional.ofNullable(document.path("request").textValue())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The model file and its digest. */
  public RunReport model(String path, String sha256) {
    document.putObject("model").put("path", path).put("sha256", sha256);
    return this;
  }

  /**
   * What the data are made of, before they are read.
   *
   * @param use {@code calibration} or {@code evaluation}
   */
  public RunReport data(String use, String path, DataFacts facts) {
    data.put(use, path, facts);
    document.set("data", data.document());
    return this;
  }

  /** What the rows of the training data were, as they were read. */
  public RunReport trainingData(DataCounts counts) {
    data.read("training", counts);
    return this;
  }

  /** How training went, field by field as {@link ObjectNode} has them. */
  public RunReport training(ObjectNode training) {
    document.set("training", training);
    return this;
  }

  /** What was observed, and the state that came of it. */
  public RunReport calibrated(long samples, int partitions, String stateSha256, long stateBytes) {
    document.put("samples", samples).put("partitions", partitions);
    return state(stateSha256, stateBytes);
  }

  /** The calibration state that was made or used. */
  public RunReport state(String sha256, long bytes) {
    document.putObject("state").put("sha256", sha256).put("bytes", bytes);
    return this;
  }

  /**
   * What was found in the folder of kept states.
   *
   * @param computed splits that were run
   * @param reused splits whose states were there
   * @param lost of those that were run, how many have no state there
   * @param damaged a message for each state that could not be used
   */
  public RunReport states(String path, int computed, int reused, int lost, List<String> damaged) {
    document.set("states", KeptDocument.states(path, computed, reused, lost, damaged));
    return this;
  }

  /**
   * Values of the calibration data that are not finite, and the samples that have them; how many
   * rows were left out.
   */
  public RunReport nonFinite(DataCounts counts) {
    data.read("calibration", counts);
    document
        .putObject("nonFinite")
        .put("nan", counts.nanValues())
        .put("infinite", counts.infiniteValues())
        .put("samplesWithNan", counts.samplesWithNan())
        .put("samplesWithInfinity", counts.samplesWithInfinity());
    return this;
  }

  /** Share of evaluation samples whose label each model finds, from 0 to 1. */
  public RunReport accuracy(double ofFloat, double ofInt8) {
    document.putObject("accuracy").put("float", ofFloat).put("int8", ofInt8);
    return this;
  }

  /** Float against int8 in every output. */
  public RunReport compared(ValidationResult result) {
    evaluated(result.counts());
    Figures.put(document, "agreement", result.agreement());
    Figures.put(document, "sqnrDb", result.sqnrDb());
    Figures.put(document, "cosine", result.cosine());
    document.set("outputs", OutputsDocument.of(result));
    return this;
  }

  /** Float against the written model along the network. */
  public RunReport layers(LayerComparison layers) {
    document.set("layers", LayersDocument.of(layers));
    return this;
  }

  /** The table of models that were compared, and how fast they were. */
  public RunReport leaderboard(JsonNode table, JsonNode speed) {
    document.set("leaderboard", table);
    document.set("speed", speed);
    return this;
  }

  /**
   * What was found in the folder of kept totals.
   *
   * @param models with the splits that were run and found
   * @param lost totals that were made and are not there
   * @param damaged a message for each file that could not be used
   */
  public RunReport totals(String path, List<KeptSplits> models, int lost, List<String> damaged) {
    document.set("totals", KeptDocument.totals(path, models, lost, damaged));
    return this;
  }

  /** How many rows of the evaluation data were left out. */
  public RunReport evaluated(DataCounts counts) {
    data.read("evaluation", counts);
    return this;
  }

  /** Limits and what was measured; a value that is no number is null. */
  public RunReport gates(List<Gate.Limit> limits) {
    ArrayNode gates = document.putArray("gates");
    for (Gate.Limit limit : limits) {
      ObjectNode gate = gates.addObject().put("name", limit.name());
      Figures.put(gate, "value", limit.value());
      gate.put("threshold", limit.threshold()).put("passed", limit.passed());
    }
    return this;
  }

  /**
   * Nodes that were quantized, and those left float with their reasons.
   *
   * @param floatInFile quantized nodes that the written model computes in float
   */
  public RunReport nodes(
      Collection<NodeLine> quantized, Collection<NodeLine> left, List<String> floatInFile) {
    document.set("nodes", NodesDocument.of(quantized, left, floatInFile));
    return this;
  }

  /** What is likely to be a mistake, or good to know. */
  public RunReport warnings(List<String> texts) {
    ArrayNode list = document.putArray("warnings");
    texts.forEach(list::add);
    return this;
  }

  /** One more of {@link #warnings}. */
  public RunReport warning(String text) {
    JsonNode there = document.path("warnings");
    (there instanceof ArrayNode list ? list : document.putArray("warnings")).add(text);
    return this;
  }

  /** How long calibration, training, conversion or validation took. */
  public RunReport seconds(Phase phase, double value) {
    seconds.put(phase, value);
    return this;
  }

  /** How long the run took. */
  public RunReport totalSeconds(double value) {
    seconds.total(value);
    return this;
  }

  /** The rate of calibration, kept to tenths. */
  public RunReport samplesPerSecond(double value) {
    document.put("samplesPerSecond", Math.round(value * 10) / 10.0);
    return this;
  }

  /** What the float sums of the calibration state depend on. */
  public RunReport numerics(SortedSet<Numerics> of) {
    ObjectNode numerics = document.putObject("numerics").put("mixed", of.size() > 1);
    ArrayNode all = numerics.putArray("of");
    of.forEach(n -> all.add(n.toString()));
    return this;
  }

  /** What runtimes that take no care may make of the exported model. */
  public RunReport saturation(IntegerLayers layers) {
    ObjectNode saturation =
        document
            .putObject("saturation")
            .put("layers", layers.wouldSaturate())
            .put("of", layers.total());
    if (layers.wouldSaturate() > 0) {
      saturation.put("remedy", "quantization.activationBits = 7");
    } else {
      saturation.putNull("remedy");
    }
    return this;
  }

  /** Where the samples were run, and on which kernels. */
  public RunReport executors(SortedSet<ExecutorIdentity> took) {
    document.set("executors", ExecutorsDocument.of(took));
    return this;
  }

  /** The most memory that executors have held, by their id; goes behind {@link #executors}. */
  public RunReport memory(SortedMap<String, MemoryUse> byExecutor) {
    byExecutor.values().stream()
        .reduce(MemoryUse::plus)
        .ifPresent(total -> document.set("memory", ExecutorsDocument.memory(total)));
    ExecutorsDocument.addMemory(document.path("executors"), byExecutor);
    return this;
  }

  /** A copy of the document. */
  public ObjectNode document() {
    return document.deepCopy();
  }

  /** The document as UTF-8 JSON with a final newline. */
  public byte[] toBytes() {
    try {
      return (MAPPER.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Splits of the evaluation data, as one model has seen them.
   *
   * @param name of the model
   * @param computed that were run
   * @param reused whose totals were kept by earlier runs
   */
  public record KeptSplits(String name, int computed, int reused) {}

  /**
   * What became of one node of the graph, and why.
   *
   * @param operator what it applies
   * @param source the ONNX operator and node that it came from, "" if it has none
   * @param position its place among the nodes of the graph, in execution order
   */
  public record NodeLine(
      String node, String operator, String source, int position, String reason) {}
}
