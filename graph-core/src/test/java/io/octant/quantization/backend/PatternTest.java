package io.octant.quantization.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.activation.ReLU;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.mapform.ConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatternTest {
  private static final FunctionType ADD = FunctionType.of("torch.add");
  private static final FunctionType RELU = FunctionType.of("torch.nn.functional.relu");
  private static final ModuleType LINEAR = new ModuleType("torch.nn.Linear");

  private final GraphModels g = new GraphModels();
  private final Node x = g.input("x");

  @Test
  void sequencesAreReadBackwards() {
    Node add = g.function("torch.add", x, x);
    Node relu = g.function("torch.nn.functional.relu", add);
    GraphModule model = g.returning(relu);
    PatternMatcher matcher = new PatternMatcher(model);

    MatchedNodes match = matcher.match(Pattern.sequence(List.of(ADD, RELU)), relu).orElseThrow();

    assertThat(match.nodes()).containsExactly(relu, add);
    assertThat(match.last()).isSameAs(relu);
    assertThat(match.firstRoot()).isSameAs(add);
    assertThat(matcher.match(Pattern.sequence(List.of(RELU, ADD)), relu)).isEmpty();
  }

  @Test
  void innerNodesMayHaveOneUserOnly() {
    Node add = g.function("torch.add", x, x);
    Node relu = g.function("torch.nn.functional.relu", add);
    GraphModule model = g.returning(List.of(add, relu));

    assertThat(new PatternMatcher(model).match(Pattern.sequence(List.of(ADD, RELU)), relu))
        .isEmpty();
  }

  @Test
  void literalsMustBeEqualAndWildcardsMatchAnything() {
    Node add = g.function("torch.add", x, 2);
    GraphModule model = g.returning(add);
    PatternMatcher matcher = new PatternMatcher(model);

    assertThat(matcher.match(applied(new Pattern.Any(), new Pattern.Constant(2L)), add))
        .isPresent();
    assertThat(matcher.match(applied(new Pattern.Any(), new Pattern.Constant(3L)), add)).isEmpty();
    MatchedNodes match =
        matcher.match(applied(new Pattern.Any(), new Pattern.Any()), add).orElseThrow();
    assertThat(match.nodes()).containsExactly(add);
    assertThat(match.at(List.of(1))).isEqualTo(new MatchedNodes.Input(x));
  }

  @Test
  void asManyArgumentsAsPatterns() {
    Node add = g.function("torch.add", x, 2, 3);
    GraphModule model = g.returning(add);
    assertThat(new PatternMatcher(model).match(applied(new Pattern.Any(), new Pattern.Any()), add))
        .isEmpty();
  }

  @Test
  void modulesMatchByExactType() {
    Node linear = g.call("fc", new Linear(2, 2), x);
    Node relu = g.call("act", new ReLU(), linear);
    GraphModule model = g.returning(relu);
    PatternMatcher matcher = new PatternMatcher(model);

    assertThat(
            matcher.match(Pattern.sequence(List.of(LINEAR, new ModuleType("torch.nn.ReLU"))), relu))
        .isPresent();
    assertThat(
            matcher.match(
                Pattern.sequence(List.of(LINEAR, new ModuleType("torch.nn.ReLU6"))), relu))
        .isEmpty();
  }

  @Test
  void sequencesHaveTwoOrThreeOperators() {
    for (int n : new int[] {0, 1, 4}) {
      assertThatThrownBy(() -> Pattern.sequence(java.util.Collections.nCopies(n, LINEAR)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("expected a tuple of 2 or 3");
    }
  }

  @Test
  void mapsAndBack() {
    Pattern pattern =
        new Pattern.Applied(
            Pattern.of(ADD), List.of(Pattern.sequence(List.of(LINEAR, RELU)), new Pattern.Any()));
    assertThat(Pattern.fromMap(pattern.toMap())).isEqualTo(pattern);
    assertThat(pattern.size()).isEqualTo(4);
  }

  private static Pattern applied(Pattern... arguments) {
    return new Pattern.Applied(Pattern.of(ADD), List.of(arguments));
  }
}
