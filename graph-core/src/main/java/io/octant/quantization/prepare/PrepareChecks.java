package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What options must say about a model, and what in them is likely to be a mistake. */
final class PrepareChecks {
  private PrepareChecks() {}

  /**
   * Refuses what cannot be meant.
   *
   * @throws PrepareException if the model is prepared already, or an index names no input or output
   */
  static void require(GraphModule model, PrepareCustomConfig custom) {
    if (model.attachment(PreparedState.class).isPresent()) {
      throw new PrepareException(
          "Cannot prepare model: it is prepared already, expected a float one");
    }
    requireBelow(
        "input_quantized_idxs",
        custom.inputQuantizedIndexes(),
        model.graph().placeholders().size(),
        "graph inputs");
    requireBelow(
        "output_quantized_idxs",
        custom.outputQuantizedIndexes(),
        outputs(model.graph().outputNode().arg(0)),
        "graph outputs");
  }

  private static int outputs(Object value) {
    return value instanceof List<?> list
        ? list.size()
        : value instanceof Tuple tuple ? tuple.items().size() : 1;
  }

  private static void requireBelow(String key, List<Integer> indexes, int count, String what) {
    for (int index : indexes) {
      if (index >= count) {
        throw new PrepareException(
            "Cannot prepare with "
                + key
                + ": "
                + indexes
                + ", expected indexes of the "
                + count
                + " "
                + what);
      }
    }
  }

  /** Names in a mapping or in options that fit no module and no scope of a model. */
  static List<String> unusedNames(
      GraphModule model, QConfigMapping mapping, PrepareCustomConfig custom) {
    Set<String> paths = paths(model);
    List<String> out = new ArrayList<>();
    warnOfMissing("module_name", mapping.moduleNames().keySet(), paths, out);
    for (String regex : mapping.moduleNameRegexes().keySet()) {
      Pattern pattern = Pattern.compile(regex);
      boolean found = paths.stream().anyMatch(path -> pattern.matcher(path).lookingAt());
      warnUnless(found, "module_name_regex " + regex, out);
    }
    warnOfMissing("standalone_module_name", custom.standaloneModuleNames().keySet(), paths, out);
    warnOfMissing("non_traceable_module_name", custom.nonTraceableModuleNames(), paths, out);
    return out;
  }

  private static void warnOfMissing(
      String key, Collection<String> names, Set<String> paths, List<String> out) {
    names.forEach(name -> warnUnless(paths.contains(name), key + " " + name, out));
  }

  private static void warnUnless(boolean found, String entry, List<String> out) {
    if (!found) {
      out.add(entry + " fits no module of the model");
    }
  }

  /** Paths of what is called and of where nodes stand, with those around them. */
  private static Set<String> paths(GraphModule model) {
    Set<String> out = new LinkedHashSet<>();
    for (Node node : model.graph()) {
      addWithParents(node.scope().modulePath(), out);
      if (node.operation() instanceof Operation.CallModule m) {
        addWithParents(m.target(), out);
      } else if (node.operation() instanceof Operation.GetAttr a) {
        addWithParents(a.target(), out);
      }
    }
    return out;
  }

  private static void addWithParents(String path, Set<String> out) {
    for (String p = path; !p.isEmpty(); p = p.substring(0, Math.max(0, p.lastIndexOf('.')))) {
      out.add(p);
    }
  }
}
