package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.data.preprocess.RecordedPictures;
import io.octant.pipeline.data.preprocess.TokenInput;
import io.octant.pipeline.data.preprocess.TokenSteps;
import io.octant.pipeline.data.preprocess.TokenSteps.Output;
import io.octant.pipeline.data.preprocess.TokenSteps.Truncation;
import io.octant.pipeline.data.preprocess.TokenizerFile;
import io.octant.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A column of texts feeds the inputs of a text model. */
class TextsTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final TokenizerFile TOKENIZER =
      TokenizerFile.of("wordpiece.json", RecordedPictures.file("tokenizer/wordpiece.json"));
  private static final List<String> TEXTS = List.of("the quick fox", "", "dog ".repeat(40));

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(Output.class)
  void oneColumnFeedsEachOfTheInputs(Output output) {
    List<ReadSamples.Sample> expected = new ArrayList<>();
    for (String text : TEXTS) {
      long[] tokens = new long[12];
      new TokenInput(new TokenSteps(TOKENIZER, output), 12).longs(List.of(text), tokens, 0);
      expected.add(new ReadSamples.Sample(Arrays.stream(tokens).asDoubleStream().toArray(), -1));
    }
    FileSource source = write(TEXTS).withColumn("x", text(output));
    for (DType type : List.of(DType.INT64, DType.INT32)) {
      assertThat(
              ReadSamples.multiset(
                  ReadSamples.all(source.open(SPARK, List.of(SampleField.of("x", type, 12))))))
          .isEqualTo(ReadSamples.multiset(expected));
    }
  }

  @Test
  void onlyTokensOfTextsFitIntegersOfOneAxis() {
    FileSource source = write(TEXTS).withColumn("x", text(Output.IDS));
    assertThatThrownBy(() -> source.open(SPARK, List.of(SampleField.of("x", DType.FLOAT32, 12))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected an input of one axis besides the batch, int64 or int32");
    assertThatThrownBy(() -> source.open(SPARK, List.of(SampleField.of("x", DType.INT64, 3, 4))))
        .hasMessageContaining("expected an input of one axis besides the batch");
    SampleField one = SampleField.of("x", DType.INT64, 12);
    assertThatThrownBy(
            () ->
                source
                    .withColumn("x", new ColumnBinding("n", Optional.empty(), 1, 0, steps()))
                    .open(SPARK, List.of(one)))
        .hasMessageContaining("int, expected a column of texts for input 'x'");
    FileSource missing = write(Arrays.asList("a", null)).withColumn("x", text(Output.IDS));
    Samples<?> samples = missing.open(SPARK, List.of(one));
    assertThatThrownBy(() -> ReadSamples.all(samples))
        .rootCause()
        .hasMessageContaining("row 1: null, expected a value for input 'x'");
  }

  @Test
  void twoColumnsAreThePairsOfTheirRows() {
    SPARK
        .createDataFrame(
            List.of(
                RowFactory.create("the fox", "quick dog"),
                RowFactory.create("dog ".repeat(9), "a"),
                RowFactory.create("the dog", null)),
            new StructType().add("q", DataTypes.StringType).add("c.d", DataTypes.StringType))
        .coalesce(1)
        .write()
        .parquet(dir.resolve("pairs").toString());
    TokenSteps steps =
        new TokenSteps(
            TOKENIZER, Output.IDS, List.of(new TokenSteps.Pair("c.d", Truncation.LONGEST_FIRST)));
    FileSource source =
        ParquetFormat.source(dir.resolve("pairs").toString())
            .withColumn("x", new ColumnBinding("q", Optional.empty(), 1, 0, Optional.of(steps)));
    SampleField x = SampleField.of("x", DType.INT64, 9);
    List<ReadSamples.Sample> expected = new ArrayList<>();
    for (List<String> pair :
        List.of(List.of("the fox", "quick dog"), List.of("dog ".repeat(9), "a"))) {
      long[] tokens = new long[9];
      new TokenInput(steps, 9).longs(pair, tokens, 0);
      expected.add(new ReadSamples.Sample(Arrays.stream(tokens).asDoubleStream().toArray(), -1));
    }
    for (FileSource two :
        List.of(source.withLimit(2), source.withFilter("`c.d` is not null and q != ''"))) {
      assertThat(ReadSamples.multiset(ReadSamples.all(two.open(SPARK, List.of(x)))))
          .isEqualTo(ReadSamples.multiset(expected));
    }
    assertThatThrownBy(() -> ReadSamples.all(source.open(SPARK, List.of(x))))
        .rootCause()
        .hasMessageContaining("Cannot read column 'q' of ")
        .hasMessageContaining("row 2: null as the second text of a pair, expected two texts for");
    assertThat(source.identity(new Configuration())).contains("Pair[column=c.d, truncation=");
    FileSource number =
        write(TEXTS)
            .withColumn(
                "x",
                new ColumnBinding(
                    "text",
                    Optional.empty(),
                    1,
                    0,
                    Optional.of(
                        new TokenSteps(
                            TOKENIZER,
                            Output.IDS,
                            List.of(new TokenSteps.Pair("n", Truncation.ONLY_FIRST))))));
    assertThatThrownBy(() -> number.open(SPARK, List.of(x)))
        .hasMessageContaining("Cannot read column 'n' of ")
        .hasMessageContaining("int, expected a column of texts for input 'x'");
  }

  @Test
  void theTokenizerIsPartOfWhatTheDataIs() {
    FileSource source = write(TEXTS);
    String one = source.withColumn("x", text(Output.IDS)).identity(new Configuration());
    assertThat(one).contains(TOKENIZER.toString());
    assertThat(source.withColumn("x", text(Output.MASK)).identity(new Configuration()))
        .isNotEqualTo(one);
  }

  private static ColumnBinding text(Output output) {
    return new ColumnBinding(
        "text", Optional.empty(), 1, 0, Optional.of(new TokenSteps(TOKENIZER, output)));
  }

  private static Optional<io.octant.pipeline.data.preprocess.Preprocessing> steps() {
    return Optional.of(new TokenSteps(TOKENIZER, Output.IDS));
  }

  private FileSource write(List<String> texts) {
    List<org.apache.spark.sql.Row> rows = new ArrayList<>();
    for (String text : texts) {
      rows.add(RowFactory.create(text, rows.size()));
    }
    SPARK
        .createDataFrame(
            rows,
            new StructType().add("text", DataTypes.StringType).add("n", DataTypes.IntegerType))
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(dir.resolve("data").toString());
    return ParquetFormat.source(dir.resolve("data").toString());
  }
}
