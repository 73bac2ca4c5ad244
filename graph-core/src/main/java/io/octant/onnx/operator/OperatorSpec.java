package io.octant.onnx.operator;

import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxNode;
import java.util.Set;

/**
 * A row of the operator table.
 *
 * @param domain operator set, "" for the default one
 * @param type operator type
 * @param firstOpset oldest version of the operator set whose semantics are implemented
 * @param minInputs fewest inputs
 * @param maxInputs most inputs
 * @param attributes attributes that are understood, those of older versions included
 * @param translation what emits it
 */
record OperatorSpec(
    String domain,
    String type,
    int firstOpset,
    int minInputs,
    int maxInputs,
    Set<String> attributes,
    NodeImport translation) {
  /** Which inputs may be overwritten, before operator set 6. */
  private static final String CONSUMED = "consumed_inputs";

  /** Any number of inputs. */
  static final int VARIADIC = Integer.MAX_VALUE;

  /** Checks a node against this row and, if it stands in the file, against ONNX' schema. */
  void check(OnnxNode node) {
    if (node.opset() < firstOpset) {
      throw node.error(
          "operator set "
              + node.opset()
              + ", expected "
              + firstOpset
              + " to "
              + OnnxModel.NEWEST_OPSET);
    }
    int inputs = node.inputs().size();
    if (inputs < minInputs || inputs > maxInputs) {
      throw arity(node, inputs, minInputs, maxInputs);
    }
    node.ignore(CONSUMED);
    for (String attribute : node.attributeNames()) {
      if (!attributes.contains(attribute) && !attribute.equals(CONSUMED)) {
        throw unknown(node, attribute, attributes);
      }
    }
    if (domain.isEmpty() && node.members().size() == 1) { // a recognized group follows no schema
      checkVersion(node);
    }
  }

  /** Checks a node of the file against the version of its operator that is in force. */
  static void checkVersion(OnnxNode node) {
    OnnxSchema schema = OnnxSchema.find(node.opType(), node.opset());
    if (schema == null) {
      throw node.error(
          "operator set "
              + node.opset()
              + ", expected "
              + OnnxSchema.oldest(node.opType())
              + " or later, which brought the operator");
    }
    int inputs = node.inputs().size();
    if (inputs < schema.minInputs() || inputs > schema.maxInputs()) {
      throw arity(node, inputs, schema.minInputs(), schema.maxInputs());
    }
    int outputs = node.outputs().size();
    if (outputs > schema.maxOutputs()) {
      throw node.error(outputs + " outputs, expected at most " + schema.maxOutputs());
    }
    for (String attribute : node.attributeNames()) {
      if (!schema.attributes().contains(attribute)) {
        throw unknown(node, attribute, schema.attributes());
      }
    }
  }

  private static OnnxException arity(OnnxNode node, int inputs, int min, int max) {
    String most = max == VARIADIC ? "or more" : "to " + max;
    return node.error(inputs + " inputs, expected " + min + " " + most);
  }

  private static OnnxException unknown(OnnxNode node, String attribute, Set<String> known) {
    return node.error(
        "attribute " + attribute + ", expected one of " + known.stream().sorted().toList());
  }
}
