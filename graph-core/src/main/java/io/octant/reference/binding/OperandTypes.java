package io.octant.reference.binding;

import io.octant.operator.OperandRule;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks operands against the operator table. An integer result of a float operator would be a
 * truncated number.
 */
public final class OperandTypes {
  private OperandTypes() {}

  /**
   * Checks the tensors of a call.
   *
   * @param first name of the first parameter
   * @throws OperatorException naming the operator and the tensor that does not fit
   */
  static void check(String name, OperatorRow row, NamedValues args, String first) {
    Set<OperandRule> rules = row.operands();
    if (rules.isEmpty()) {
      return;
    }
    String real = row.floatParameter() == null ? first : row.floatParameter();
    if (rules.contains(OperandRule.FLOAT) && args.value(real) instanceof Tensor t) {
      requireFloat(name, t);
    }
    List<Tensor> tensors = new ArrayList<>();
    args.all().forEach(v -> collect(v, tensors));
    if (rules.contains(OperandRule.FLOAT_TOGETHER)
        && tensors.stream().noneMatch(OperandTypes::isReal)) {
      requireFloat(name, tensors.get(0));
    }
    if (rules.contains(OperandRule.ONE_TYPE)) {
      requireOneType(name, tensors);
    }
  }

  /**
   * Checks the input of a module, by the module's PyTorch name.
   *
   * @throws OperatorException naming the module, if it takes floating point tensors only
   */
  public static void checkModule(String type, Tensor input) {
    @Nullable OperatorRow row = Operators.standard().findModule(type);
    if (row != null && row.operands().contains(OperandRule.FLOAT) && row.floatParameter() == null) {
      requireFloat(type, input);
    }
  }

  private static void collect(Object value, List<Tensor> into) {
    if (value instanceof Tensor t) {
      into.add(t);
    } else if (value instanceof List<?> list) {
      list.forEach(item -> collect(item, into));
    }
  }

  private static boolean isReal(Tensor t) {
    return t.isQuantized() || t.dtype().isFloatingPoint();
  }

  private static void requireFloat(String name, Tensor t) {
    if (!isReal(t)) {
      throw new OperatorException(
          "Cannot apply " + name + " to " + t + ", expected a floating point tensor");
    }
  }

  private static void requireOneType(String name, List<Tensor> tensors) {
    for (Tensor t : tensors) {
      Tensor first = tensors.get(0);
      if (!t.isQuantized() && !first.isQuantized() && t.dtype() != first.dtype()) {
        throw new OperatorException(
            "Cannot apply " + name + " to " + first + " and " + t + ", expected one type");
      }
    }
  }
}
