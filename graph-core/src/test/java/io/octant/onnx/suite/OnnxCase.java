package io.octant.onnx.suite;

import ai.onnx.proto.OnnxMl;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.OctantException;
import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxTensors;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder with {@code model.onnx} and, in the order of the model's inputs and outputs, {@code
 * in.K.npy} and {@code out.K.npy} or, as ONNX writes its own cases, {@code
 * test_data_set_N/input_K.pb} and {@code output_K.pb}.
 *
 * <p>ONNX's own cases, those with {@code meta.json} included, are held to ONNX's rule: each element
 * to {@code atol + rtol * |expected|}. In others the tolerance is relative to the largest value.
 */
record OnnxCase(
    Path folder, double relative, double absolute, Rule rule, boolean isPlainInference) {
  private static final double ONNX_RTOL = 1e-3;
  private static final double ONNX_ATOL = 1e-7;

  /** What a relative tolerance is relative to. */
  enum Rule {
    ELEMENT,
    LARGEST
  }

  /** How a case ended on an engine. */
  record Outcome(Kind kind, String message) {
    static final Outcome RIGHT = new Outcome(Kind.RIGHT, "");
  }

  /** Right values, a refusal by name, or anything else. */
  enum Kind {
    RIGHT,
    REFUSED,
    WRONG
  }

  static OnnxCase of(Path folder, double relative) {
    Path meta = folder.resolve("meta.json");
    if (!Files.exists(meta)) {
      return Files.exists(folder.resolve("test_data_set_0"))
          ? new OnnxCase(folder, ONNX_RTOL, ONNX_ATOL, Rule.ELEMENT, true)
          : new OnnxCase(folder, relative, 0, Rule.LARGEST, true);
    }
    try {
      JsonNode json = new ObjectMapper().readTree(meta.toFile());
      return new OnnxCase(
          folder,
          json.path("rtol").asDouble(ONNX_RTOL),
          json.path("atol").asDouble(ONNX_ATOL),
          Rule.ELEMENT,
          json.path("plain").asBoolean(true) && json.path("inference").asBoolean(true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The folders of the cases that are copied here. */
  static List<Path> recorded(Path resources) throws IOException {
    List<Path> out = new ArrayList<>();
    for (String kind : List.of("onnx-cases", "onnx-suite")) {
      try (Stream<Path> folders = Files.list(resources.resolve(kind))) {
        folders.filter(Files::isDirectory).sorted().forEach(out::add);
      }
    }
    return out;
  }

  String name() {
    return folder.getFileName().toString();
  }

  /** The operators of the file, in alphabetical order, whether or not it can be imported. */
  List<String> operators() {
    TreeSet<String> types = new TreeSet<>();
    try (InputStream in = Files.newInputStream(folder.resolve("model.onnx"))) {
      OnnxMl.ModelProto.parseFrom(in)
          .getGraph()
          .getNodeList()
          .forEach(n -> types.add(n.getOpType()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(types);
  }

  Outcome run(Engine engine) {
    try {
      OnnxModel model = OnnxModel.load(folder.resolve("model.onnx"));
      GraphModule graph = OnnxImporter.run(model, ImportOptions.none());
      for (Path data : dataSets()) {
        Outcome outcome =
            compare(outputs(engine, graph, narrowed(tensors(data, "in"))), tensors(data, "out"));
        if (outcome.kind() != Kind.RIGHT) {
          return outcome;
        }
      }
      return Outcome.RIGHT;
    } catch (OctantException e) {
      return new Outcome(Kind.REFUSED, String.valueOf(e.getMessage()));
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return new Outcome(Kind.WRONG, e.toString());
    }
  }

  private static List<Tensor> outputs(Engine engine, GraphModule graph, List<Tensor> inputs) {
    List<TensorSpec> specs = new ArrayList<>();
    List<Node> placeholders = graph.graph().placeholders();
    for (int i = 0; i < placeholders.size() && i < inputs.size(); i++) {
      Tensor t = inputs.get(i);
      specs.add(new TensorSpec(placeholders.get(i).name(), t.dtype(), t.shape()));
    }
    try (Session session = engine.compile(graph, specs);
        ExecutionContext context = session.newContext()) {
      boolean batched = !inputs.isEmpty() && inputs.get(0).shape().rank() > 0;
      return context.run(inputs, batched ? inputs.get(0).shape().dim(0) : 0);
    }
  }

  /** Engines compute other floating point types in float32. */
  private static List<Tensor> narrowed(List<Tensor> inputs) {
    List<Tensor> out = new ArrayList<>();
    for (Tensor t : inputs) {
      boolean other = t.dtype().isFloatingPoint() && t.dtype() != DType.FLOAT32;
      out.add(other ? Values.cast(t, DType.FLOAT32) : t);
    }
    return out;
  }

  private List<Path> dataSets() {
    List<Path> out = new ArrayList<>();
    while (Files.exists(folder.resolve("test_data_set_" + out.size()))) {
      out.add(folder.resolve("test_data_set_" + out.size()));
    }
    return out.isEmpty() ? List.of(folder) : out;
  }

  private static List<Tensor> tensors(Path data, String kind) {
    List<Tensor> out = new ArrayList<>();
    while (true) {
      Path npy = data.resolve(kind + "." + out.size() + ".npy");
      Path proto = data.resolve(kind + "put_" + out.size() + ".pb");
      if (Files.exists(npy)) {
        out.add(NpyFile.read(npy));
      } else if (Files.exists(proto)) {
        out.add(read(proto));
      } else {
        return out;
      }
    }
  }

  private static Tensor read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return OnnxTensors.decode(OnnxMl.TensorProto.parseFrom(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Outcome compare(List<Tensor> actual, List<Tensor> expected) {
    if (actual.size() != expected.size()) {
      return new Outcome(Kind.WRONG, actual.size() + " outputs, expected " + expected.size());
    }
    for (int i = 0; i < actual.size(); i++) {
      String wrong = difference(actual.get(i), expected.get(i));
      if (!wrong.isEmpty()) {
        return new Outcome(Kind.WRONG, "output " + i + ": " + wrong);
      }
    }
    return Outcome.RIGHT;
  }

  /** Empty if of the same shape and, floats aside, type, and equal within the tolerance. */
  private String difference(Tensor actual, Tensor expected) {
    if (!actual.shape().equals(expected.shape())) {
      return "shape " + actual.shape() + ", expected " + expected.shape();
    }
    boolean floats = expected.dtype().isFloatingPoint();
    if (floats != actual.dtype().isFloatingPoint()
        || (!floats && actual.dtype() != expected.dtype())) {
      return "elements of " + actual.dtype() + ", expected " + expected.dtype();
    }
    double largest = 0;
    for (int i = 0; i < expected.numel(); i++) {
      double e = Math.abs(expected.doubleAt(i));
      largest = Double.isFinite(e) ? Math.max(largest, e) : largest;
    }
    for (int i = 0; i < expected.numel(); i++) {
      double e = expected.doubleAt(i);
      double a = actual.doubleAt(i);
      double of = rule == Rule.ELEMENT ? Math.abs(e) : largest;
      double allowed = floats ? absolute + relative * of : 0;
      boolean equal = a == e || (Double.isNaN(a) && Double.isNaN(e));
      if (!equal && !(Math.abs(a - e) <= allowed)) {
        return String.format(
            Locale.ROOT, "element %d is %s, expected %s to %.1e", i, a, e, allowed);
      }
    }
    return "";
  }
}
