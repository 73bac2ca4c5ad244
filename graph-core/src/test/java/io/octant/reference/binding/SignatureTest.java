package io.octant.reference.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignatureTest {
  private static final Signature CONV =
      Signature.parse("input, weight, bias=None, stride=1, *, mode='zeros', exact=True, eps=1e-05");

  @Test
  void bindsPositionsKeywordsAndDefaults() {
    NamedValues v = CONV.bind("conv", List.of("x", "w"), Map.of("stride", 2L, "eps", 0.5));

    assertThat(v.text("input")).isEqualTo("x");
    assertThat(v.isNone("bias")).isTrue();
    assertThat(v.integer("stride")).isEqualTo(2);
    assertThat(v.text("mode")).isEqualTo("zeros");
    assertThat(v.flag("exact")).isTrue();
    assertThat(v.number("eps")).isEqualTo(0.5);
  }

  @Test
  void restTakesWhatRemainsOrOneSequence() {
    Signature s = Signature.parse("input, *dims");

    assertThat(s.bind("f", List.of("x", 2L, 3L), Map.of()).ints("dims")).containsExactly(2, 3);
    assertThat(s.bind("f", List.of("x", Tuple.of(2L, 3L)), Map.of()).ints("dims"))
        .containsExactly(2, 3);
    assertThat(s.bind("f", List.of("x", Shape.of(2, 3)), Map.of()).ints("dims"))
        .containsExactly(2, 3);
    assertThat(s.bind("f", List.of("x"), Map.of("dims", List.of(4L))).ints("dims"))
        .containsExactly(4);
    assertThat(s.bind("f", List.of("x"), Map.of()).items("dims")).isEmpty();
  }

  @Test
  void mistakesNameFunctionAndArgument() {
    assertThatThrownBy(() -> CONV.bind("conv", List.of("x"), Map.of()))
        .isInstanceOf(OperatorException.class)
        .hasMessage(
            "Cannot call conv: argument weight is missing, expected (input, weight, bias=None,"
                + " stride=1, *, mode=zeros, exact=true, eps=1.0E-5)");
    assertThatThrownBy(() -> CONV.bind("conv", List.of("x", "w"), Map.of("strides", 1L)))
        .hasMessageStartingWith("Cannot call conv: unknown keyword strides");
    assertThatThrownBy(() -> CONV.bind("conv", List.of("x", "w"), Map.of("weight", "v")))
        .hasMessageStartingWith("Cannot call conv: argument weight is given twice");
    assertThatThrownBy(() -> CONV.bind("conv", List.of(1L, 2L, 3L, 4L, 5L), Map.of()))
        .hasMessage("Cannot call conv: 5 positional arguments, expected at most 4");
  }

  @Test
  void valuesAreReadAsPythonWould() {
    NamedValues v =
        new NamedValues("f", Map.of("i", 3L, "b", true, "n", None.NONE, "s", Tuple.of(1L, 2L)));

    assertThat(v.number("i")).isEqualTo(3);
    assertThat(v.integer("b")).isEqualTo(1);
    assertThat(v.integer("n", 7)).isEqualTo(7);
    assertThat(v.ints("i", 3)).containsExactly(3, 3, 3);
    assertThat(v.ints("s", 2)).containsExactly(1, 2);
    assertThatThrownBy(() -> v.ints("s", 3))
        .hasMessage("Cannot read s of f: (1, 2), expected one int or 3");
    assertThatThrownBy(() -> v.tensor("i")).hasMessage("Cannot read i of f: 3, expected a tensor");
    assertThatThrownBy(() -> v.value("z")).hasMessageStartingWith("Cannot read z of f: missing");
  }
}
