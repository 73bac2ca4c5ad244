package io.octant.kernels.plan;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.MethodType;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.reference.binding.Signature;
import java.util.HashMap;
import java.util.Map;
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

  /** Collects entries; a name may be defined once. */
  static final class Builder {
    private static final Signature ONE_TENSOR = Signature.parse("input");
    private final Map<String, Entry> entries = new HashMap<>();

    /** Functions and methods with one parameter list. */
    Builder define(String signature, Lowering lowering, String... names) {
      Signature parsed = Signature.parse(signature);
      for (String name : names) {
        put(name.startsWith(".") ? name : FunctionType.of(name).name(), parsed, lowering);
      }
      return this;
    }

    /** Modules of one tensor. */
    Builder module(Lowering lowering, String... types) {
      for (String type : types) {
        put(type, ONE_TENSOR, lowering);
      }
      return this;
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
