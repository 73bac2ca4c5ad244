package io.octant.reference.binding;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by name, read with a type: the bound arguments of a call or the hyperparameters of a
 * module. A value of the wrong type is an {@link OperatorException} that names owner and value.
 *
 * <p>Python's leniency is kept where code relies on it: an int serves as a float, a bool as an int,
 * a one-element tensor as a number, a {@code torch.Size} as a list of ints.
 */
public final class NamedValues {
  private final String owner;
  private final Map<String, ?> values;

  /**
   * Arguments by parameter name.
   *
   * @param owner the function, named in errors
   */
  public NamedValues(String owner, Map<String, ?> values) {
    this.owner = owner;
    this.values = values;
  }

  /** The function or module that the values belong to. */
  public String owner() {
    return owner;
  }

  /** Whether there is a parameter of a name, whatever its value. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** The values in the order of their names' declaration. */
  Iterable<?> all() {
    return values.values();
  }

  /** Whether an argument is None. */
  public boolean isNone(String name) {
    return value(name) == None.NONE;
  }

  /** The value as it is. */
  public Object value(String name) {
    Object v = values.get(name);
    if (v == null) {
      throw new OperatorException(
          "Cannot read " + name + " of " + owner + ": missing, expected one of " + values.keySet());
    }
    return v;
  }

  /**
   * A tensor.
   *
   * @throws OperatorException naming function and argument if it is something else
   */
  public Tensor tensor(String name) {
    if (value(name) instanceof Tensor t) {
      return t;
    }
    throw wrong(name, "a tensor");
  }

  /** A tensor, null for None. */
  public @Nullable Tensor findTensor(String name) {
    return isNone(name) ? null : tensor(name);
  }

  /** A list or tuple of tensors. */
  public List<Tensor> tensors(String name) {
    List<Tensor> out = new ArrayList<>();
    for (Object item : items(name)) {
      if (!(item instanceof Tensor t)) {
        throw wrong(name, "a list of tensors");
      }
      out.add(t);
    }
    return out;
  }

  /** The items of a list, a tuple or a torch.Size. */
  public List<?> items(String name) {
    List<?> items = itemsOf(value(name));
    if (items == null) {
      throw wrong(name, "a list or tuple");
    }
    return items;
  }

  private static @Nullable List<?> itemsOf(Object v) {
    if (v instanceof List<?> list) {
      return list;
    }
    if (v instanceof Tuple t) {
      return t.items();
    }
    if (v instanceof Shape s) {
      return Arrays.stream(s.toArray()).mapToObj(d -> (Object) (long) d).toList();
    }
    return null;
  }

  /**
   * An integer of 32 bits.
   *
   * @throws OperatorException naming function and argument if it is something else
   */
  public int integer(String name) {
    return toInt(name, value(name));
  }

  private int toInt(String name, Object v) {
    if (v instanceof Long l) {
      return Math.toIntExact(l);
    }
    if (v instanceof Integer i) {
      return i;
    }
    if (v instanceof Boolean b) {
      return b ? 1 : 0;
    }
    if (v instanceof Tensor t && t.numel() == 1 && !t.dtype().isFloatingPoint()) {
      return Math.toIntExact(t.longAt(0));
    }
    throw wrong(name, "an int");
  }

  /** An int, or the fallback for None. */
  public int integer(String name, int fallback) {
    return isNone(name) ? fallback : integer(name);
  }

  /**
   * A number, integer or not.
   *
   * @throws OperatorException naming function and argument if it is something else
   */
  public double number(String name) {
    Object v = value(name);
    if (v instanceof Number n) {
      return n.doubleValue();
    }
    if (v instanceof Boolean b) {
      return b ? 1 : 0;
    }
    if (v instanceof Tensor t && t.numel() == 1) {
      return t.item();
    }
    throw wrong(name, "a number");
  }

  /**
   * A boolean.
   *
   * @throws OperatorException naming function and argument if it is something else
   */
  public boolean flag(String name) {
    Object v = value(name);
    if (v instanceof Boolean b) {
      return b;
    }
    if (v instanceof Long l) {
      return l != 0;
    }
    throw wrong(name, "a bool");
  }

  /** Ints from a list, a tuple, a torch.Size or one int. */
  public int[] ints(String name) {
    Object v = value(name);
    List<?> items = itemsOf(v);
    if (items == null) {
      return new int[] {toInt(name, v)};
    }
    return items.stream().mapToInt(i -> toInt(name, i)).toArray();
  }

  /** One int for each spatial axis; a single int stands for all of them. */
  public int[] ints(String name, int count) {
    int[] given = ints(name);
    if (given.length == 1 && count != 1) {
      int[] out = new int[count];
      Arrays.fill(out, given[0]);
      return out;
    }
    if (given.length != count) {
      throw wrong(name, "one int or " + count);
    }
    return given;
  }

  /**
   * A string.
   *
   * @throws OperatorException naming function and argument if it is something else
   */
  public String text(String name) {
    if (value(name) instanceof String s) {
      return s;
    }
    throw wrong(name, "a string");
  }

  /**
   * An element type.
   *
   * @throws OperatorException naming function and argument if it is something else
   */
  public DType dtype(String name) {
    if (value(name) instanceof DType d) {
      return d;
    }
    throw wrong(name, "a dtype");
  }

  /** A dtype, null for None. */
  public @Nullable DType findDType(String name) {
    return isNone(name) ? null : dtype(name);
  }

  /** The failure of a value that does not fit. */
  public OperatorException wrong(String name, String expected) {
    return new OperatorException(
        "Cannot read " + name + " of " + owner + ": " + value(name) + ", expected " + expected);
  }
}
