package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.arrow.ArrowFormat;
import io.octant.pipeline.data.npy.NpyFormat;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are refused, or left out as if they were not there. */
class DamagedFilesTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField IMAGE = SampleField.of("image", DType.FLOAT32, 1, 28, 28);
  private static final Path DIGITS = Path.of("../examples/digits/test.parquet");

  @TempDir Path dir;
  private Path good;
  private Path mixed;

  @BeforeEach
  void twoFilesAndADamagedOneBetween() throws IOException {
    good = Files.createDirectories(dir.resolve("good"));
    mixed = Files.createDirectories(dir.resolve("mixed"));
    for (Path folder : List.of(good, mixed)) {
      Files.copy(DIGITS, folder.resolve("a.parquet"));
      Files.copy(DIGITS, folder.resolve("c.parquet"));
    }
    byte[] bytes = Files.readAllBytes(DIGITS);
    Files.write(mixed.resolve("b.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
  }

  @Test
  void theFirstIsAnError() {
    assertThatThrownBy(() -> open(ParquetFormat.source(mixed.toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("mixed/b.parquet: it begins as Parquet but has no footer, expected");
  }

  @Test
  void leftOutTheyAreNamedAndTheRestIsAsWithoutThem() {
    Samples<?> samples = open(skipping(mixed));
    Samples<?> without = open(ParquetFormat.source(good.toString()));

    assertThat(samples.facts().files()).isEqualTo(2);
    assertThat(samples.facts().samples()).isEqualTo(2000);
    assertThat(samples.facts().damaged())
        .containsExactly(
            "file:" + mixed.resolve("b.parquet") + ": it begins as Parquet but has no footer");
    assertThat(without.facts().damaged()).isEmpty();
    assertThat(values(samples)).isEqualTo(values(without));
    assertThat(samples.splits()).hasSameSizeAs(without.splits());
    assertThat(samples.splits().toString()).doesNotContain("b.parquet");
  }

  @Test
  void theRowsOfALimitComeFromTheOthers() {
    Samples<?> samples = open(skipping(mixed).withLimit(1500));
    assertThat(samples.facts().samples()).isEqualTo(1500);
    assertThat(samples.facts().damaged()).hasSize(1);
    Samples<?> few = open(skipping(mixed).withLimit(1000));
    assertThat(few.facts().samples()).isEqualTo(1000);
    assertThat(few.facts().damaged()).as("it lies behind the rows that are wanted").isEmpty();
  }

  @Test
  void aRunThatLeavesThemOutIsAnotherRun() {
    Configuration hadoop = new Configuration();
    FileSource source = ParquetFormat.source(good.toString());
    assertThat(source.withDamaged(Damaged.SKIP).identity(hadoop))
        .isNotEqualTo(source.identity(hadoop));
    assertThat(source.withDamaged(Damaged.REFUSE).identity(hadoop))
        .isEqualTo(source.identity(hadoop));
  }

  @Test
  void nothingButDamagedFilesIsAnError() throws IOException {
    Files.delete(mixed.resolve("a.parquet"));
    Files.delete(mixed.resolve("c.parquet"));
    Files.writeString(mixed.resolve("notes.txt"), "two of them are gone");
    assertThatThrownBy(() -> open(skipping(mixed)))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            ": no Parquet file in it (files left out: 1 not Parquet, 1 damaged), expected at least"
                + " one");
  }

  @Test
  void otherFormatsFindTheirsToo() throws IOException {
    Files.write(mixed.resolve("x.npy"), new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    Files.write(
        mixed.resolve("x.arrow"), "ARROW1\0\0 and no more".getBytes(StandardCharsets.UTF_8));
    for (FileSource source :
        List.of(
            NpyFormat.source(mixed.resolve("x.npy").toString()),
            ArrowFormat.source(mixed.resolve("x.arrow").toString()))) {
      assertThatThrownBy(() -> open(source.withDamaged(Damaged.SKIP)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("(files left out: 1 damaged)");
    }
  }

  @Test
  void aFileThatIsOnlyNotForUsIsNeverLeftOut() throws IOException {
    Files.writeString(mixed.resolve("b.parquet"), "PAR1 and what only its owner can read PARE");
    assertThatThrownBy(() -> open(skipping(mixed)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("mixed/b.parquet: its footer is encrypted, expected");
  }

  @Test
  void whatStorageDoesNotGiveIsNoDamage() throws IOException {
    SPARK
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.shorter.impl", ShorterFileSystem.class.getName());
    Files.write(mixed.resolve("x.npy"), new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    Files.writeString(mixed.resolve("x.arrow"), "ARROW1\0\0 and no more");
    for (FileSource source :
        List.of(
            ParquetFormat.source("shorter://" + mixed.resolve("a.parquet")),
            NpyFormat.source("shorter://" + mixed.resolve("x.npy")),
            ArrowFormat.source("shorter://" + mixed.resolve("x.arrow")))) {
      assertThatThrownBy(() -> open(source.withDamaged(Damaged.SKIP)))
          .as("Spark tries again, and then names it")
          .hasMessageContaining("StorageException: Cannot reach data: shorter:")
          .hasMessageContaining("mixed/");
    }
  }

  private static List<String> values(Samples<?> samples) {
    return ReadSamples.all(samples).stream().map(s -> Arrays.toString(s.values())).toList();
  }

  private static FileSource skipping(Path folder) {
    return ParquetFormat.source(folder.toString()).withDamaged(Damaged.SKIP);
  }

  private static Samples<?> open(FileSource source) {
    return source.withColumn("image", "image").open(SPARK, List.of(IMAGE));
  }
}
