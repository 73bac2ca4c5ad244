package io.octant.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SafetensorsFileTest {
  private static byte[] file(String header, byte... data) {
    int bytes = header.getBytes(StandardCharsets.UTF_8).length;
    return unpadded(header + " ".repeat((8 - bytes % 8) % 8), data);
  }

  private static byte[] unpadded(String header, byte... data) {
    byte[] h = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + h.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(h.length)
        .put(h)
        .put(data)
        .array();
  }

  private static Tensor decode(String dtype, String shape, byte... data) {
    String header =
        "{\"__metadata__\":{\"a\":\"b\"},\"t\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[0,%d]}}";
    return SafetensorsFile.parse(
            "x.safetensors", file(header.formatted(dtype, shape, data.length), data))
        .tensor("t");
  }

  @Test
  void decodesEveryType() {
    assertThat(decode("F32", "[1]", (byte) 0, (byte) 0, (byte) 0xc0, (byte) 0x3f))
        .isEqualTo(Tensor.of(new float[] {1.5f}, 1));
    assertThat(decode("BF16", "[1]", (byte) 0xc0, (byte) 0x3f).floats()).containsExactly(1.5f);
    assertThat(decode("F64", "[]", new byte[] {0, 0, 0, 0, 0, 0, (byte) 0xf8, 0x3f}).item())
        .isEqualTo(1.5);
    assertThat(decode("I64", "[1]", new byte[] {-2, -1, -1, -1, -1, -1, -1, -1}).longs())
        .containsExactly(-2L);
    assertThat(decode("I32", "[1]", new byte[] {-2, -1, -1, -1}).ints()).containsExactly(-2);
    assertThat(decode("I16", "[1]", new byte[] {-2, -1}).ints()).containsExactly(-2);
    assertThat(decode("U16", "[1]", new byte[] {-2, -1}).ints()).containsExactly(65534);
    assertThat(decode("I8", "[2]", new byte[] {-2, 3}).ints()).containsExactly(-2, 3);
    assertThat(decode("U8", "[2]", new byte[] {-2, 3}).ints()).containsExactly(254, 3);
    assertThat(decode("BOOL", "[2]", new byte[] {0, 1}))
        .isEqualTo(Tensor.of(DType.BOOL, Shape.of(2), new int[] {0, 1}));
  }

  @Test
  void decodesHalfPrecisionIncludingSubnormalsAndSpecials() {
    float[] values =
        decode("F16", "[6]", new byte[] {0, 0x3e, 0, (byte) 0xbe, 1, 0, 0, 0x7c, 0, 0x7e, -1, 0x7b})
            .floats();
    assertThat(values[0]).isEqualTo(1.5f);
    assertThat(values[1]).isEqualTo(-1.5f);
    assertThat(values[2]).isEqualTo(0x1p-24f);
    assertThat(values[3]).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(values[4]).isNaN();
    assertThat(values[5]).isEqualTo(65504f);
  }

  @Test
  void refusesMalformedFilesByName() {
    Path missing = Path.of("no", "such.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.read(missing))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("such.safetensors");
    assertThatThrownBy(() -> SafetensorsFile.parse("short.st", new byte[3]))
        .hasMessageContaining("short.st: 3 bytes");
    assertThatThrownBy(() -> SafetensorsFile.parse("long.st", headerOf(1000)))
        .hasMessageContaining("long.st: header of 1000 bytes");
    assertThatThrownBy(() -> SafetensorsFile.parse("json.st", file("{]")))
        .hasMessageContaining("json.st: malformed header");
    assertThatThrownBy(() -> decode("F32", "[2]", new byte[4]))
        .hasMessageContaining("4 bytes, expected 8");
    assertThatThrownBy(() -> decode("Q9", "[1]", new byte[1])).hasMessageContaining("dtype Q9");
    assertThatThrownBy(
            () ->
                SafetensorsFile.parse(
                    "out.st",
                    file(
                        "{\"t\":{\"dtype\":\"I8\",\"shape\":[9],\"data_offsets\":[0,9]}}",
                        (byte) 1)))
        .hasMessageContaining("tensor t at [0, 9), expected within 1 bytes");
  }

  private static String entry(String name, int begin, int end) {
    return "\"%s\":{\"dtype\":\"I8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
        .formatted(name, end - begin, begin, end);
  }

  @Test
  void acceptsOnlyWhatTheLibraryWrites() {
    String a = entry("a", 0, 1);
    assertThat(SafetensorsFile.parse("ok", file("{}")).names()).isEmpty();
    assertThat(
            SafetensorsFile.parse(
                    "ok", file("{" + a + "," + entry("\u00e9\u2713", 1, 3) + "}", new byte[3]))
                .names())
        .containsExactly("a", "\u00e9\u2713");
    refuses("begin at 1", file("{" + a + "," + entry("b", 2, 3) + "}", new byte[3]));
    refuses("begin at 1", file("{" + a + "," + entry("b", 0, 3) + "}", new byte[3]));
    refuses("begin at 0", file("{" + entry("b", 1, 2) + "," + a + "}", new byte[2]));
    refuses("end at byte 1 of 2", file("{" + a + "}", new byte[2]));
    refuses("Duplicate field 'a'", file("{" + a + "," + a + "}", new byte[1]));
    refuses("differs at character 1", file("{ " + a + "}", new byte[1]));
    refuses(
        "differs at character 2", file("{" + a.replace("\"a\"", "\"\\u0061\"") + "}", new byte[1]));
    refuses("0 follow the last brace", unpadded("{" + a + "}", new byte[1]));
    refuses("14 follow the last brace", unpadded("{}" + " ".repeat(14)));
    refuses("follow the last brace", unpadded("{}   \n  "));
    refuses("follow the last brace", unpadded("{}{}    \0"));
    refuses("follow the last brace", unpadded("        "));
    refuses("Trailing token", file("{}{}"));
    refuses("expected dtype, shape", file("{" + a.replace("}", ",\"x\":1}") + "}", new byte[1]));
    refuses("expected dtype, shape", file("{\"a\":1}"));
    refuses("sizes of at least 0", file("{" + a.replace("[1]", "[1.0]") + "}", new byte[1]));
    refuses("sizes of at least 0", file("{" + a.replace("[1]", "[-1]") + "}", new byte[1]));
    refuses("2^31 - 1 elements", file("{" + a.replace("[1]", "[65536,65536]") + "}", new byte[1]));
    refuses("an object of texts", file("{" + a + ",\"__metadata__\":{}}", new byte[1]));
    refuses("an object of texts", file("{\"__metadata__\":{\"a\":1}}"));
    byte[] latin = file("{" + a + "}", new byte[1]);
    latin[10] = (byte) 0xe9;
    refuses("not UTF-8", latin);
    assertThatThrownBy(() -> decode("BOOL", "[1]", (byte) 2)).hasMessageContaining("BOOL 2");
  }

  private static void refuses(String complaint, byte[] bytes) {
    assertThatThrownBy(() -> SafetensorsFile.parse("x.st", bytes))
        .isInstanceOf(OctantException.class)
        .hasMessageContaining("x.st")
        .hasMessageContaining(complaint);
  }

  private static byte[] headerOf(long length) {
    return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }
}
