package io.octant.shape;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.OperatorTable;
import io.octant.graph.TargetType;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Zeros of zeros are what running the operator gives, bit for bit, and stay unread. */
class ZeroRulesTest {
  private static final Shape SHAPE = Shape.of(2, 3);

  private static Tensor zeros(DType dtype) {
    return Zeros.of(dtype, SHAPE);
  }

  private static Object rule(TargetType type, Object... args) {
    return ShapeRules.call(type, List.of(args), Map.of());
  }

  private static void covers(TargetType type, Object... args) {
    Object rule = rule(type, args);
    assertThat(((Tensor) rule).isUnreadZeros()).as(type.name()).isTrue();
    OperatorTable operators = ReferenceOperators.standard();
    Object real =
        type instanceof MethodType
            ? operators.callMethod(type.name(), List.of(args), Map.of())
            : operators.callFunction((FunctionType) type, List.of(args), Map.of());
    assertThat(rule).as(type.name()).isEqualTo(real);
  }

  @Test
  void integersOfAModelQuantizedAtRunTime() {
    Tensor quantized = Tensor.zeros(DType.QUINT8, SHAPE, QParams.perTensor(0.5, 0));
    covers(FunctionType.of("octant.dynamic_quantize_linear"), zeros(DType.FLOAT32));
    covers(new MethodType("int_repr"), quantized);
    covers(new MethodType("to"), zeros(DType.UINT8), DType.INT32);
    covers(new MethodType("to"), zeros(DType.INT32), DType.FLOAT32);
    covers(FunctionType.of("operator.sub"), zeros(DType.INT32), zeros(DType.INT32));
    covers(
        FunctionType.of("operator.sub"),
        zeros(DType.INT32),
        Tensor.of(DType.INT32, Shape.SCALAR, new int[1]));
    covers(FunctionType.of("torch.amin"), zeros(DType.FLOAT32));
    covers(FunctionType.of("torch.amax"), zeros(DType.INT64));
  }

  @Test
  void whatIsNotZeroOrWasReadIsRun() {
    Tensor read = zeros(DType.INT32);
    read.ints()[0] = 1;
    assertThat(rule(new MethodType("to"), read, DType.INT64)).isNull();
    Tensor one = Tensor.of(DType.INT32, Shape.SCALAR, new int[] {1});
    assertThat(rule(FunctionType.of("operator.sub"), zeros(DType.INT32), one)).isNull();
    assertThat(rule(FunctionType.of("torch.amin"), Zeros.of(DType.INT32, Shape.of(0)))).isNull();
    assertThat(rule(new MethodType("to"), zeros(DType.INT32), DType.QINT8)).isNull();
  }
}
