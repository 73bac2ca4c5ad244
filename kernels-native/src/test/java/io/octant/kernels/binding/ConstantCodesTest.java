package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Constants that cross to native code have the same codes on both sides. */
class ConstantCodesTest {
  private static final Path SOURCES = Path.of("src/main/cpp");

  /** Names and codes of a C++ enumeration, as its header spells them. */
  private static Map<String, Integer> header(String file, String name) throws IOException {
    Matcher body =
        Pattern.compile("enum class " + name + "[^{]*\\{([^}]*)}")
            .matcher(Files.readString(SOURCES.resolve(file)));
    assertThat(body.find()).as(name).isTrue();
    Map<String, Integer> out = new TreeMap<>();
    for (String item : body.group(1).replaceAll("//[^\n]*", "").split(",")) {
      String[] parts = item.split("=");
      assertThat(parts).as(item).hasSize(2);
      out.put(parts[0].strip(), Integer.valueOf(parts[1].strip()));
    }
    return out;
  }

  private static <E extends Enum<E>> Map<String, Integer> codes(E[] values, ToIntFunction<E> code) {
    Map<String, Integer> out = new TreeMap<>();
    Arrays.stream(values)
        .forEach(v -> out.put(v.name().toLowerCase(Locale.ROOT), code.applyAsInt(v)));
    return out;
  }

  @Test
  void javaAndNativeCodeAgree() throws IOException {
    assertThat(codes(ElementType.values(), ElementType::code))
        .isEqualTo(header("kernel.h", "Type"));
    String primitive = "onednn/primitive.h";
    assertThat(codes(Unary.values(), Unary::code)).isEqualTo(header(primitive, "Unary"));
    Map<String, Integer> pairs = codes(Binary.values(), Binary::code);
    assertThat(pairs).containsAllEntriesOf(header(primitive, "Binary"));
    assertThat(pairs).isEqualTo(header("kernels/pairwise.h", "Pair"));
    assertThat(codes(Curve.values(), Curve::code)).isEqualTo(header("kernels/curve.h", "Curve"));
    String operators = "onednn/operators.h";
    assertThat(codes(Pooling.values(), Pooling::code)).isEqualTo(header(operators, "Pooling"));
    assertThat(codes(Reduction.values(), Reduction::code))
        .isEqualTo(header(operators, "Reduction"));
  }
}
