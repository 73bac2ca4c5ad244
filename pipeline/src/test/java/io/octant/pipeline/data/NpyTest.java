package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.ReadSamples.Sample;
import io.octant.pipeline.data.npy.NpyFormat;
import io.octant.tensor.DType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays of [10, 2, 4] with the numbers from 0 on, as NumPy 2.4 writes them, and damaged ones. */
class NpyTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 2, 4);

  @TempDir Path dir;

  private static Samples<?> open(FileSource source, SampleField field) {
    return source.withColumn(field.input(), "array").open(SPARK, List.of(field));
  }

  private static String file(String name) {
    try {
      Path cases = Path.of(NpyTest.class.getResource("cases").toURI());
      return cases.resolve("npy").resolve(name).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "i1",
        "u1",
        "i2",
        "i2b",
        "u2",
        "i4",
        "i4b",
        "u4",
        "u4b",
        "i8",
        "i8b",
        "u8",
        "f2",
        "f2b",
        "f4",
        "f4b",
        "f8",
        "f8b",
        "fortran",
        "version2",
        "version3"
      })
  void everyTypeAndOrderGivesTheSameSamples(String name) {
    List<Sample> read = ReadSamples.all(open(NpyFormat.source(file(name + ".npy")), X));
    assertThat(read).hasSize(10);
    for (int i = 0; i < 10; i++) {
      assertThat(read.get(i).values())
          .containsExactly(IntStream.range(i * 8, i * 8 + 8).asDoubleStream().toArray());
    }
  }

  @Test
  void truthValuesAreZeroAndOne() {
    assertThat(ReadSamples.all(open(NpyFormat.source(file("b1.npy")), X)).get(0).values())
        .containsExactly(0, 1, 1, 1, 1, 1, 1, 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "(10, 2, 4) | 2,4 | 10",
        "(10, 8) | 2,4 | 10",
        "(80,) | 1 | 80",
        "(80,) | | 80",
        "(80,) | 80 | 1",
        "(2, 5, 8) | 2,5,8 | 1",
        "(8, 10) | 1,8,10 | 1",
        "(20, 2, 2) | 1,2,2 | 20",
        "(1, 80) | 80 | 1"
      })
  void shapesTellWhatASampleIs(String shape, String dims, int samples) throws IOException {
    write("a.npy", header("<f4", "False", shape), 80);
    int[] axes =
        dims == null
            ? new int[0]
            : Arrays.stream(dims.split(",")).mapToInt(Integer::parseInt).toArray();
    SampleField field = SampleField.of("x", DType.FLOAT32, axes);
    List<Sample> read = ReadSamples.all(open(NpyFormat.source(dir.toString()), field));
    assertThat(read).hasSize(samples);
    assertThat(read.stream().flatMapToDouble(s -> Arrays.stream(s.values())).toArray())
        .containsExactly(IntStream.range(0, 80).asDoubleStream().toArray());
  }

  @Test
  void aLimitAndTasksCutArraysOfAnyOrder() throws IOException {
    Files.copy(Path.of(file("fortran.npy")), dir.resolve("a.npy"));
    Files.copy(Path.of(file("f4.npy")), dir.resolve("b.npy"));
    Files.writeString(dir.resolve("c.npy"), "damaged, behind the limit");
    Files.writeString(dir.resolve("notes.txt"), "no data");
    for (int tasks : new int[] {1, 5, 15}) {
      Samples<?> samples =
          open(NpyFormat.source(dir.toString()).withLimit(15).withPartitions(tasks), X);
      assertThat(samples.partitions()).isEqualTo(tasks);
      assertThat(ReadSamples.all(samples).stream().mapToDouble(s -> s.values()[1]))
          .containsExactly(1d, 9d, 17d, 25d, 33d, 41d, 49d, 57d, 65d, 73d, 1d, 9d, 17d, 25d, 33d);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<c8 | False | (80,) | its elements are of type <c8",
        "=f4 | False | (80,) | its elements are of type =f4, without a byte order",
        "<f4 | Maybe | (80,) | its header does not tell the order of its elements",
        "<f4 | False | 80 | its header does not tell its shape",
        "<f4 | False | (81,) | 320 bytes behind its header, which tells of 324",
        "<f4 | False | (4000000000, 4000000000) | its shape is [4000000000, 4000000000]",
        "<f4 | False | (8, 3, 2) | 320 bytes behind its header, which tells of 192",
        "<f4 | False | (8, 5, 2) | an array of shape [8, 5, 2], expected that of input 'x'"
      })
  void otherArraysAreRefusedByFile(String descr, String order, String shape, String found)
      throws IOException {
    write("a.npy", header(descr, order, shape), 80);
    assertThatThrownBy(() -> open(NpyFormat.source(dir.toString()), X))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.npy: " + found);
  }

  @Test
  void filesOfDifferentTypesAndWhatIsNoArrayAreRefused() throws IOException {
    Files.copy(Path.of(file("f4.npy")), dir.resolve("a.npy"));
    Files.copy(Path.of(file("f8.npy")), dir.resolve("b.npy"));
    assertThatThrownBy(() -> open(NpyFormat.source(dir.toString()), X))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("b.npy: elements of type F8, expected F4 as in ", "a.npy");
    Files.writeString(dir.resolve("b.npy"), "no array");
    assertThatThrownBy(() -> open(NpyFormat.source(dir.toString()), X))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("b.npy: no NumPy array");
  }

  @Test
  void numbersOf64BitsAreRefusedByRow() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(file("u8.npy")));
    Arrays.fill(bytes, bytes.length - 8, bytes.length, (byte) 255);
    Files.write(dir.resolve("a.npy"), bytes);
    assertThatThrownBy(
            () -> {
              try {
                ReadSamples.all(open(NpyFormat.source(dir.toString()), X));
              } catch (Exception e) {
                throw FileFailure.find(e).orElseThrow();
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.npy row 9: 18446744073709551615 at position 7");
  }

  private static String header(String descr, String order, String shape) {
    return "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }".formatted(descr, order, shape);
  }

  /** A file of version 1 with floats from 0 on. */
  private void write(String name, String header, int count) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes =
        ByteBuffer.allocate(10 + text.length + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) text.length).put(text);
    IntStream.range(0, count).forEach(bytes::putFloat);
    Files.write(dir.resolve(name), bytes.array());
  }
}
