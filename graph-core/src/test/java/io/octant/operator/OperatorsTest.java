package io.octant.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.nn.factory.ModuleFactories;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.binding.Signature;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The operator table against the code that registers under its rows. */
class OperatorsTest {
  private static final Operators TABLE = Operators.standard();

  /** Containers compute nothing themselves. */
  private static final Set<String> CONTAINERS =
      Set.of("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict");

  /** Modules whose class stands in a package of PyTorch below {@code torch.nn}. */
  private static final String BELOW = "torch.nn.modules.linear.";

  @Test
  void aRowIsFoundByAllItsNames() {
    OperatorRow row = TABLE.row("leaky_relu");

    assertThat(TABLE.findCall("torch.nn.functional.leaky_relu_")).isSameAs(row);
    assertThat(TABLE.findModule("torch.nn.LeakyReLU")).isSameAs(row);
    assertThat(TABLE.findModule("LeakyReLU")).isSameAs(row);
    assertThat(TABLE.find(FunctionType.of("torch.nn.functional.leaky_relu"))).isSameAs(row);
    assertThat(TABLE.find(new ModuleType("torch.ao.nn.quantized.LeakyReLU"))).isSameAs(row);
    assertThat(TABLE.find(new MethodType("relu_"))).isSameAs(TABLE.row("relu"));
    assertThat(TABLE.findModule("torch.ao.nn.intrinsic.ConvReLU2d")).isSameAs(TABLE.row("conv2d"));
    assertThat(TABLE.find(new MethodType("no_such"))).isNull();
    assertThat(TABLE.findCall("relu")).isNull();
  }

  @Test
  void aRowThatIsNotThereIsNamedWithTheNearest() {
    assertThatThrownBy(() -> TABLE.row("leaky_rely"))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith(
            "Cannot find operator: leaky_rely, expected one of the table, such as leaky_relu,");
    assertThatThrownBy(() -> TABLE.row("add").call(".sub"))
        .hasMessage("Cannot find .sub in row add, expected one of its names");
  }

  @Test
  void aNameIsInOneRowOnly() {
    String neg = "neg: −x\n  call (input): torch.neg\n  module Neg\n";
    List<OperatorRow> first = TableReader.read("math", neg);

    refuses(first, "neg: x\n", "neg is in the rows neg of math.txt and neg of other.txt");
    refuses(
        first,
        "minus: −x\n  call (x): torch.neg\n",
        "torch.neg is in the rows neg of math.txt and minus of other.txt");
    refuses(first, "m: −x\n  fused Neg\n", "Neg is in the rows neg of math.txt and m of other.txt");
    refuses(
        List.of(),
        "abs: |x|\n  call (x): torch.abs\n  call (x, y): torch.abs\n",
        "torch.abs is in the rows abs of other.txt and abs of other.txt");
  }

  private static void refuses(List<OperatorRow> rows, String other, String reason) {
    List<OperatorRow> all =
        Stream.concat(rows.stream(), TableReader.read("other", other).stream()).toList();
    assertThatThrownBy(() -> new Operators(all))
        .isInstanceOf(OctantException.class)
        .hasMessage("Cannot tell operator: " + reason + ", expected once");
  }

  @Test
  void everyFunctionAndMethodHasAReferenceKernel() {
    assertThat(ReferenceOperators.standard().names())
        .containsExactlyInAnyOrderElementsOf(all(OperatorRow::names));
  }

  @Test
  void everyParameterListCanBeRead() {
    TABLE.rows().stream()
        .flatMap(r -> r.calls().stream())
        .forEach(c -> assertThat(Signature.parse(c.parameters()).first()).isNotEmpty());
  }

  @Test
  void everyModuleHasAFactoryAndEveryFactoryARow() {
    Set<String> made = new TreeSet<>();
    for (String type : ModuleFactories.all().keySet()) {
      if (!CONTAINERS.contains(type)) {
        String simple = type.substring(type.startsWith(BELOW) ? BELOW.length() : 9);
        made.add(simple);
      }
    }
    assertThat(made).isEqualTo(all(r -> r.modules().stream()));
  }

  @Test
  void everyFusedModuleHasARow() {
    Set<String> kinds =
        Arrays.stream(FusedKind.values())
            .map(FusedKind::toString)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(all(r -> r.fused().stream())).isEqualTo(kinds);
  }

  @Test
  void everyQuantizedFunctionOfARowIsAnOperator() {
    Set<String> quantized = all(r -> r.quantized().twins().values().stream());
    quantized.addAll(all(r -> r.quantized().pairs().values().stream().flatMap(List::stream)));
    assertThat(quantized).contains("torch.ops.quantized.add_relu", "torch.ops.quantized.elu");
    for (String function : quantized) {
      assertThat(TABLE.findCall(function)).as(function).isNotNull();
    }
  }

  @Test
  void theRealFormOfARowMustBeARow() {
    List<OperatorRow> rows = TableReader.read("math", "quantized.neg: −x\n  real neg\n");
    assertThatThrownBy(() -> new Operators(rows))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot find operator: neg, expected one of the table");
  }

  @Test
  void everySentenceFitsACellOfATable() {
    List<OperatorRow> rows = TABLE.rows();
    assertThat(rows)
        .allSatisfy(
            r ->
                assertThat(r.doc())
                    .as(r.name())
                    .hasSizeBetween(1, 100)
                    .doesNotEndWith(".")
                    .doesNotContain("|"));
  }

  private static Set<String> all(Function<OperatorRow, Stream<String>> part) {
    return TABLE.rows().stream().flatMap(part).collect(Collectors.toCollection(TreeSet::new));
  }
}
