package io.octant.reference.binding;

import io.octant.NearestNames;
import io.octant.graph.FunctionType;
import io.octant.graph.OperatorTable;
import io.octant.operator.CallForm;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An operator table made of families: each family registers its functions and methods with a
 * builder. Immutable and thread-safe once built.
 */
public final class OperatorSet implements OperatorTable {
  private record Entry(OperatorRow row, Signature signature, Operator operator) {
    Object call(String name, List<Object> args, Map<String, Object> kwargs) {
      NamedValues bound = signature.bind(name, args, kwargs);
      OperandTypes.check(name, row, bound, signature.first());
      return operator.apply(bound);
    }
  }

  private final Map<String, Entry> entries;

  private OperatorSet(Map<String, Entry> entries) {
    this.entries = Map.copyOf(entries);
  }

  /** An empty table to fill. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Object callFunction(FunctionType function, List<Object> args, Map<String, Object> kwargs) {
    return entry(function.name(), "function").call(function.name(), args, kwargs);
  }

  @Override
  public Object callMethod(String method, List<Object> args, Map<String, Object> kwargs) {
    return entry("." + method, "method").call("." + method, args, kwargs);
  }

  private Entry entry(String name, String kind) {
    @Nullable Entry found = entries.get(name);
    if (found == null) {
      List<String> alike =
          entries.keySet().stream().filter(n -> n.startsWith(".") == name.startsWith(".")).toList();
      throw new OperatorException(
          "Cannot call "
              + kind
              + ": "
              + name
              + ", expected one of "
              + alike.size()
              + " with a reference implementation, such as "
              + NearestNames.list(name, alike, 3));
    }
    return found;
  }

  /** Every registered name, methods with a leading dot, in alphabetical order. */
  public Set<String> names() {
    return new TreeSet<>(entries.keySet());
  }

  /** Collects operators; a name may be defined once. */
  public static final class Builder {
    private final Map<String, Entry> entries = new HashMap<>();

    private Builder() {}

    /**
     * Gives an operator of the table its kernel, under all the row's names.
     *
     * @param name of a row of {@link Operators}
     * @throws io.octant.OctantException if there is no such row
     * @throws OperatorException if it has a kernel already
     */
    public Builder define(String name, Operator operator) {
      OperatorRow row = Operators.standard().row(name);
      for (CallForm call : row.calls()) {
        Entry entry = new Entry(row, Signature.parse(call.parameters()), operator);
        for (String spelling : call.names()) {
          if (entries.put(spelling, entry) != null) {
            throw twice(spelling);
          }
        }
      }
      return this;
    }

    /**
     * The kernel of an operator of the table.
     *
     * @throws OperatorException if it has none yet
     */
    public Operator operator(String name) {
      Entry entry = entries.get(Operators.standard().row(name).calls().get(0).names().get(0));
      if (entry == null) {
        throw new OperatorException(
            "Cannot find kernel: " + name + ", expected one defined before it is asked for");
      }
      return entry.operator;
    }

    /** What a derived operator returns, given the first argument and the original's result. */
    @FunctionalInterface
    public interface Derivation {
      /**
       * The result that the derived operator returns.
       *
       * @param first the first argument of the call
       * @param result what the original returned
       */
      Object apply(String name, Object first, Object result);
    }

    /** Defines an operator that calls one that is defined already and changes its result. */
    public Builder derive(String from, String name, Derivation derivation) {
      Entry original = entries.get(from);
      if (original == null) {
        throw new OperatorException(
            "Cannot derive operator " + name + ": " + from + ", expected a defined one");
      }
      String self = original.signature.first();
      Operator derived =
          args -> derivation.apply(name, args.value(self), original.operator.apply(args));
      if (entries.put(name, new Entry(original.row, original.signature, derived)) != null) {
        throw twice(name);
      }
      return this;
    }

    private static OperatorException twice(String name) {
      return new OperatorException(
          "Cannot define operator: " + name + " is defined twice, expected once");
    }

    /** Adds the operators of a family. */
    public Builder include(OperatorFamily family) {
      family.register(this);
      return this;
    }

    /** The table of what was defined so far. */
    public OperatorSet build() {
      return new OperatorSet(entries);
    }
  }
}
