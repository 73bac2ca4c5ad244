package io.octant.jobs.inspect;

import io.octant.graph.GraphModule;
import io.octant.graph.GraphPrinter;
import io.octant.graph.Node;
import io.octant.onnx.OnnxInput;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxOrigin;
import io.octant.onnx.OnnxSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An imported model: what the file says of itself, its operators, and the graph line by line. */
public final class ModelText {

  private ModelText() {}

  /**
   * Describes a model.
   *
   * @param graph what {@link io.octant.onnx.importer.OnnxImporter} has made of {@code model}
   */
  public static String of(OnnxModel model, GraphModule graph) {
    OnnxSource source =
        graph
            .attachment(OnnxSource.class)
            .orElseThrow(() -> new IllegalArgumentException("The graph comes from no ONNX model"));
    StringBuilder text = new StringBuilder();
    line(text, "model", model.source());
    line(text, "sha256", model.sha256());
    line(text, "opset", String.valueOf(model.opset()));
    line(text, "producer", producer(model));
    for (OnnxInput input : source.inputs()) {
      line(text, "input", input.name() + " " + input.dtype() + " " + shape(input));
    }
    line(text, "output", String.join(", ", source.outputs()));
    line(text, "operators", operators(model));
    line(text, "parameters", String.format(Locale.ROOT, "%,d", parameters(graph)));
    text.append('\n');
    for (Node node : graph.graph().nodes()) {
      text.append(GraphPrinter.print(node));
      Optional.ofNullable(source.findOrigin(node.name()))
          .map(OnnxOrigin::opType)
          .ifPresent(operator -> text.append("  # ").append(operator));
      text.append('\n');
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-11s %s%n", name, value));
  }

  private static String producer(OnnxModel model) {
    String producer = model.proto().getProducerName() + " " + model.proto().getProducerVersion();
    return producer.isBlank() ? "unknown" : producer.strip();
  }

  private static String shape(OnnxInput input) {
    List<String> sizes =
        new ArrayList<>(Arrays.stream(input.sample().toArray()).mapToObj(String::valueOf).toList());
    if (input.batchAxis() >= 0) {
      sizes.add(input.batchAxis(), input.hasBatch() ? "batch" : String.valueOf(input.fixedBatch()));
    }
    return sizes.toString();
  }

  private static String operators(OnnxModel model) {
    Map<String, Integer> counts = new TreeMap<>();
    model.graph().getNodeList().forEach(node -> counts.merge(node.getOpType(), 1, Integer::sum));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static long parameters(GraphModule graph) {
    long[] count = new long[1];
    graph.forEachModule(
        (path, module) ->
            module.parameters().values().forEach(tensor -> count[0] += tensor.numel()));
    return count[0];
  }
}
