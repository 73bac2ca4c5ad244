package io.octant.graph;

import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parameters and buffers of a module tree by dotted name, in PyTorch's order: those of a module,
 * parameters first, before those of its children; in a graph module in the order in which the graph
 * uses them.
 */
final class StateDict {
  private static final int LISTED = 20;

  /** A tensor of the state: the module that has it, and its name there. */
  private record Slot(Module owner, String name) {
    Tensor value() {
      return owner.tensor(name);
    }

    boolean takes(Tensor given) {
      return given.shape().equals(value().shape())
          || (owner.resizes(name) && given.shape().rank() <= 1);
    }

    void set(Tensor given) {
      if (owner.parameters().containsKey(name)) {
        owner.setParameter(name, given);
      } else {
        owner.setBuffer(name, given);
      }
    }

    /** Slots are the same if they are in one module, under whatever path it is found. */
    @Override
    public boolean equals(Object o) {
      return o instanceof Slot s && s.owner == owner && s.name.equals(name);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(owner) + name.hashCode();
    }
  }

  private StateDict() {}

  private static Map<String, Slot> slots(Module root) {
    Map<String, Slot> out = new LinkedHashMap<>();
    collect("", root, Map.of(), out);
    return out;
  }

  /**
   * @param uses by path, when the graph around a module first uses it or something in it
   */
  private static void collect(
      String prefix, Module m, Map<String, Integer> uses, Map<String, Slot> out) {
    Map<String, Integer> order = m instanceof GraphModule g ? uses(prefix, g.graph()) : uses;
    for (String name : ordered(prefix, m.parameters().keySet(), order)) {
      out.put(prefix + name, new Slot(m, name));
    }
    for (String name : ordered(prefix, m.buffers().keySet(), order)) {
      out.put(prefix + name, new Slot(m, name));
    }
    for (String name : ordered(prefix, m.children().keySet(), order)) {
      collect(prefix + name + ".", m.module(name), order, out);
    }
  }

  /** Names in the order of their uses, as they are found in PyTorch's graph modules. */
  private static List<String> ordered(String prefix, Set<String> names, Map<String, Integer> uses) {
    List<String> out = new ArrayList<>(names);
    out.sort(Comparator.comparing(name -> uses.getOrDefault(prefix + name, Integer.MAX_VALUE)));
    return out;
  }

  private static Map<String, Integer> uses(String prefix, Graph graph) {
    Map<String, Integer> out = new HashMap<>();
    for (Node node : graph) {
      Operation op = node.operation();
      if (op instanceof Operation.CallModule || op instanceof Operation.GetAttr) {
        String target = op.target();
        int end = target.indexOf('.');
        for (; end >= 0; end = target.indexOf('.', end + 1)) {
          out.putIfAbsent(prefix + target.substring(0, end), out.size());
        }
        out.putIfAbsent(prefix + target, out.size());
      }
    }
    return out;
  }

  /** Tensors by name, a copy of the map. */
  static Map<String, Tensor> of(Module root) {
    root.forEachModule(
        (path, m) -> {
          if (m.hasPackedState()) {
            throw new GraphException(
                "Cannot give the state of "
                    + root.type()
                    + ": module '"
                    + path
                    + "' ("
                    + m.type()
                    + ") keeps quantized weights, expected a float model or one in training");
          }
        });
    Map<String, Tensor> out = new LinkedHashMap<>();
    slots(root).forEach((name, slot) -> out.put(name, slot.value()));
    return out;
  }

  /** Replaces every tensor, or none. */
  static void load(Module root, Map<String, Tensor> state) {
    Map<String, Slot> slots = slots(root);
    Map<Slot, Tensor> values = new LinkedHashMap<>();
    List<String> wrong = new ArrayList<>();
    slots.forEach(
        (name, slot) -> {
          Tensor given = state.get(name);
          if (given != null) {
            check(name, slot, given, wrong);
            Tensor other = values.put(slot, given);
            if (other != null && !other.equals(given)) {
              wrong.add(name + ": another value than under an earlier name of the same module");
            }
          }
        });
    List<String> problems = new ArrayList<>();
    Set<String> missing = new LinkedHashSet<>(slots.keySet());
    missing.removeIf(name -> values.containsKey(slots.get(name)));
    list(problems, "missing", List.copyOf(missing));
    Set<String> unexpected = new LinkedHashSet<>(state.keySet());
    unexpected.removeAll(slots.keySet());
    list(problems, "unexpected", List.copyOf(unexpected));
    list(problems, "not fitting", wrong);
    if (!problems.isEmpty()) {
      throw new GraphException(
          "Cannot load state into " + root.type() + ": " + String.join("; ", problems));
    }
    values.forEach(Slot::set);
  }

  private static void check(String name, Slot slot, Tensor given, List<String> wrong) {
    DType expected = slot.value().dtype();
    if (given.isQuantized() || given.dtype() != expected || !slot.takes(given)) {
      wrong.add(name + ": " + given.description() + ", expected " + slot.value().description());
    }
  }

  private static void list(List<String> problems, String what, List<String> names) {
    if (!names.isEmpty()) {
      problems.add(
          what
              + " "
              + names.subList(0, Math.min(LISTED, names.size()))
              + (names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : ""));
    }
  }
}
