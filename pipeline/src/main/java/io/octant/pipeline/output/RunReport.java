package io.octant.pipeline.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.calibration.Numerics;
import io.octant.engine.IntegerLayers;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.DataFacts;
import io.octant.pipeline.data.SkippedFiles;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.Int8Kernels;
import io.octant.pipeline.execution.MemoryUse;
import io.octant.pipeline.validation.Gate;
import io.octant.pipeline.validation.LayerComparison;
import io.octant.pipeline.validation.OutputComparison;
import io.octant.pipeline.validation.ValidationResult;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The document {@code result.json}, filled in as a job gets on. It always has every field, in the
 * same order; what the job has not come to know is null.
 *
 * <pre>{@code
 * status            "ok" | "failed"
 * error             {class, message}, null if ok
 * step              "quantize" | "train" | "calibrate" | "convert" | "validate": what was done; quantize is all;
 *                   "evaluate" | "sweep"
 * request           SHA-256 of what the run was asked to do: model, data and settings
 * command           [text]: words of the command line, without secrets; null if there was none
 * configuration     with its includes, substitutions, --set and the day in it, without secrets; null if
 *                   there was none
 * model             {path, sha256}
 * data              {calibration, evaluation}: of each {path, files, samples, leftOut, damagedRows:
 *                   {count, named: [text]}, filesWithoutChecksums, damaged: [text], skipped: {hidden,
 *                   empty, notParquet, nested}}, null without such data; leftOut counts samples that
 *                   filter or sample leave out; damaged names files, and damagedRows the first of the
 *                   rows that data.damaged = skip leaves out
 * samples           calibration samples
 * nonFinite         {nan, infinite, samplesWithNan, samplesWithInfinity}: values of the calibration
 *                   data that are not finite, and the samples that have them
 * partitions        calibration partitions
 * states            {path, computed, reused, lost, damaged: [text]}: splits of the calibration data whose
 *                   states were made or found in the folder of kept states, and those that were made
 *                   and are not there: their executors do not share it; null without a folder
 * state             {sha256, bytes} of the calibration state
 * drift             {place, result, earlierSamples, laterSamples, same, method, tensors: [{name, psi, steps,
 *                   outside, scaleChange}]}: how far values have moved from those behind what was current at output.current when the
 *                   run ended; what is infinite is null. {place, why} if they cannot be compared; null
 *                   without such a place, and of steps that have no calibration state
 * accuracy          {float, int8}, fractions; null without labels
 * agreement         share of samples on which float and int8 name the same class in the primary output
 * sqnrDb            signal to quantization noise ratio of the primary output in decibels
 * cosine            mean cosine similarity of the primary output to float's, by sample
 * outputs           [{name, primary, samples, compared, agreement, sqnrDb, cosine, equal, maxAbsError, nan:
 *                   {float, int8, int8Only}, nonFiniteElements}]: every output; samples tells whether each sample
 *                   has its part ("separate") or the output was compared once a batch ("constant",
 *                   "whole"); a ratio without noise is null, and equal tells it from one of nothing
 * layers            {samples, values: [{node, operator, source, sqnrDb, equal, elements, nonFiniteElements,
 *                   scale, zeroPoint, quantMin, quantMax, dtype, saturated, endsIn, notCompared}]}: float against the
 *                   written model along the network, on the first samples; source is the ONNX node,
 *                   scale to saturated are null of values left in float, notCompared is the reason or
 *                   null, endsIn the node that ends the int8 layer around the value; null if nothing was measured
 * gates             [{name, value, threshold, passed}]: every limit set, by its key under validation,
 *                   and with any of them the NaN of each output; null if nothing was measured
 * leaderboard       the table of a sweep, as leaderboard.json has it; null of other steps but
 *                   evaluate, whose table has the one model or two
 * speed             {isa: [text], candidates: [{name, samplesPerSecondOfAThread}], pareto: [name]}: of these
 *                   models as measured; those not less accurate than float by more than
 *                   chance that no other beats in what the table ranks by and in speed
 * totals            {path, models: [{name, computed, reused}], lost, damaged: [text]}: by model, splits of the
 *                   evaluation data, of both parts if one is held out, that were run or whose totals
 *                   were found in the folder of kept totals; lost counts those that were made and are not
 *                   there; null without a folder
 * training          {steps, resumedFrom, epochs: [{epoch, steps, loss, learningRate, accuracy}], overhead: {steps,
 *                   computeSeconds, broadcastSeconds, reduceSeconds, optimizerSeconds, broadcastBytes,
 *                   resultBytes}}: loss is the mean over the steps, accuracy that of the samples as they were
 *                   trained on, null without labels; overhead is of the steps of this process: the longest
 *                   task of each, and what came on top; resumedFrom a checkpoint or null; null of other steps
 * nodes             {quantized: [{node, operator, source, position, reason}], float: [the same], floatInFile:
 *                   [node]}: source is the ONNX node, position the place in the int8 graph; the last are quantized in the int8 graph and float in the written model, because one
 *                   ONNX operator computes them within itself or holds a recurrent layer's weights
 * warnings          [text]: entries of the configuration that fit nothing in the model, with the
 *                   nearest name that does; a model that comes quantized; ranges of no use
 * seconds           {calibrate, train, convert, validate, total}
 * samplesPerSecond  of calibration
 * numerics          {mixed, of}: what the float sums of the calibration state depend on; several if
 *                   executors that differ were accepted
 * saturation        {layers, of, remedy}: 8-bit layers whose weights a runtime that adds pairs of
 *                   u8×s8 products in 16 bits computes wrongly, of how many; remedy null if none
 * executors         [{id, host, engine, isa, numerics, int8: {fast, exact, reference}, memory: {native,
 *                   resident}}]; int8 null on those that did not run the int8 graph; memory in bytes, the
 *                   most that the process has held until its last task ended: weights and activations
 *                   outside of the heap, and all of it as the system counts, null where it does not
 * memory            {native, resident}: the same of all executors together; null if nothing was run
 * versions          {octant, spark, java, dnnl}
 * }</pre>
 *
 * <p>One object a run; not thread-safe.
 */
public final class RunReport {
  /** The phases that {@code seconds} tells apart. */
  private static final List<Phase> TIMED =
      List.of(Phase.CALIBRATE, Phase.TRAIN, Phase.CONVERT, Phase.VALIDATE);

  private static final String TOTAL = "total";

  /** Its name in the output. */
  public static final String FILE_NAME = "result.json";

  /** Name of the page that shows it, in the output. */
  public static final String PAGE_NAME = "report.html";

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ObjectNode document = JSON.objectNode();
  private final ObjectNode seconds = JSON.objectNode();

  /** A report in which nothing but the versions is known. */
  public RunReport(Map<String, String> versions) {
    for (String field :
        new String[] {
          "status",
          "error",
          "step",
          "request",
          "command",
          "configuration",
          "model",
          "data",
          "samples",
          "nonFinite",
          "partitions",
          "states",
          "state",
          "drift",
          "accuracy",
          "agreement",
          "sqnrDb",
          "cosine",
          "outputs",
          "layers",
          "gates",
          "leaderboard",
          "speed",
          "totals",
          "training",
          "nodes",
          "warnings",
          "seconds",
          "samplesPerSecond",
          "numerics",
          "saturation",
          "executors",
          "memory",
          "versions"
        }) {
      document.putNull(field);
    }
    TIMED.forEach(phase -> seconds.putNull(phase.title()));
    seconds.putNull(TOTAL);
    document.set("seconds", seconds);
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
   */
  public RunReport origin(List<String> command, ObjectNode configuration) {
    if (!command.isEmpty()) {
      ArrayNode words = document.putArray("command");
      command.forEach(words::add);
    }
    if (!configuration.isEmpty()) {
      document.set("configuration", configuration);
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
    ObjectNode data =
        document.get("data") instanceof ObjectNode known ? known : document.putObject("data");
    if (data.isEmpty()) {
      data.putNull("calibration").putNull("evaluation");
    }
    SkippedFiles skipped = facts.skipped();
    ObjectNode source = data.putObject(use);
    source
        .put("path", path)
        .put("files", facts.files())
        .put("samples", facts.samples())
        .putNull("leftOut")
        .putNull("damagedRows")
        .put("filesWithoutChecksums", facts.filesWithoutChecksums());
    ArrayNode damaged = source.putArray("damaged");
    facts.damaged().forEach(damaged::add);
    source
        .putObject("skipped")
        .put("hidden", skipped.hidden())
        .put("empty", skipped.empty())
        .put("notParquet", skipped.otherFormat())
        .put("nested", skipped.nested());
    return this;
  }

  /** What the rows of the training data were, as they were read. */
  public RunReport trainingData(DataCounts counts) {
    leftOut("training", counts);
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
    ArrayNode messages =
        document
            .putObject("states")
            .put("path", path)
            .put("computed", computed)
            .put("reused", reused)
            .put("lost", lost)
            .putArray("damaged");
    damaged.forEach(messages::add);
    return this;
  }

  /**
   * Values of the calibration data that are not finite, and the samples that have them; how many
   * rows were left out.
   */
  public RunReport nonFinite(DataCounts counts) {
    leftOut("calibration", counts);
    document
        .putObject("nonFinite")
        .put("nan", counts.nanValues())
        .put("infinite", counts.infiniteValues())
        .put("samplesWithNan", counts.samplesWithNan())
        .put("samplesWithInfinity", counts.samplesWithInfinity());
    return this;
  }

  private void leftOut(String use, DataCounts counts) {
    if (document.path("data").path(use) instanceof ObjectNode data) {
      data.put("leftOut", counts.leftOut());
      ObjectNode rows = data.putObject("damagedRows").put("count", counts.damaged().count());
      counts.damaged().named().forEach(rows.putArray("named")::add);
    }
  }

  /** Share of evaluation samples whose label each model finds, from 0 to 1. */
  public RunReport accuracy(double ofFloat, double ofInt8) {
    document.putObject("accuracy").put("float", ofFloat).put("int8", ofInt8);
    return this;
  }

  /** Float against int8 in every output. */
  public RunReport compared(ValidationResult result) {
    evaluated(result.counts());
    put(document, "agreement", result.agreement());
    put(document, "sqnrDb", result.sqnrDb());
    put(document, "cosine", result.cosine());
    ArrayNode outputs = document.putArray("outputs");
    for (int i = 0; i < result.outputs().size(); i++) {
      OutputComparison output = result.outputs().get(i);
      ObjectNode line = outputs.addObject();
      line.put("name", output.name())
          .put("primary", i == result.primary())
          .put("samples", output.samples().name().toLowerCase(Locale.ROOT))
          .put("compared", output.compared());
      put(line, "agreement", output.agreement());
      put(line, "sqnrDb", output.sqnrDb());
      put(line, "cosine", output.cosine());
      line.put("equal", output.isEqual());
      put(line, "maxAbsError", output.maxAbsError());
      line.putObject("nan")
          .put("float", output.floatNan())
          .put("int8", output.int8Nan())
          .put("int8Only", output.int8NanOnly());
      line.put("nonFiniteElements", output.nonFiniteElements());
    }
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
    ObjectNode totals = document.putObject("totals").put("path", path);
    ArrayNode lines = totals.putArray("models");
    for (KeptSplits of : models) {
      lines
          .addObject()
          .put("name", of.name())
          .put("computed", of.computed())
          .put("reused", of.reused());
    }
    ArrayNode messages = totals.put("lost", lost).putArray("damaged");
    damaged.forEach(messages::add);
    return this;
  }

  /** How many rows of the evaluation data were left out. */
  public RunReport evaluated(DataCounts counts) {
    leftOut("evaluation", counts);
    return this;
  }

  /** Limits and what was measured; a value that is no number is null. */
  public RunReport gates(List<Gate.Limit> limits) {
    ArrayNode gates = document.putArray("gates");
    for (Gate.Limit limit : limits) {
      ObjectNode gate = gates.addObject().put("name", limit.name());
      if (Double.isFinite(limit.value())) {
        gate.put("value", limit.value());
      } else {
        gate.putNull("value");
      }
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
    ObjectNode nodes = document.putObject("nodes");
    put(nodes.putArray("quantized"), quantized);
    put(nodes.putArray("float"), left);
    ArrayNode inFile = nodes.putArray("floatInFile");
    floatInFile.forEach(inFile::add);
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

  /** How long calibration, conversion or validation took. */
  public RunReport seconds(Phase phase, double value) {
    if (!TIMED.contains(phase)) {
      throw new IllegalArgumentException(
          "Cannot report seconds of phase " + phase + ", expected one of " + TIMED);
    }
    return seconds(phase.title(), value);
  }

  /** How long the run took. */
  public RunReport totalSeconds(double value) {
    return seconds(TOTAL, value);
  }

  private RunReport seconds(String field, double value) {
    seconds.put(field, Math.round(value * 1000) / 1000.0);
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
    ArrayNode executors = document.putArray("executors");
    for (ExecutorIdentity e : took) {
      ObjectNode line =
          executors
              .addObject()
              .put("id", e.id())
              .put("host", e.host())
              .put("engine", e.numerics().engine())
              .put("isa", e.isa())
              .put("numerics", e.numerics().toString());
      if (e.int8().equals(Int8Kernels.NONE)) {
        line.putNull("int8");
      } else {
        line.putObject("int8")
            .put("fast", e.int8().fast())
            .put("exact", e.int8().exact())
            .put("reference", e.int8().reference());
      }
      line.putNull("memory");
    }
    return this;
  }

  /** The most memory that executors have held, by their id; goes behind {@link #executors}. */
  public RunReport memory(SortedMap<String, MemoryUse> byExecutor) {
    byExecutor.values().stream()
        .reduce(MemoryUse::plus)
        .ifPresent(total -> put(document, "memory", total));
    for (JsonNode line : document.path("executors")) {
      MemoryUse use = byExecutor.get(line.path("id").asText());
      if (use != null) {
        put((ObjectNode) line, "memory", use);
      }
    }
    return this;
  }

  private static void put(ObjectNode node, String field, MemoryUse use) {
    ObjectNode memory = node.putObject(field).put("native", use.nativeBytes());
    if (use.residentBytes() > 0) {
      memory.put("resident", use.residentBytes());
    } else {
      memory.putNull("resident");
    }
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

  /** JSON has no infinity: an output without any quantization error has no ratio to report. */
  static void put(ObjectNode node, String field, double value) {
    if (Double.isFinite(value)) {
      node.put(field, value);
    } else {
      node.putNull(field);
    }
  }

  private static void put(ArrayNode array, Collection<NodeLine> lines) {
    lines.forEach(
        line ->
            array
                .addObject()
                .put("node", line.node())
                .put("operator", line.operator())
                .put("source", line.source())
                .put("position", line.position())
                .put("reason", line.reason()));
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
