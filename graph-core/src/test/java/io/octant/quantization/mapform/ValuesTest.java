package io.octant.quantization.mapform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.None;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Single values and single keys in the map form. */
class ValuesTest {
  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(DType.QINT8, "{\"dtype\":\"torch.qint8\"}"),
        Arguments.of(QScheme.PER_TENSOR_AFFINE, "{\"qscheme\":\"torch.per_tensor_affine\"}"),
        Arguments.of(None.NONE, "null"),
        Arguments.of(Double.NaN, "{\"float\":\"nan\"}"),
        Arguments.of(Double.POSITIVE_INFINITY, "{\"float\":\"inf\"}"),
        Arguments.of(Double.NEGATIVE_INFINITY, "{\"float\":\"-inf\"}"),
        Arguments.of(0.5, "0.5"),
        Arguments.of(3L, "3"),
        Arguments.of(true, "true"),
        Arguments.of("text", "\"text\""),
        Arguments.of(new Tuple(List.of(1L, None.NONE)), "{\"tuple\":[1,null]}"),
        Arguments.of(List.of(DType.INT8, 2L), "[{\"dtype\":\"torch.int8\"},2]"),
        Arguments.of(
            ObserverSpec.of("Mine").with("eps", 0.25),
            "{\"ctor\":\"Mine\",\"kwargs\":{\"eps\":0.25}}"));
  }

  @ParameterizedTest
  @MethodSource
  void values(Object value, String json) {
    ObserverSpec spec = ObserverSpec.of("Observer").with("key", value);
    String text = Json.print(Values.encode(spec));
    assertThat(text.replaceAll("\\s", ""))
        .isEqualTo("{\"ctor\":\"Observer\",\"kwargs\":{\"key\":" + json + "}}");
    assertThat(Values.observer(Json.parse(text))).isEqualTo(spec);
  }

  static Stream<Arguments> targets() {
    return Stream.of(
        Arguments.of(new ModuleType("torch.nn.Linear"), "class"),
        Arguments.of(FunctionType.of("torch.add"), "function"),
        Arguments.of(new MethodType("add"), "method"));
  }

  @ParameterizedTest
  @MethodSource
  void targets(TargetType target, String kind) {
    assertThat(Values.encode(target)).isEqualTo(Map.of(kind, target.name()));
    assertThat(Values.target(Values.encode(target))).isEqualTo(target);
    assertThat(Values.target(target)).isSameAs(target);
  }

  @Test
  void bareNamesAreMethodsAndDtypes() {
    assertThat(Values.target("reshape")).isEqualTo(new MethodType("reshape"));
    assertThat(Values.dtype("quint8")).isEqualTo(DType.QUINT8);
    assertThat(Values.dtype(Map.of("dtype", "torch.qint8"))).isEqualTo(DType.QINT8);
    ObserverSpec spec = ObserverSpec.of("Mine");
    assertThat(Values.observer(spec)).isSameAs(spec);
  }

  @Test
  void whatIsNoTargetIsRefused() {
    for (Object wrong :
        Arrays.asList(
            null,
            5,
            Map.of("klass", "a"),
            Map.of("class", 3),
            Map.of("class", "a", "function", "b"))) {
      assertThatThrownBy(() -> Values.target(wrong))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "Cannot read object type: " + wrong + ", expected {class}, {function} or {method}");
    }
    assertThatThrownBy(() -> Values.dtype(3)).hasMessage("Cannot read dtype: 3, expected {dtype}");
  }

  private static MapReader reader(Map<String, ?> map) {
    return MapReader.of("thing", map, List.of("a", "b", "count", "counter"));
  }

  @Test
  void keysAreReadByKind() {
    MapReader in = reader(Map.of("a", "text", "b", true, "count", 2.5, "counter", List.of("x")));
    assertThat(in.text("a")).contains("text");
    assertThat(in.flag("b")).isTrue();
    assertThat(in.number("count")).contains(2.5);
    assertThat(in.texts("counter")).containsExactly("x");
    assertThat(in.has("a")).isTrue();
    assertThat(in.find("a")).isEqualTo("text");
    assertThat(in.require("a")).isEqualTo("text");
    MapReader empty = reader(Map.of());
    assertThat(empty.has("a")).isFalse();
    assertThat(empty.find("a")).isNull();
    assertThat(empty.text("a")).isEmpty();
    assertThat(empty.flag("b")).isFalse();
    assertThat(empty.number("count")).isEmpty();
    assertThat(empty.list("a")).isEmpty();
    assertThat(empty.integers("a")).isEmpty();
    assertThatThrownBy(() -> empty.require("a"))
        .hasMessage("Cannot read thing: [], expected a key 'a'");
    assertThat(reader(Map.of("a", List.of(1L, 2.0))).integers("a")).containsExactly(1, 2);
    assertThat(reader(Map.of("b", false)).flag("b")).isFalse();
  }

  @Test
  void valuesOfAnotherKindAreRefusedWithTheirKey() {
    MapReader in = reader(Map.of("a", 5));
    assertThatThrownBy(() -> in.text("a")).hasMessage("Cannot read thing: a=5, expected a string");
    assertThatThrownBy(() -> in.flag("a")).hasMessage("Cannot read thing: a=5, expected a boolean");
    assertThatThrownBy(() -> in.list("a")).hasMessage("Cannot read thing: a=5, expected a list");
    assertThatThrownBy(() -> reader(Map.of("a", "x")).number("a"))
        .hasMessage("Cannot read thing: a=x, expected a number");
    assertThatThrownBy(() -> MapReader.of("thing", 5, List.of("a")))
        .hasMessage("Cannot read thing: 5, expected a map of [a]");
    assertThatThrownBy(() -> MapReader.of("thing", Map.of(1, 2), List.of("a")))
        .hasMessage("Cannot read thing: unknown key '1', expected 'a' or another of [a]");
  }

  @Test
  void theNearestKeyIsNamed() {
    for (String[] pair :
        new String[][] {{"cuont", "count"}, {"COUNTERS", "counter"}, {"", "a"}, {"bb", "b"}}) {
      assertThatThrownBy(() -> reader(Map.of(pair[0], 1)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              "Cannot read thing: unknown key '"
                  + pair[0]
                  + "', expected '"
                  + pair[1]
                  + "' or another of [a, b, count, counter]");
    }
  }

  @Test
  void textThatIsNoObjectIsRefused() {
    for (String text : List.of("{", "[1]", "nul")) {
      assertThatThrownBy(() -> Json.parse(text))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageStartingWith("Cannot parse configuration: ");
    }
  }
}
