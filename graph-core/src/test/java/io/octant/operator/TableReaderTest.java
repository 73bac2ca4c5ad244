package io.octant.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file of the operator table says, and what it may not say. */
class TableReaderTest {
  private static final String HEAD = "# A family.\n\nneg: −x\n";

  @Test
  void aRowSaysAllThatItsFileSays() {
    String text =
        HEAD
            + """
              call (input, *, out=None): F.neg torch.neg .neg
              call (input, weight=None): operator.neg
              inplace .neg_
              module Neg
              settings weight out
              fused NegReLU
              operands float weight, one type
              samples per row
              shape transposed convolution
              fixed .neg
              shared F.neg
              own torch.neg -> quantized.neg
              own Neg
              pair F.neg -> quantized.neg quantized.neg_relu
              static Neg
              dynamic F.neg
              real abs
              onnx Neg io.octant:Minus
            """;

    OperatorRow row = TableReader.read("math", text).get(0);

    assertThat(row)
        .isEqualTo(
            new OperatorRow(
                "neg",
                "math",
                "−x",
                List.of(
                    new CallForm(
                        "input, *, out=None",
                        List.of("torch.nn.functional.neg", "torch.neg", ".neg")),
                    new CallForm("input, weight=None", List.of("operator.neg"))),
                List.of(".neg_"),
                List.of("Neg"),
                List.of("weight", "out"),
                List.of("NegReLU"),
                Set.of(OperandRule.FLOAT, OperandRule.ONE_TYPE),
                "weight",
                SampleRule.PER_ROW,
                ShapeRule.TRANSPOSED_CONVOLUTION,
                new QuantizedForm(
                    Set.of(".neg"),
                    Set.of("torch.nn.functional.neg"),
                    Map.of("torch.neg", "torch.ops.quantized.neg"),
                    Set.of("torch.nn.Neg"),
                    Map.of(
                        "torch.nn.functional.neg",
                        List.of("torch.ops.quantized.neg", "torch.ops.quantized.neg_relu")),
                    Map.of(
                        QuantizedWeights.STATIC, Set.of("torch.nn.Neg"),
                        QuantizedWeights.DYNAMIC, Set.of("torch.nn.functional.neg"))),
                "abs",
                List.of("Neg", "io.octant:Minus")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'  inplaces .neg_' | inplaces, expected call, own, pair",
        "'  shape wide' | wide, expected one of [INPUT, BROADCAST",
        "'  samples per column' | per column, expected one of [POINTWISE",
        "'  operands integer' | integer, expected one of [FLOAT",
        "'  call (input):' | (input):, expected (parameters): names",
        "'  call (): torch.neg' | (): torch.neg, expected (parameters): names",
        "'  settings slope' | slope, expected a parameter of row",
        "'  call torch.neg' | torch.neg, expected (parameters): names",
        "'  module' | module, expected a key and its value in a row",
        "'abs' | abs, expected a name, a colon and what it computes",
        "'abs:' | abs:, expected a name, a colon and what it computes",
        "'abs: ' | 'abs: , expected a name, a colon and what it computes'",
        "': |x|' | : |x|, expected a name, a colon and what it computes",
      },
      quoteCharacter = '\'')
  void whatCannotBeReadIsRefusedByFileAndLine(String line, String reason) {
    refuses(HEAD + line, 4, reason);
  }

  @Test
  void aKeyIsToldOnce() {
    refuses(HEAD + "  module Neg\n  module Minus", 5, "module, expected it once in a row");
    refuses(HEAD + "  shape input\n  shape pool", 5, "shape, expected it once in a row");
    refuses(HEAD + "  samples move\n  samples join", 5, "samples, expected it once in a row");
    refuses(HEAD + "  operands float\n  operands float", 5, "operands, expected it once in a row");
  }

  @Test
  void aPairIsOfAFunctionAndOneOrTwoQuantizedOnes() {
    String call = HEAD + "  call (input): torch.neg\n  pair torch.neg";
    refuses(call, 5, "torch.neg, expected function -> quantized function");
    refuses(call + " -> a b c", 5, "torch.neg -> a b c, expected each function once");
    refuses(
        call + " -> a b\n  pair torch.neg -> a",
        6,
        "torch.neg -> a, expected each function once, with one or two quantized ones");
  }

  @Test
  void theFirstLineMustBeginARow() {
    refuses("  shape input", 1, "shape input, expected a key and its value in a row");
  }

  @Test
  void whatIsToldOfANameMustBeToldOfAName() {
    String call = HEAD + "  call (input): torch.neg\n  module Neg\n";
    refuses(call + "  shared .neg\n\nabs: |x|", 6, ".neg, expected a name of row neg");
    refuses(call + "  fixed Abs", 6, "torch.nn.Abs, expected a name of row neg");
    refuses(call + "  own Abs", 6, "torch.nn.Abs, expected a name of row neg");
    refuses(call + "  own torch.abs -> quantized.neg", 6, "torch.abs, expected a name of row neg");
    refuses(call + "  static Abs", 6, "torch.nn.Abs, expected a name of row neg");
    refuses(call + "  pair F.neg -> quantized.neg", 6, "torch.nn.functional.neg, expected a name");
    refuses(call + "  inplace .neg_", 6, ".neg_, expected a name of row neg and _");
    refuses(call + "  operands float weight", 6, "weight, expected a parameter of row neg");
  }

  private static void refuses(String text, int line, String reason) {
    assertThatThrownBy(() -> TableReader.read("math", text))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith(
            "Cannot read operator table math.txt, line " + line + ": " + reason);
  }
}
