package io.octant.reference.binding;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a function as Python writes them: {@code "input, dim=None, *, dtype=None"}.
 *
 * <p>{@code *dims} takes the remaining positional arguments, or one list of them; a lone {@code *}
 * starts the keyword-only parameters. Defaults are {@code None}, {@code True}, {@code False},
 * numbers or quoted strings.
 */
public final class Signature {
  /**
   * A parameter.
   *
   * @param fallback what it is where it is not given, null if it must be
   */
  public record Parameter(String name, @Nullable Object fallback, boolean keywordOnly) {}

  /** NumPy's names, which the functions of {@code torch} and the methods of tensors also take. */
  private static final Map<String, String> NUMPY =
      Map.of(
          "axis",
          "dim",
          "keepdims",
          "keepdim",
          "x",
          "input",
          "a",
          "input",
          "x1",
          "input",
          "x2",
          "other");

  private final List<Parameter> parameters = new ArrayList<>();
  private int positional;
  private @Nullable String rest;

  private Signature() {}

  /** Parses a parameter list. */
  public static Signature parse(String text) {
    Signature s = new Signature();
    boolean keywordOnly = false;
    for (String raw : text.split(",")) {
      String part = raw.strip();
      if (part.isEmpty()) {
        continue;
      }
      if (part.startsWith("*")) {
        keywordOnly = true;
        if (part.length() > 1) {
          s.rest = part.substring(1);
        }
        continue;
      }
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals).strip();
      Object fallback = equals < 0 ? null : literal(part.substring(equals + 1).strip());
      s.parameters.add(new Parameter(name, fallback, keywordOnly));
      if (!keywordOnly) {
        s.positional++;
      }
    }
    return s;
  }

  /** Name of the first parameter. */
  public String first() {
    return parameters.get(0).name;
  }

  /** All parameters in their order, {@code *rest} left out. */
  public List<Parameter> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  /**
   * A parameter by name.
   *
   * @throws OperatorException if there is none
   */
  public Parameter parameter(String name) {
    return parameters.stream()
        .filter(p -> p.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new OperatorException("Cannot find parameter: " + name + ", expected " + this));
  }

  /** Whether there is a parameter without default of that name. */
  public boolean requires(String name) {
    return parameters.stream().anyMatch(p -> p.name.equals(name) && p.fallback == null);
  }

  /** Whether there is a parameter of that name. */
  public boolean has(String name) {
    return parameters.stream().anyMatch(p -> p.name.equals(name));
  }

  private static Object literal(String text) {
    return switch (text) {
      case "None" -> None.NONE;
      case "True" -> true;
      case "False" -> false;
      default -> {
        if (text.startsWith("'")) {
          yield text.substring(1, text.length() - 1);
        }
        yield text.matches("-?\\d+") ? (Object) Long.valueOf(text) : Double.valueOf(text);
      }
    };
  }

  /**
   * Binds a call's arguments to the parameters.
   *
   * @param owner the function, for messages
   * @throws OperatorException if there are too many arguments, a required one is missing, or a
   *     keyword is unknown or given twice
   */
  public NamedValues bind(String owner, List<Object> args, Map<String, Object> kwargs) {
    Map<String, Object> bound = new HashMap<>();
    int taken = Math.min(args.size(), positional);
    for (int i = 0; i < taken; i++) {
      bound.put(parameters.get(i).name, args.get(i));
    }
    if (rest != null) {
      bound.put(rest, flattened(args.subList(taken, args.size())));
    } else if (args.size() > positional) {
      throw new OperatorException(
          "Cannot call "
              + owner
              + ": "
              + args.size()
              + " positional arguments, expected at most "
              + positional);
    }
    kwargs.forEach((name, value) -> bindKeyword(owner, bound, name, value));
    for (Parameter p : parameters) {
      if (!bound.containsKey(p.name)) {
        if (p.fallback == null) {
          throw new OperatorException(
              "Cannot call " + owner + ": argument " + p.name + " is missing, expected " + this);
        }
        bound.put(p.name, p.fallback);
      }
    }
    return new NamedValues(owner, bound);
  }

  private void bindKeyword(String owner, Map<String, Object> bound, String name, Object value) {
    if (name.equals(rest)) {
      bound.put(name, flattened(List.of(value)));
      return;
    }
    String parameter =
        has(name) || isWrittenInPython(owner) ? name : NUMPY.getOrDefault(name, name);
    if (!has(parameter)) {
      throw new OperatorException(
          "Cannot call " + owner + ": unknown keyword " + name + ", expected " + this);
    }
    if (bound.put(parameter, value) != null) {
      throw new OperatorException(
          "Cannot call " + owner + ": argument " + parameter + " is given twice, expected once");
    }
  }

  /** Functions that PyTorch writes in Python take their own names only. */
  private static boolean isWrittenInPython(String owner) {
    return !owner.startsWith(".") && (!owner.startsWith("torch.") || owner.startsWith("torch.nn."));
  }

  /** {@code f(2, 3)} and {@code f((2, 3))} mean the same. */
  private static List<?> flattened(List<?> args) {
    if (args.size() == 1) {
      if (args.get(0) instanceof Tuple t) {
        return t.items();
      }
      if (args.get(0) instanceof List<?> list) {
        return list;
      }
      if (args.get(0) instanceof Shape shape) {
        List<Long> dims = new ArrayList<>();
        for (int d : shape.toArray()) {
          dims.add((long) d);
        }
        return dims;
      }
    }
    return List.copyOf(args);
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("(");
    boolean starred = false;
    for (Parameter p : parameters) {
      if (p.keywordOnly && !starred) {
        out.append(out.length() > 1 ? ", *" : "*").append(rest == null ? "" : rest);
        starred = true;
      }
      out.append(out.length() > 1 ? ", " : "").append(p.name);
      if (p.fallback != null) {
        out.append('=').append(p.fallback);
      }
    }
    if (rest != null && !starred) {
      out.append(out.length() > 1 ? ", *" : "*").append(rest);
    }
    return out.append(')').toString();
  }
}
