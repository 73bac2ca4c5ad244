package io.octant.pipeline.validation;

import io.octant.NearestNames;
import io.octant.OctantException;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.onnx.ModelOutput;
import io.octant.onnx.ModelOutputs;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.SampleField;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.shape.ShapeInterpreter;
import io.octant.shape.Zeros;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How the outputs of a model are compared.
 *
 * @param outputs all of them, in order
 * @param primary index of the one that labels and gates are about
 */
public record ValidationPlan(List<ComparedOutput> outputs, int primary) implements Serializable {

  public ValidationPlan {
    outputs = List.copyOf(outputs);
  }

  /**
   * Plans.
   *
   * @param outputs the model's, in order
   * @param specs their types and shapes, in the same order
   * @param named the primary one; without a name, the first that has a score for each class, else
   *     the first that says a class, else the first
   * @throws ConfigurationException if no output has that name
   */
  public static ValidationPlan of(
      List<ModelOutput> outputs, List<TensorSpec> specs, Optional<String> named) {
    List<ComparedOutput> compared = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      compared.add(ComparedOutput.of(outputs.get(i), specs.get(i)));
    }
    return new ValidationPlan(
        compared, named.map(name -> index(compared, name)).orElseGet(() -> first(compared)));
  }

  /**
   * Plans for an imported model.
   *
   * @param fields the model's inputs
   * @param batch samples of a batch
   * @param named as above
   * @throws io.octant.graph.GraphException naming a node that mixes samples
   * @throws ConfigurationException if no output has that name
   */
  public static ValidationPlan of(
      GraphModule imported, List<SampleField> fields, int batch, Optional<String> named) {
    Map<Node, Tensor> values = new HashMap<>();
    List<Object> inputs = new ArrayList<>();
    List<Node> placeholders = imported.graph().placeholders();
    for (int i = 0; i < placeholders.size(); i++) {
      SampleField field = fields.get(i);
      Tensor zeros = Zeros.of(field.dtype(), field.batched(batch).shape());
      inputs.add(zeros);
      values.put(placeholders.get(i), zeros);
    }
    new ShapeInterpreter(
            imported.copyGraphModule(),
            (node, value) -> {
              if (value instanceof Tensor t) {
                values.put(imported.graph().node(node.name()), t);
              }
            })
        .run(inputs, Map.of());
    List<TensorSpec> specs = new ArrayList<>();
    for (Node node : Arguments.all(imported.graph().outputNode().arg(0), Node.class)) {
      Tensor value =
          Optional.ofNullable(values.get(node))
              .orElseThrow(
                  () -> new OctantException("Cannot find the shape of output " + node.name()));
      specs.add(new TensorSpec(node.name(), value.dtype(), value.shape()));
    }
    return of(ModelOutputs.of(imported, batch), specs, named);
  }

  private static int index(List<ComparedOutput> outputs, String name) {
    List<String> names = outputs.stream().map(ComparedOutput::name).toList();
    if (!names.contains(name)) {
      throw new ConfigurationException(
          "Cannot validate output: "
              + name
              + ", expected "
              + NearestNames.one(name, names)
              + (names.size() > 1 ? " or another of " + names : ""));
    }
    return names.indexOf(name);
  }

  private static int first(List<ComparedOutput> outputs) {
    for (ComparedOutput.Meaning meaning : ComparedOutput.Meaning.values()) {
      OptionalInt found =
          IntStream.range(0, outputs.size())
              .filter(i -> outputs.get(i).meaning() == meaning)
              .filter(i -> outputs.get(i).samples() == ModelOutput.Samples.SEPARATE)
              .findFirst();
      if (found.isPresent()) {
        return found.getAsInt();
      }
    }
    return 0;
  }

  /** The output that labels and gates are about. */
  public ComparedOutput primaryOutput() {
    return outputs.get(primary);
  }

  /** Number of classes that labels may name; empty if it is not known. */
  public OptionalInt classes() {
    int classes = primaryOutput().classes();
    return classes > 0 ? OptionalInt.of(classes) : OptionalInt.empty();
  }

  /**
   * Checks that the primary output says a class.
   *
   * @param purpose verb and object of the message, such as {@code compare labels}
   * @throws DataException if it does not
   */
  public void requireClasses(String purpose) {
    if (!primaryOutput().namesClasses()) {
      throw new DataException(
          "Cannot "
              + purpose
              + ": output '"
              + primaryOutput().name()
              + "' gives "
              + primaryOutput().part()
              + " for a sample, expected a score for each class or an integer (key validation.output"
              + " names the output, one of "
              + outputs.stream().map(ComparedOutput::name).toList()
              + ")");
    }
  }
}
