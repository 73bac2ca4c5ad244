package io.octant.nn;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.operator.CallForm;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A module that is a function of one tensor with settings, all of which the operator table tells:
 * the type, the function, the settings' names, order and defaults. An operator whose row has {@code
 * settings} needs no class; those that Java code makes with {@code new} have one for its
 * constructors.
 */
public class FunctionModule extends UnaryModule {
  private final ModuleType type;
  private final FunctionType function;
  private final Map<String, Object> settings;

  /**
   * A module of the table.
   *
   * @param type PyTorch's name of it
   * @param values of its first settings, null for None; the others have their defaults
   */
  protected FunctionModule(String type, @Nullable Object... values) {
    this(type, new NamedValues(type, given(type, values)));
  }

  private FunctionModule(String type, NamedValues given) {
    OperatorRow row = row(type);
    CallForm call = row.calls().get(0);
    this.type = new ModuleType(type);
    this.function = FunctionType.of(call.names().get(0));
    this.settings = settings(row, Signature.parse(call.parameters()), given);
  }

  /**
   * A module by its type and settings.
   *
   * @param type PyTorch's name of it
   * @param hyper settings by name; those that it does not name have their defaults
   * @throws io.octant.OctantException if the table has no such module, or a setting has another
   *     type than its default
   */
  public static FunctionModule of(String type, NamedValues hyper) {
    return new FunctionModule(type, hyper);
  }

  private static OperatorRow row(String type) {
    OperatorRow row = Operators.standard().findModule(type);
    if (row == null || row.settings() == null) {
      throw new OctantException(
          "Cannot create module: " + type + ", expected one with settings in the operator table");
    }
    return row;
  }

  private static List<String> names(OperatorRow row) {
    return row.settings() == null ? List.of() : row.settings();
  }

  private static Map<String, Object> given(String type, @Nullable Object[] values) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      out.put(names(row(type)).get(i), value == null ? None.NONE : value);
    }
    return out;
  }

  private static Map<String, Object> settings(
      OperatorRow row, Signature signature, NamedValues given) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (String name : names(row)) {
      Object fallback = signature.parameter(name).fallback();
      out.put(
          name, given.has(name) ? typed(given, name, fallback) : missing(given, name, fallback));
    }
    return Collections.unmodifiableMap(out);
  }

  private static Object missing(NamedValues given, String name, @Nullable Object fallback) {
    return fallback == null ? given.value(name) : fallback;
  }

  /** A value in the type of its default; a number where there is none. */
  private static Object typed(NamedValues given, String name, @Nullable Object fallback) {
    if (given.isNone(name)) {
      return None.NONE;
    }
    if (fallback == null || fallback instanceof Double) {
      return given.number(name);
    }
    if (fallback instanceof Boolean) {
      return given.flag(name);
    }
    return fallback instanceof String ? given.text(name) : (Object) (long) given.integer(name);
  }

  @Override
  public final ModuleType type() {
    return type;
  }

  /** The function of {@code input} and the settings, on the reference engine. */
  @Override
  public final Tensor forward(Tensor input) {
    return (Tensor) ReferenceOperators.standard().callFunction(function, List.of(input), settings);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return settings;
  }

  /** A setting that is a number. */
  protected final double number(String setting) {
    return new NamedValues(type.name(), settings).number(setting);
  }
}
