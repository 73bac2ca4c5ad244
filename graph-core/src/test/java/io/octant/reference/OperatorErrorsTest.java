package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.OperatorTable;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Calls that do not fit are refused with what was given and what is expected. */
class OperatorErrorsTest {
  private static final OperatorTable OPERATORS = ReferenceOperators.standard();
  private static final String F = "torch.nn.functional.";
  private static final Tensor MATRIX = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  private static final Tensor VECTOR = Tensor.of(new float[] {1, 2, 3}, 3);
  private static final Tensor INTEGERS = integers(2, 0, -1);
  private static final Tensor IMAGE = Tensor.of(new float[12], 1, 1, 3, 4);

  private static Tensor integers(long... values) {
    return Tensor.of(DType.INT64, Shape.of(values.length), values);
  }

  private static Arguments refused(String message, String name, Object... args) {
    return Arguments.of(name, List.of(args), Map.of(), message);
  }

  private static Arguments refused(
      String message, Map<String, Object> kwargs, String name, Object... args) {
    return Arguments.of(name, List.of(args), kwargs, message);
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        refused("Cannot gather position 3 of axis 0", "torch.gather", VECTOR, 0L, integers(3)),
        refused("Cannot gather position -4 of axis 0", "torch.gather", VECTOR, 0L, integers(-4)),
        refused("expected the same rank", "torch.gather", MATRIX, 0L, integers(0)),
        refused(
            "no axis but 1 that is longer",
            "torch.gather",
            MATRIX,
            1L,
            Tensor.of(DType.INT64, Shape.of(3, 1), new long[] {0, 1, 0})),
        refused("Cannot encode class 5, expected 0 to 2", F + "one_hot", integers(5), 3L),
        refused("Cannot encode class -1, expected 0 to 1", F + "one_hot", integers(-1), 2L),
        refused("an int64 tensor", F + "one_hot", VECTOR),
        refused("a number, as an empty tensor", F + "one_hot", integers()),
        refused("expected an even size", F + "glu", MATRIX),
        refused("Cannot read lambd of " + F + "softshrink: -0.5", F + "softshrink", VECTOR, -0.5),
        refused("no random generator", Map.of("training", true), F + "rrelu", VECTOR),
        refused("no random generator", Map.of("training", true), F + "alpha_dropout", VECTOR),
        refused("no random generator", F + "dropout2d", MATRIX),
        refused("expected a number, a tensor or None", "torch.clamp_min", VECTOR, "low"),
        refused("expected rank 3 or higher", F + "local_response_norm", MATRIX, 2L),
        refused("over 0 channels", F + "local_response_norm", IMAGE, 0L),
        refused("expected the last axes to be [2]", F + "rms_norm", MATRIX, List.of(2L)),
        refused("expected [N, C, H, W] or [C, H, W]", F + "unfold", MATRIX, 2L),
        refused("expected the padded image to hold it", F + "unfold", IMAGE, 5L),
        refused("expected 16 windows", F + "fold", MATRIX, List.of(4L, 5L), List.of(1L, 2L)),
        refused("expected [N, C * 4, windows]", F + "fold", MATRIX, List.of(4L, 5L), 2L),
        refused("fit the weight's [1, 2, 2]", F + "bilinear", MATRIX, MATRIX, cube(1, 2, 2)),
        refused("Cannot read vec2 of torch.outer", "torch.outer", VECTOR, MATRIX),
        refused("Cannot read input of .dot", ".dot", MATRIX, VECTOR),
        refused("einsum 'ij,jk->ik', expected 1 operands", "torch.einsum", "ij,jk->ik", MATRIX),
        refused("as many letters as operand 0 has axes", "torch.einsum", "i->i", MATRIX),
        refused("at most one ... a term", "torch.einsum", "i.j->i", MATRIX),
        refused("each letter of the output once", "torch.einsum", "ij->ii", MATRIX),
        refused("and in an operand", "torch.einsum", "ij->k", MATRIX),
        refused("sizes of axis j, not 3 and 2", "torch.einsum", "ij,jk", MATRIX, MATRIX),
        refused("expected a shift for each axis", "torch.roll", MATRIX, List.of(1L, 2L), 0L),
        refused("in axis 1 twice", "torch.rot90", MATRIX, 1L, List.of(1L, -1L)),
        refused(
            "as many different axes", "torch.movedim", MATRIX, List.of(0L, 0L), List.of(0L, 1L)),
        refused("as many different axes", "torch.movedim", MATRIX, List.of(0L), List.of(0L, 1L)),
        refused(
            "as many different axes", "torch.movedim", MATRIX, List.of(0L, 1L), List.of(1L, 1L)),
        refused("expected at least two axes", "torch.tril", VECTOR),
        refused("over axis 1 twice", "torch.diagonal", MATRIX, 0L, 1L, -1L),
        refused("into 0 parts", "torch.tensor_split", MATRIX, 0L),
        refused("Cannot resolve axis: 2", "torch.sort", MATRIX, 2L),
        refused("Cannot resolve axis: -3", "torch.cumsum", MATRIX, -3L),
        refused("Cannot resolve axis: 2", "torch.roll", MATRIX, 1L, 2L),
        refused("Cannot resolve axis: 3", F + "glu", MATRIX, 3L),
        refused("Cannot resolve axis: 1", "torch.hsplit", Tensor.scalar(1f), 1L),
        refused("a divisor of axis 1 of", "torch.hsplit", MATRIX, 2L),
        refused("expected at least 2 axes", "torch.vsplit", VECTOR, 1L),
        refused("expected at least 3 axes", "torch.dsplit", MATRIX, 1L),
        refused("unknown keyword axis", Map.of("axis", 0L), F + "softmax", MATRIX),
        refused("argument dim is given twice", Map.of("axis", 0L), "torch.softmax", MATRIX, 1L),
        refused("expected 'ij' or 'xy'", Map.of("indexing", "yx"), "torch.meshgrid", VECTOR),
        refused("tensors with one axis", "torch.meshgrid", MATRIX),
        refused("tensors of one type", "torch.meshgrid", VECTOR, INTEGERS),
        refused("Cannot take the first 4 along axis -1", "torch.topk", MATRIX, 4L),
        refused("argument dim is missing", "torch.logsumexp", MATRIX),
        refused("a number or 'fro'", "torch.norm", MATRIX, "nuc"),
        refused("position 2 of axis 0", "torch.scatter", MATRIX, 0L, rows(2, 0, 0), MATRIX),
        refused("an index within both", "torch.scatter", MATRIX, 0L, INTEGERS, MATRIX),
        refused("expected equal types", "torch.scatter", MATRIX, 0L, rows(0, 0, 0), rows(1, 2, 3)),
        refused(
            "None, 'add' or 'multiply'",
            Map.of("reduce", "mean"),
            "torch.scatter",
            MATRIX,
            0L,
            rows(0, 0, 0),
            MATRIX),
        refused(
            "Cannot fill position 3 of axis 1", "torch.index_fill", MATRIX, 1L, integers(3), 0L),
        refused("and 0, expected a divisor other than 0", "torch.fmod", INTEGERS, 0L),
        refused("in addcdiv", "torch.addcdiv", VECTOR, INTEGERS, INTEGERS),
        refused("expected a floating point tensor", "torch.frac", INTEGERS),
        refused("math.sqrt: -1, expected a number in the domain", "math.sqrt", -1L),
        refused("math.log: 0, expected a number in the domain", "math.log", 0L),
        refused("an int in math.floor: NaN", "math.floor", Double.NaN),
        refused("Cannot read attribute names", "builtins.getattr", pair(), "names"));
  }

  private static Tensor cube(int... dims) {
    return Tensor.of(new float[Shape.of(dims).numel()], dims);
  }

  private static Tensor rows(long... values) {
    return Tensor.of(DType.INT64, Shape.of(1, values.length), values);
  }

  private static Tuple pair() {
    return Tuple.of(VECTOR, INTEGERS);
  }

  @ParameterizedTest(name = "{0} {3}")
  @MethodSource("calls")
  void isRefused(String name, List<Object> args, Map<String, Object> kwargs, String message) {
    assertThatThrownBy(() -> call(name, args, kwargs))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(message);
  }

  private static Object call(String name, List<Object> args, Map<String, Object> kwargs) {
    return name.startsWith(".")
        ? OPERATORS.callMethod(name.substring(1), args, kwargs)
        : OPERATORS.callFunction(FunctionType.of(name), args, kwargs);
  }

  @Test
  void unknownNamesLeadToTheNearestOfTheirKind() {
    assertThatThrownBy(() -> call("torch.nn.functional.hardshrnk", List.of(), Map.of()))
        .hasMessageMatching(
            "Cannot call function: torch.nn.functional.hardshrnk, expected one of \\d+ with a"
                + " reference implementation, such as torch.nn.functional.hardshrink, .* or .*");
    assertThatThrownBy(() -> call(".reshap", List.of(), Map.of()))
        .hasMessageMatching(
            "Cannot call method: .reshap, expected one of \\d+ with a reference implementation,"
                + " such as .reshape, \\..* or \\..*");
  }

  @Test
  void methodsInPlaceKeepTypeAndShape() {
    assertThatThrownBy(() -> call(".add_", List.of(VECTOR, MATRIX), Map.of()))
        .hasMessageStartingWith("Cannot write the result of .add_ into ")
        .hasMessageEndingWith("expected the same shape");
    assertThatThrownBy(() -> call(".div_", List.of(INTEGERS, 2L), Map.of()))
        .hasMessageStartingWith("Cannot write the result of .div_ into ")
        .hasMessageEndingWith("torch.float32, expected a type that it can hold");
    assertThat(call(".add_", List.of(Tensor.scalar(1L), 2L), Map.of()))
        .isEqualTo(Tensor.scalar(3L));
  }

  @Test
  void methodsInPlaceLeaveTheirTensorAlone() {
    Tensor x = Tensor.of(new float[] {-1, 1}, 2);
    assertThat(call(".relu_", List.of(x), Map.of())).isEqualTo(Tensor.of(new float[] {0, 1}, 2));
    assertThat(x).isEqualTo(Tensor.of(new float[] {-1, 1}, 2));
  }

  @Test
  void quantizedTensorsAreSortedWithTheirQParams() {
    QParams q = QParams.perTensor(0.5, 3);
    Tensor x = Tensor.quantized(DType.QUINT8, Shape.of(3), new int[] {7, 200, 3}, q);
    assertThat(call("torch.topk", List.of(x, 2L), Map.of()))
        .isEqualTo(
            Tuple.of(
                Tensor.quantized(DType.QUINT8, Shape.of(2), new int[] {200, 7}, q),
                integers(1, 0)));
  }
}
