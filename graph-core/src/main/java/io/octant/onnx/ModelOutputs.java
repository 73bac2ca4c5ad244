package io.octant.onnx;

import io.octant.graph.Arguments;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.onnx.ModelOutput.Samples;
import io.octant.shape.BatchAxes;
import io.octant.shape.BatchAxis;
import io.octant.shape.ShapeInterpreter;
import io.octant.shape.Zeros;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds out where the samples of a batch are in the outputs of an imported model. */
public final class ModelOutputs {
  private ModelOutputs() {}

  /**
   * The outputs of a model that runs on batches of a size, in order. In a batch of 1 every output
   * that depends on the input is the sample's.
   *
   * @param imported a graph that carries its {@link OnnxSource}
   * @throws GraphException naming the node that mixes samples whose parts an output should have,
   *     unless the batch is 1
   */
  public static List<ModelOutput> of(GraphModule imported, int batch) {
    OnnxSource source =
        imported
            .attachment(OnnxSource.class)
            .orElseThrow(
                () -> new OnnxException("Cannot find the outputs of a graph not imported"));
    List<TensorSpec> inputs = specs(source, batch);
    BatchAxes axes = BatchAxes.of(imported, inputs);
    List<Node> nodes = Arguments.all(imported.graph().outputNode().arg(0), Node.class);
    Map<Node, Shape> shapes = batch == 1 ? shapes(imported, inputs) : Map.of();
    Set<Node> computed = batch == 1 ? computed(imported) : Set.of();
    List<ModelOutput> out = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      String name = source.outputs().get(i);
      if (batch == 1) {
        Shape shape = shapes.getOrDefault(node, Shape.SCALAR);
        out.add(
            !computed.contains(node)
                ? new ModelOutput(name, Samples.CONSTANT, BatchAxis.NONE)
                : shape.rank() == 0
                    ? new ModelOutput(name, Samples.WHOLE, BatchAxis.NONE)
                    : new ModelOutput(name, Samples.SEPARATE, new BatchAxis(0, 1, shape.dim(0))));
      } else if (axes.isAmbiguous(node) && keepsItsSize(imported, source, node, batch)) {
        out.add(new ModelOutput(name, Samples.WHOLE, BatchAxis.NONE));
      } else {
        BatchAxis axis = axes.axis(node);
        out.add(new ModelOutput(name, axis.exists() ? Samples.SEPARATE : Samples.CONSTANT, axis));
      }
    }
    return List.copyOf(out);
  }

  private static List<TensorSpec> specs(OnnxSource source, int batch) {
    return source.inputs().stream()
        .map(in -> new TensorSpec(in.name(), in.dtype(), in.shape(batch), in.batchAxis()))
        .toList();
  }

  /** Whether a value is one for the whole batch, not one a sample. */
  private static boolean keepsItsSize(GraphModule model, OnnxSource source, Node node, int batch) {
    Shape shape = shapes(model, specs(source, batch)).getOrDefault(node, Shape.SCALAR);
    boolean open = source.inputs().stream().anyMatch(OnnxInput::hasBatch);
    return shape.numel() == 1
        || (open && Objects.equals(shape, shapes(model, specs(source, batch + 1)).get(node)));
  }

  private static Map<Node, Shape> shapes(GraphModule model, List<TensorSpec> inputs) {
    Map<Node, Shape> out = new HashMap<>();
    List<Object> zeros = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      zeros.add(Zeros.of(inputs.get(i).dtype(), inputs.get(i).shape()));
      out.put(model.graph().placeholders().get(i), inputs.get(i).shape());
    }
    new ShapeInterpreter(
            model.copyGraphModule(),
            (node, value) -> {
              if (value instanceof Tensor t) {
                out.put(model.graph().node(node.name()), t.shape());
              }
            })
        .run(zeros, Map.of());
    return out;
  }

  /** The nodes that the inputs' content reaches. */
  private static Set<Node> computed(GraphModule model) {
    Set<Node> out = new HashSet<>();
    for (Node n : model.graph()) {
      boolean asksForShape = n.callsMethod("size") || n.callsMethod("dim");
      if (n.isPlaceholder() || (!asksForShape && n.inputs().stream().anyMatch(out::contains))) {
        out.add(n);
      }
    }
    return out;
  }
}
