package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.images.ImagesFormat;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.data.preprocess.Channels;
import io.octant.pipeline.data.preprocess.Crop;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Layout;
import io.octant.pipeline.data.preprocess.Normalize;
import io.octant.pipeline.data.preprocess.Orientation;
import io.octant.pipeline.data.preprocess.PictureInput;
import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.RecordedPictures;
import io.octant.pipeline.data.preprocess.Resize;
import io.octant.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoded pictures from columns to samples. */
class PicturesTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final List<String> FILES = List.of("s420.jpg", "mode_P.png", "exif6.jpg");
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 3, 20, 24);

  @TempDir Path dir;

  static PictureSteps steps(int size) {
    return PictureSteps.of(
        Channels.RGB,
        Orientation.IGNORE,
        Optional.empty(),
        Optional.of(Resize.shorter(size, Interpolation.BICUBIC)),
        Optional.of(new Crop(20, 24)),
        Optional.of(new Normalize(List.of(0.4, 0.5, 0.6), List.of(0.2, 0.3, 0.4))),
        Layout.NCHW);
  }

  static ColumnBinding pictures(String column, PictureSteps steps) {
    return new ColumnBinding(column, Optional.empty(), 1 / 255d, 0, Optional.of(steps));
  }

  static List<String> expected(List<String> files) {
    List<ReadSamples.Sample> samples = new ArrayList<>();
    for (String file : files) {
      float[] values = new float[X.numel()];
      new PictureInput(steps(26), X.dims(), 1 / 255d, 0)
          .floats(RecordedPictures.file(file), values, 0);
      double[] wide = new double[values.length];
      Arrays.setAll(wide, i -> values[i]);
      samples.add(new ReadSamples.Sample(wide, -1));
    }
    return ReadSamples.multiset(samples);
  }

  @Test
  void aBinaryColumnHoldsEncodedPictures() {
    FileSource source = write(binary(), FILES.stream().map(RecordedPictures::file).toList());
    FileSource bound = source.withColumn("x", pictures("image", steps(26)));
    assertThat(ReadSamples.multiset(ReadSamples.all(bound.open(SPARK, List.of(X)))))
        .isEqualTo(expected(FILES));
  }

  @Test
  void aStructureHoldsBytesAndPath() {
    List<Row> structures =
        FILES.stream().map(f -> RowFactory.create(RecordedPictures.file(f), f)).toList();
    FileSource source = write(structure(), structures);
    FileSource bound = source.withColumn("x", pictures("image", steps(26)));
    assertThat(ReadSamples.multiset(ReadSamples.all(bound.open(SPARK, List.of(X)))))
        .isEqualTo(expected(FILES));

    FileSource linked = write(structure(), List.of(RowFactory.create(null, "a/b.jpg")));
    Samples<?> samples =
        linked.withColumn("x", pictures("image", steps(26))).open(SPARK, List.of(X));
    assertThatThrownBy(() -> ReadSamples.all(samples))
        .hasRootCauseMessage(
            "Cannot read column 'image' of "
                + file()
                + " row 0: null, expected a value for "
                + X
                + ", with the bytes of the picture");
  }

  @Test
  void foldersOfFilesAreClasses() throws IOException {
    Path root = dir.resolve("photos");
    put(root, "b c/s420.jpg", "s420.jpg");
    put(root, "a/deep/MODE.PNG", "mode_P.png");
    put(root, "a/exif.JPEG", "exif6.jpg");
    put(root, "z/notes.gif", "cases.csv");
    put(root, "a/README", "cases.csv");
    put(root, "a/.hidden.jpg", "cases.csv");
    FileSource source = ImagesFormat.source(root.toString());
    Samples<?> samples =
        source
            .withColumn("x", pictures("image", steps(26)))
            .withLabel("label")
            .open(SPARK, List.of(X));
    assertThat(samples.facts().samples()).isEqualTo(3);
    assertThat(samples.facts().skipped()).isEqualTo(new SkippedFiles(1, 0, 2, 0));
    List<ReadSamples.Sample> read = ReadSamples.all(samples);
    assertThat(read.stream().map(ReadSamples.Sample::label)).containsExactly(0L, 0L, 1L);
    assertThat(
            ReadSamples.multiset(
                read.stream().map(s -> new ReadSamples.Sample(s.values(), -1)).toList()))
        .isEqualTo(expected(FILES));

    FileSource bound = source.withColumn("x", pictures("image", steps(26)));
    assertThat(
            ReadSamples.multiset(
                ReadSamples.all(bound.withLimit(2).withPartitions(5).open(SPARK, List.of(X)))))
        .isEqualTo(expected(List.of("mode_P.png", "exif6.jpg")));

    put(root, "none.png", "mode_L.png");
    Samples<?> unlabelled = bound.withLabel("label").open(SPARK, List.of(X));
    assertThatThrownBy(() -> ReadSamples.all(unlabelled))
        .rootCause()
        .hasMessageContaining("none.png row 0: null, expected a class from 0 on");
    put(root, "b c/s420.jpg", "s422.jpg");
    assertThatThrownBy(() -> ReadSamples.all(samples))
        .rootCause()
        .isInstanceOf(DataException.class)
        .hasMessageContaining("s420.jpg: changed while it was read, expected its ");
  }

  private static void put(Path root, String path, String file) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.write(root.resolve(path), RecordedPictures.file(file));
  }

  @Test
  void aBadPictureIsNamedWithFileAndRow() {
    byte[] whole = RecordedPictures.file("s420.jpg");
    FileSource source = write(binary(), List.of(whole, Arrays.copyOf(whole, whole.length / 2)));
    Samples<?> samples =
        source.withColumn("x", pictures("image", steps(26))).open(SPARK, List.of(X));
    assertThatThrownBy(() -> ReadSamples.all(samples))
        .rootCause()
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read column 'image' of " + file() + " row 1: a damaged JPEG")
        .hasMessageEndingWith(", expected a whole picture");
  }

  @Test
  void stepsThatCannotFitAreRefusedBeforeReading() {
    FileSource source = write(binary(), FILES.stream().map(RecordedPictures::file).toList());
    assertThatThrownBy(
            () ->
                source
                    .withColumn("x", pictures("image", steps(26)))
                    .open(SPARK, List.of(SampleField.of("x", DType.FLOAT32, 3, 20, 25))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("pictures cropped to 20 × 24, expected what fits input 'x'");
    assertThatThrownBy(
            () ->
                source
                    .withColumn("x", pictures("image", steps(26)))
                    .open(SPARK, List.of(SampleField.of("x", DType.FLOAT32, 20, 24, 3))))
        .hasMessageContaining("3 channels as NCHW, expected what fits");
    assertThatThrownBy(
            () ->
                source
                    .withColumn("x", pictures("image", steps(26)))
                    .open(SPARK, List.of(SampleField.of("x", DType.INT64, 3, 20, 24))))
        .hasMessageContaining("and scale them: input 'x'")
        .hasMessageContaining("expected a float32 input");
    assertThatThrownBy(
            () -> source.withColumn("x", pictures("n", steps(26))).open(SPARK, List.of(X)))
        .hasMessageContaining("expected a binary column of encoded pictures");
  }

  @Test
  void stepsArePartOfWhatTheDataIs() {
    FileSource source = write(binary(), FILES.stream().map(RecordedPictures::file).toList());
    Configuration hadoop = new Configuration();
    String one = source.withColumn("x", pictures("image", steps(26))).identity(hadoop);
    assertThat(source.withColumn("x", pictures("image", steps(26))).identity(hadoop))
        .isEqualTo(one);
    assertThat(source.withColumn("x", pictures("image", steps(27))).identity(hadoop))
        .isNotEqualTo(one);
  }

  private static StructType binary() {
    return new StructType().add("image", DataTypes.BinaryType).add("n", DataTypes.IntegerType);
  }

  private static StructType structure() {
    return new StructType()
        .add(
            "image",
            new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType))
        .add("n", DataTypes.IntegerType);
  }

  private FileSource write(StructType schema, List<?> images) {
    List<Row> rows = new ArrayList<>();
    for (Object image : images) {
      rows.add(RowFactory.create(image, rows.size()));
    }
    SPARK
        .createDataFrame(rows, schema)
        .coalesce(1)
        .write()
        .mode("overwrite")
        .parquet(dir.resolve("data").toString());
    return ParquetFormat.source(dir.resolve("data").toString());
  }

  /** The only file, as messages name it. */
  private String file() {
    for (java.io.File file : dir.resolve("data").toFile().listFiles()) {
      if (file.getName().startsWith("part-")) {
        return "file:" + file;
      }
    }
    throw new IllegalStateException("no file in " + dir);
  }
}
