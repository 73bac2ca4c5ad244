package io.octant.kernels.plan;

import io.octant.graph.GraphModule;
import io.octant.graph.MethodType;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.Signature;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lowerings by what a node calls: a canonical function name, a method with a leading dot, a module
 * type. Immutable.
 */
final class LoweringTable {
  /** A lowering and the parameters of what it lowers. */
  record Entry(Signature signature, Lowering lowering) {}

  private final Map<String, Entry> entries;

  private LoweringTable(Map<String, Entry> entries) {
    this.entries = Map.copyOf(entries);
  }

  /** The entry for a node, null if nothing lowers it. */
  @Nullable Entry find(GraphModule model, Node node) {
    TargetType type = model.typeOf(node);
    if (type == null) {
      return null;
    }
    return entries.get(type instanceof MethodType ? "." + type.name() : type.name());
  }

  /** What has a lowering: functions and methods with a leading dot, module types. */
  Set<String> names() {
    return Collections.unmodifiableSet(new TreeSet<>(entries.keySet()));
  }

  /** Collects entries; a name may be defined once. */
  static final class Builder {
    private static final Signature ONE_TENSOR = Signature.parse("input");
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * An operator of the table: its functions and methods, and its float modules, whose settings
     * have the names of the functions' parameters.
     */
    Builder define(String name, Lowering lowering) {
      Operators.standard()
          .row(name)
          .modules()
          .forEach(type -> put("torch.nn." + type, ONE_TENSOR, lowering));
      return functions(name, lowering);
    }

    /** The functions and methods of an operator of the table, those in place too. */
    Builder functions(String name, Lowering lowering) {
      OperatorRow row = Operators.standard().row(name);
      row.names()
          .forEach(
              spelling ->
                  put(spelling, Signature.parse(row.call(spelling).parameters()), lowering));
      return this;
    }

    /**
     * Modules of one tensor.
     *
     * @param types of operators of the table, quantized and fused ones too
     */
    Builder module(Lowering lowering, String... types) {
      for (String type : types) {
        moduleOf(ONE_TENSOR, lowering, type);
      }
      return this;
    }

    /** A module of two tensors, the second of which is added. */
    Builder addingModule(Lowering lowering, String... types) {
      for (String type : types) {
        moduleOf(Signature.parse("input, addend"), lowering, type);
      }
      return this;
    }

    /** Whether a function, a method with a leading dot or a module type has a lowering already. */
    boolean isDefined(String name) {
      return entries.containsKey(name);
    }

    private void moduleOf(Signature signature, Lowering lowering, String type) {
      if (Operators.standard().findModule(type) == null) {
        throw new IllegalStateException(
            "Cannot define lowering: " + type + " is not in the operator table");
      }
      put(type, signature, lowering);
    }

    private void put(String name, Signature signature, Lowering lowering) {
      if (entries.put(name, new Entry(signature, lowering)) != null) {
        throw new IllegalStateException("Cannot define lowering: " + name + " is defined twice");
      }
    }

    LoweringTable build() {
      return new LoweringTable(entries);
    }
  }
}
