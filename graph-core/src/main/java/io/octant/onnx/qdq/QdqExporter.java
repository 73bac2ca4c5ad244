package io.octant.onnx.qdq;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxOrigin;
import io.octant.onnx.OnnxSource;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One export: the original model takes on what the quantized graph says. */
public final class QdqExporter {
  private static final FunctionType QUANTIZE = FunctionType.of("torch.quantize_per_tensor");

  private static final FunctionType QUANTIZE_DYNAMIC =
      FunctionType.of("torch.quantize_per_tensor_dynamic");
  private static final FunctionType PAD = FunctionType.of("torch.nn.functional.pad");

  /**
   * A quantized value.
   *
   * @param tensors what the operators that are to read it read so far
   * @param output what its DequantizeLinear makes
   */
  private record Quantized(Set<String> tensors, String output, double scale) {}

  private final OnnxSource source;
  private final GraphModule reference;
  private final Redundancy redundancy;
  private final FusedChains chains;
  private final ModelEditor editor;
  private final WeightExport weights;
  private final Map<Node, Quantized> quantized = new HashMap<>();

  /** Quantize and dequantize nodes that the model does without. */
  private final Set<Node> passedThrough = new HashSet<>();

  private final List<String> leftFloat = new ArrayList<>();

  private QdqExporter(OnnxModel original, GraphModule imported, GraphModule reference) {
    this.source =
        imported
            .attachment(OnnxSource.class)
            .orElseThrow(
                () ->
                    new OnnxException(
                        "Cannot export to "
                            + original.source()
                            + ": the graph was not imported from ONNX"));
    if (!source.sha256().equals(original.sha256())) {
      throw new OnnxException(
          "Cannot export to "
              + original.source()
              + ": the graph was imported from "
              + source.file()
              + " with other content, expected the same model");
    }
    this.reference = reference;
    this.redundancy = new Redundancy(reference);
    this.chains = new FusedChains(imported, reference, source);
    this.editor = new ModelEditor(upgraded(source.model(), imported));
    this.weights = new WeightExport(editor, source);
  }

  /**
   * The model in a version that can say what the graph says, the original if it can: quantization
   * came with 10, dynamic with 11, per channel with 13.
   */
  private OnnxModel upgraded(OnnxModel original, GraphModule imported) {
    boolean[] perChannel = new boolean[1];
    reference.forEachModule(
        (path, m) -> perChannel[0] |= m instanceof ReferenceModule r && isPerChannel(r));
    boolean dynamic = !reference.graph().nodes(n -> n.calls(QUANTIZE_DYNAMIC)).isEmpty();
    int needed = perChannel[0] ? OpsetUpgrade.TARGET : dynamic ? 11 : 10;
    boolean suffices = original.opset() >= needed;
    return suffices
        ? original
        : OpsetUpgrade.run(original, softmaxAxes(imported), shrinking(imported));
  }

  private static boolean isPerChannel(ReferenceModule layer) {
    WeightQParams q = layer.weights().get("weight");
    return q != null && q.isQuantized() && q.qparams().isPerChannel();
  }

  /** The axis of each softmax node; one over several axes is several steps here, and has none. */
  private Map<Integer, Long> softmaxAxes(GraphModule imported) {
    Map<Integer, Long> out = new HashMap<>();
    for (Node n : imported.graph()) {
      OnnxOrigin origin = source.findOrigin(n.name());
      if (origin != null && origin.opType().endsWith("Softmax")) {
        Object dim =
            n.operation() instanceof Operation.CallModule
                ? imported.moduleOf(n).hyperparameters().get("dim")
                : n.kwargs().get("dim");
        boolean flattens =
            n.arg(0) instanceof Node in && origin.equals(source.findOrigin(in.name()));
        if (dim instanceof Long axis && !flattens) {
          origin.nodes().forEach(position -> out.put(position, axis));
        }
      }
    }
    return out;
  }

  /** Nodes that shrink to the nearest element, where old operator sets round up. */
  private Set<Integer> shrinking(GraphModule imported) {
    Set<Integer> out = new HashSet<>();
    for (Node n : imported.graph()) {
      OnnxOrigin origin = source.findOrigin(n.name());
      if (origin != null
          && "simple".equals(n.kwargs().get("nearest"))
          && n.kwargs().get("scales") instanceof Tuple scales
          && scales.items().stream().anyMatch(s -> ((Number) s).doubleValue() < 1)) {
        out.addAll(origin.nodes());
      }
    }
    return out;
  }

  /**
   * Writes a quantized graph into the model that it comes from.
   *
   * @param original the model
   * @param imported the float graph that the importer made of it, before any pass
   * @param reference the quantized graph in reference form: {@code quantize_per_tensor} and {@code
   *     dequantize} around float operators, reference modules for weights
   * @param provenance facts to store; the digest of the original is added
   * @throws OnnxException if the graph holds what ONNX cannot say, naming the node
   */
  public static QdqExport export(
      OnnxModel original, GraphModule imported, GraphModule reference, Provenance provenance) {
    QdqExporter exporter = new QdqExporter(original, imported, reference);
    exporter.walk();
    OnnxModel model =
        OnnxModel.of(
            exporter.editor.build(provenance.with(Provenance.MODEL_SHA256, original.sha256())),
            original.source());
    ModelCheck.require(model);
    return new QdqExport(model, exporter.leftFloat);
  }

  private void walk() {
    for (Node n : reference.graph()) {
      if (n.isOutput()) {
        outputs(n);
      } else if (chains.isImported(n.name())) {
        original(n);
      } else if (n.calls(QUANTIZE)) {
        quantize(n);
      } else if (n.calls(QUANTIZE_DYNAMIC)) {
        quantizeDynamically(n);
      } else if (n.callsMethod("dequantize")) {
        dequantize(n);
      } else if (!(n.operation() instanceof Operation.GetAttr)) {
        throw new OnnxException(
            "Cannot export node "
                + n.described()
                + ": quantization made it, and ONNX has no counterpart");
      }
    }
  }

  private void dequantize(Node dequantize) {
    Node in = (Node) dequantize.arg(0);
    if (passedThrough.contains(in)) {
      passedThrough.add(dequantize);
      return;
    }
    Quantized found = quantized.get(in);
    if (found == null) {
      throw new OnnxException(
          "Cannot export node "
              + dequantize.described()
              + ": "
              + in.name()
              + " is not quantized in the graph, expected a quantize before it");
    }
    quantized.put(dequantize, found);
  }

  private void quantize(Node n) {
    Node in = beforePadding((Node) n.arg(0));
    if (redundancy.isRedundant(n)) {
      passedThrough.add(n);
      return;
    }
    if (!quantized.containsKey(in) && chains.isInsideOperator(in.name())) {
      passedThrough.add(n);
      leftFloat.add(in.name());
      return;
    }
    Quantized before = quantized.get(in);
    Set<String> tensors = new LinkedHashSet<>();
    if (before != null) {
      tensors.add(before.output());
      tensors.addAll(before.tensors());
    } else {
      tensors.addAll(chains.tensors(in));
    }
    String tensor = tensors.iterator().next();
    DType dtype = (DType) n.arg(3);
    QParams q = Redundancy.qparams(n, reference);
    QdqPair.Parameters p = QdqPair.parameters(editor, tensor, q, QdqPair.integers(dtype));
    String integers = editor.unique(tensor + "_quantized");
    String real = editor.unique(tensor + "_dequantized");
    editor.insertAfterProducer(tensor, QdqPair.quantize(editor, tensor, p, integers));
    editor.insertAfterProducer(tensor, QdqPair.dequantize(editor, tensor, integers, p, real));
    quantized.put(n, new Quantized(tensors, real, q.scale()));
  }

  /** Parameters from the values at run time; always over the whole range of uint8. */
  private void quantizeDynamically(Node n) {
    if (n.arg(1) != DType.QUINT8) {
      throw new OnnxException(
          "Cannot export node "
              + n.described()
              + ": dynamic "
              + n.arg(1)
              + ", expected torch.quint8");
    }
    Set<String> tensors = chains.tensors((Node) n.arg(0));
    String tensor = tensors.iterator().next();
    String integers = editor.unique(tensor + "_quantized");
    QdqPair.Parameters p =
        new QdqPair.Parameters(
            editor.unique(tensor + "_scale"), editor.unique(tensor + "_zero_point"));
    String real = editor.unique(tensor + "_dequantized");
    editor.insertAfterProducer(
        tensor,
        NodeProto.newBuilder()
            .setOpType("DynamicQuantizeLinear")
            .setName(editor.unique(tensor + "_DynamicQuantizeLinear"))
            .addInput(tensor)
            .addAllOutput(List.of(integers, p.scale(), p.zeroPoint())));
    editor.insertAfterProducer(tensor, QdqPair.dequantize(editor, tensor, integers, p, real));
    quantized.put(n, new Quantized(tensors, real, 0));
  }

  /**
   * Padding that is a node here and an attribute of the ONNX operator: zeros are zero points
   * whether they are put before or after quantizing.
   */
  private Node beforePadding(Node value) {
    return value.calls(PAD) && chains.isInsideOperator(value.name()) ? (Node) value.arg(0) : value;
  }

  /** A node of the file: its weights, and the inputs that are quantized. */
  private void original(Node n) {
    List<Node> chain = chains.chain(n.name());
    if (n.operation() instanceof Operation.CallModule) {
      ReferenceModule layer = WeightExport.find(reference.moduleOf(n));
      if (layer != null && !(chains.module(n.name()) instanceof ReferenceModule)) {
        if (layer.weights().containsKey("weight")) {
          double input = n.arg(0) instanceof Node in ? scale(in) : 0;
          weights.export(layer, chain, chains.module(n.name()), input);
        } else {
          leftFloat.add(n.name()); // a recurrent layer: its weights stay as the file has them
        }
      }
    }
    for (Node in : n.inputs()) {
      Quantized q = quantized.get(in);
      if (q != null && !n.callsMethod("size")) { // sizes were folded: nothing reads the tensor
        boolean reads = false;
        for (int index : chains.onnxNodes(chain)) {
          editor.redirect(index, q.tensors(), q.output());
          reads |= editor.reads(index, q.output()); // since another part of a Split, say
        }
        if (!reads) {
          throw new OnnxException(
              "Cannot export node "
                  + n.described()
                  + ": none of its ONNX nodes reads "
                  + q.tensors()
                  + ", expected one that does");
        }
      }
    }
  }

  /** Scale of a value that is quantized here, or was in the file; 0 if it is not. */
  private double scale(Node value) {
    Quantized known = quantized.get(value);
    if (known != null) {
      return known.scale();
    }
    return value.callsMethod("dequantize")
            && value.arg(0) instanceof Node quantize
            && quantize.calls(QUANTIZE)
        ? Redundancy.qparams(quantize, reference).scale()
        : 0;
  }

  /**
   * Quantized results under the names of the graph's outputs. The tensor that an operator makes
   * gives its name away; one that is the same value under another name (an Identity's output) reads
   * what was dequantized; one that is an input of the graph stays as it comes in.
   */
  private void outputs(Node output) {
    List<Node> results = Arguments.all(output.arg(0), Node.class);
    Map<Quantized, String> given = new HashMap<>();
    for (int i = 0; i < results.size(); i++) {
      Quantized q = quantized.get(results.get(i));
      if (q == null) {
        continue;
      }
      String name = source.outputs().get(i);
      int producer = editor.producer(name);
      if (producer < 0) {
        leftFloat.add(results.get(i).name());
      } else if (editor.redirect(producer, q.tensors(), q.output()) == 0) {
        String other = given.putIfAbsent(q, name);
        if (other != null) {
          throw new OnnxException(
              "Cannot export output "
                  + name
                  + ": it is the same quantized tensor as output "
                  + other
                  + ", expected an operator of its own that makes it");
        }
        // What made the output so far gets another name.
        editor.rename(name, editor.unique(name + "_float"));
        editor.rename(q.output(), name);
      }
    }
  }
}
