package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.ReadSamples.Sample;
import io.octant.pipeline.data.arrow.ArrowFormat;
import io.octant.tensor.DType;
import java.io.IOException;
import java.net.URISyntaxException;
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

/**
 * Files as pyarrow 25 writes them: ten samples of the eight numbers from eight times their index
 * on, in batches of four, with the columns {@code id}, {@code name} (a dictionary) and {@code x}.
 */
class ArrowTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 2, 4);

  @TempDir Path dir;

  private static Path file(String name) {
    try {
      return Path.of(ArrowTest.class.getResource("cases").toURI()).resolve("arrow").resolve(name);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Sample> read(FileSource source) {
    try {
      return ReadSamples.all(source.open(SPARK, List.of(X)));
    } catch (DataException | StorageException e) {
      throw e;
    } catch (Exception e) {
      throw FileFailure.find(e).orElseThrow(() -> new AssertionError("no data failure", e));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "large",
        "fixed",
        "u8",
        "i16",
        "u32",
        "u64",
        "half",
        "nested",
        "bytes",
        "fixedbytes",
        "lz4",
        "zstd",
        "stream"
      })
  void everyTypeAndCodecGivesTheSameSamples(String name) {
    Path file = file(name + (name.equals("stream") ? ".arrows" : ".arrow"));
    for (int tasks : new int[] {1, 4, 10}) {
      List<Sample> read = read(ArrowFormat.source(file.toString()).withPartitions(tasks));
      assertThat(read).hasSize(10);
      for (int i = 0; i < 10; i++) {
        assertThat(read.get(i).values())
            .containsExactly(IntStream.range(i * 8, i * 8 + 8).asDoubleStream().toArray());
      }
    }
  }

  @Test
  void dictionariesAndTextsCanBeFilteredBy() {
    FileSource source = ArrowFormat.source(file("list.arrow").toString());
    assertThat(read(source.withFilter("name = 'r1' and id > 1")).stream().map(s -> s.values()[0]))
        .containsExactly(32d, 56d);
  }

  @Test
  void namesOfColumnsHaveACaseAndStandOnce() {
    FileSource source = ArrowFormat.source(file("names.arrow").toString());
    assertThat(read(source).get(9).values()).startsWith(72, 73);
    assertThat(read(source.withColumn("x", "X")).get(9).values()).startsWith(144, 146);
    assertThat(read(source.withFilter("X[1] > 2 and id < 5"))).hasSize(4);
    assertThatThrownBy(() -> read(source.withFilter("ID < 2 or x[0] > 60")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("with name `ID` cannot be resolved");
    assertThatThrownBy(() -> read(source.withColumn("x", "y")))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "Cannot read column 'y' of ", "names.arrow: more than one of this name, expected one");
  }

  @Test
  void aFileThatTwoPathsFindIsReadOnce() throws IOException {
    Files.createDirectory(dir.resolve("day=1"));
    Files.copy(file("list.arrow"), dir.resolve("day=1/a.arrow"));
    String day = dir.resolve("day=1").toString();
    assertThat(read(ArrowFormat.source(dir.toString(), day))).hasSize(10);
    assertThat(read(ArrowFormat.source(dir + "{,/day=1}"))).hasSize(10);
  }

  @Test
  void nothingLiesBehindTheEndOfAStream() throws IOException {
    byte[] stream = Files.readAllBytes(file("stream.arrows"));
    byte[] two = Arrays.copyOf(stream, 2 * stream.length);
    System.arraycopy(stream, 0, two, stream.length, stream.length);
    Files.write(dir.resolve("a.arrows"), two);
    assertThatThrownBy(() -> read(ArrowFormat.source(dir.toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.arrows: " + stream.length + " bytes behind its end");
  }

  @Test
  void aLimitEndsWithinABatchAndFilesBehindItAreNotLookedAt() throws IOException {
    Files.copy(file("list.arrow"), dir.resolve("a.arrow"));
    Files.copy(file("lz4.arrow"), dir.resolve("b.feather"));
    Files.writeString(dir.resolve("c.arrow"), "damaged, behind the limit");
    Samples<?> samples = ArrowFormat.source(dir.toString()).withLimit(16).open(SPARK, List.of(X));
    assertThat(samples.facts().files()).isEqualTo(2);
    assertThat(ReadSamples.all(samples)).hasSize(16);
  }

  @Test
  void nullsAreRefusedByFileAndRow() {
    FileSource source = ArrowFormat.source(file("nulls.arrow").toString());
    assertThat(read(source.withLimit(5))).hasSize(5);
    assertThatThrownBy(() -> read(source.withLimit(6)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nulls.arrow row 5: null, expected a value for input 'x'");
    assertThatThrownBy(() -> read(source.withFilter("id <> 5")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("nulls.arrow row 6: null at position 1, expected no null elements");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "list.arrow | 100 | it begins as Arrow but has no footer",
        "stream.arrows | 100 | it ends ",
        "stream.arrows | 1400 | it ends "
      })
  void aFileCutShortIsNamed(String name, int bytes, String found) throws IOException {
    byte[] whole = Files.readAllBytes(file(name));
    Files.write(dir.resolve("a.arrow"), Arrays.copyOf(whole, bytes));
    assertThatThrownBy(() -> read(ArrowFormat.source(dir.toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.arrow: " + found);
  }

  @Test
  void damagedMetadataAreNoFailureOfStorage() throws IOException {
    byte[] bytes = Files.readAllBytes(file("list.arrow"));
    Arrays.fill(bytes, bytes.length - 200, bytes.length - 10, (byte) 0xEE);
    Files.write(dir.resolve("a.arrow"), bytes);
    assertThatThrownBy(() -> read(ArrowFormat.source(dir.toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.arrow");
  }

  @Test
  void numbersOf64BitsAreRefusedByRow() throws IOException {
    byte[] bytes = Files.readAllBytes(file("u64.arrow"));
    // The last number, 79, wherever it lies.
    for (int i = bytes.length - 8; i >= 0; i--) {
      if (bytes[i] == 79 && bytes[i + 1] == 0 && bytes[i - 8] == 78) {
        bytes[i + 7] = (byte) 0x80;
        break;
      }
    }
    Files.write(dir.resolve("a.arrow"), bytes);
    assertThatThrownBy(() -> read(ArrowFormat.source(dir.toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.arrow row 9: 9223372036854775887, expected numbers of up to 63");
  }

  @Test
  void filesOfOtherColumnsAndOtherFilesAreNamed() throws IOException {
    Files.copy(file("list.arrow"), dir.resolve("a.arrow"));
    Files.copy(file("large.arrow"), dir.resolve("b.arrow"));
    assertThatThrownBy(() -> read(ArrowFormat.source(dir.toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("b.arrow: array<double>, expected array<float> as in ", "a.arrow");
    Files.writeString(dir.resolve("b.arrow"), "no Arrow at all");
    assertThatThrownBy(() -> read(ArrowFormat.source(dir.toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("b.arrow: no Arrow file or stream");
  }
}
