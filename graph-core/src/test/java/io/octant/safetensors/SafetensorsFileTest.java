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

  private static byte[] headerOf(long length) {
    return ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }
}
