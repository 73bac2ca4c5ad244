package io.octant.quantization.observer;

import io.octant.graph.Arguments;
import io.octant.graph.None;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Constructor keywords, read one by one with their defaults; what nobody read is an error. {@code
 * None} counts as absent.
 *
 * <p>No PyTorch counterpart.
 */
public final class KeywordArguments {
  private final String owner;
  private final Map<String, Object> unread;
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * @param owner the class that the keywords are for, named in errors
   */
  public KeywordArguments(String owner, Map<String, ?> values) {
    this.owner = owner;
    this.unread = new LinkedHashMap<>();
    values.forEach((k, v) -> unread.put(k, Arguments.normalize(v)));
  }

  /** The class that the keywords are for. */
  public String owner() {
    return owner;
  }

  /**
   * An element type.
   *
   * @param otherwise the value if it was not given
   * @throws ObserverException if it is something else
   */
  public DType dtype(String name, DType otherwise) {
    return read(name, otherwise, v -> v instanceof DType d ? d : null, "a dtype");
  }

  /**
   * A scheme.
   *
   * @param otherwise the value if it was not given
   * @throws ObserverException if it is something else
   */
  public QScheme qscheme(String name, QScheme otherwise) {
    return read(name, otherwise, v -> v instanceof QScheme s ? s : null, "a qscheme");
  }

  /**
   * A boolean.
   *
   * @param otherwise the value if it was not given
   * @throws ObserverException if it is something else
   */
  public boolean flag(String name, boolean otherwise) {
    return read(name, otherwise, v -> v instanceof Boolean b ? b : null, "a boolean");
  }

  /**
   * A string.
   *
   * @param otherwise the value if it was not given
   * @throws ObserverException if it is something else
   */
  public String text(String name, String otherwise) {
    return read(name, otherwise, v -> v instanceof String s ? s : null, "a string");
  }

  /**
   * A number, integer or not.
   *
   * @param otherwise the value if it was not given
   * @throws ObserverException if it is something else
   */
  public double number(String name, double otherwise) {
    return read(name, otherwise, v -> v instanceof Number n ? n.doubleValue() : null, "a number");
  }

  /** A number as it was given, integer or not, for those that repeat it. */
  public Number givenNumber(String name, Number otherwise) {
    return read(name, otherwise, v -> v instanceof Number n ? n : null, "a number");
  }

  /**
   * An integer of 32 bits.
   *
   * @param otherwise the value if it was not given
   * @throws ObserverException if it is something else
   */
  public int integer(String name, int otherwise) {
    Integer found = findInteger(name);
    return found == null ? otherwise : found;
  }

  /** An integer, null if it was not given. */
  public @Nullable Integer findInteger(String name) {
    Object v = take(name);
    if (v == null) {
      return null;
    }
    if (v instanceof Long n && n == n.intValue()) {
      return n.intValue();
    }
    throw wrong(name, v, "an int");
  }

  /**
   * A factory of observers.
   *
   * @param otherwise the value if it was not given
   * @throws ObserverException if it is something else
   */
  public ObserverSpec spec(String name, ObserverSpec otherwise) {
    return read(name, otherwise, v -> v instanceof ObserverSpec s ? s : null, "an observer spec");
  }

  /**
   * A factory that has no default.
   *
   * @throws ObserverException if it was not given
   */
  public ObserverSpec requiredSpec(String name) {
    Object v = take(name);
    if (v instanceof ObserverSpec spec) {
      return spec;
    }
    throw wrong(name, v == null ? None.NONE : v, "an observer spec");
  }

  /** Whether a keyword was given and not read so far. */
  public boolean has(String name) {
    return unread.containsKey(name);
  }

  /** All keywords that were not read so far; they count as read from now on. */
  public Map<String, Object> rest() {
    Map<String, Object> out = new LinkedHashMap<>(unread);
    unread.clear();
    return out;
  }

  /**
   * @throws ObserverException if there is a keyword that nobody asked for
   */
  public void requireAllRead() {
    if (!unread.isEmpty()) {
      throw refusal("unknown keywords " + unread.keySet(), "any of " + known);
    }
  }

  private <T> T read(
      String name, T otherwise, Function<Object, @Nullable T> cast, String expected) {
    Object v = take(name);
    if (v == null) {
      return otherwise;
    }
    T typed = cast.apply(v);
    if (typed == null) {
      throw wrong(name, v, expected);
    }
    return typed;
  }

  private @Nullable Object take(String name) {
    known.add(name);
    Object v = unread.remove(name);
    return v == None.NONE ? null : v;
  }

  /** What to throw where keywords do not fit. */
  public ObserverException refusal(String what, String expected) {
    return new ObserverException("Cannot make " + owner + ": " + what + ", expected " + expected);
  }

  private ObserverException wrong(String name, Object value, String expected) {
    return refusal(name + "=" + value, expected);
  }
}
