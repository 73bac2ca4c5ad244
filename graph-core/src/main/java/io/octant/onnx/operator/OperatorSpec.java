package io.octant.onnx.operator;

import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxNode;
import java.util.List;
import java.util.Set;

/**
 * A row of the operator table.
 *
 * @param domain operator set, "" for the default one
 * @param type operator type
 * @param firstOpset oldest version of the operator set whose semantics are implemented
 * @param minInputs fewest inputs
 * @param maxInputs most inputs
 * @param maxOutputs most outputs that may be asked for
 * @param attributes attributes that are understood, those of older versions included
 * @param translation what emits it
 */
record OperatorSpec(
    String domain,
    String type,
    int firstOpset,
    int minInputs,
    int maxInputs,
    int maxOutputs,
    Set<String> attributes,
    NodeImport translation) {
  /** Any number of inputs. */
  static final int VARIADIC = Integer.MAX_VALUE;

  /** Checks a node against this row. */
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
      String most = maxInputs == VARIADIC ? "or more" : "to " + maxInputs;
      throw node.error(inputs + " inputs, expected " + minInputs + " " + most);
    }
    if (node.outputs().size() > maxOutputs) {
      List<String> extra = node.outputs().subList(maxOutputs, node.outputs().size());
      if (extra.stream().anyMatch(name -> !name.isEmpty())) {
        throw node.error("outputs " + extra + " are not supported, expected at most " + maxOutputs);
      }
    }
    for (String attribute : node.attributeNames()) {
      if (!attributes.contains(attribute)) {
        throw node.error(
            "attribute "
                + attribute
                + ", expected one of "
                + attributes.stream().sorted().toList());
      }
    }
  }
}
