package io.octant.autograd;

import static io.octant.autograd.Derivatives.graph;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Which operators have a derivative. */
class DerivativeRulesTest {
  @Test
  void anItemThatNoRuleReadsIsRefused() {
    GraphModule model =
        graph(
            1,
            (g, in) -> {
              var both = g.callFunction(FunctionType.of("torch.topk"), in.get(0), 2L);
              return g.callFunction(FunctionType.of("operator.getitem"), both, -2L);
            });
    assertThatThrownBy(() -> Differentiated.of(model, List.of("x0")))
        .isInstanceOf(AutogradException.class)
        .hasMessageContaining("topk: item -2 of its result has no derivative");
  }

  @Test
  void everyRowHasARuleOrAReason() throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    String text =
        new String(
            Objects.requireNonNull(getClass().getResourceAsStream("without-derivative.txt"))
                .readAllBytes(),
            StandardCharsets.UTF_8);
    text.lines()
        .filter(l -> !l.isBlank() && !l.startsWith("#"))
        .forEach(
            l -> reasons.put(l.substring(0, l.indexOf(": ")), l.substring(l.indexOf(": ") + 2)));
    List<String> without =
        Operators.standard().rows().stream()
            .filter(r -> !r.family().startsWith("quantize") && !r.family().equals("decomposed"))
            .filter(r -> !r.family().equals("gradient") && !r.name().startsWith("quantized."))
            .map(OperatorRow::name)
            .filter(n -> !DerivativeRules.has(n) && !DerivativeRules.stops(n))
            .sorted()
            .toList();
    assertThat(without).containsExactlyElementsOf(reasons.keySet());
  }
}
