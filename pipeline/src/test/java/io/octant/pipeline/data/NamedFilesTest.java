package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.data.preprocess.Channels;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Layout;
import io.octant.pipeline.data.preprocess.Orientation;
import io.octant.pipeline.data.preprocess.PictureInput;
import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.RecordedPictures;
import io.octant.pipeline.data.preprocess.Resize;
import io.octant.pipeline.data.preprocess.Stored;
import io.octant.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of pictures: a CSV or JSON file that names them, or any other column of paths. */
class NamedFilesTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField IMAGE = SampleField.of("x", DType.FLOAT32, 3, 8, 8);
  private static final List<String> PICTURES = List.of("s444.jpg", "mode_RGB.png", "tiny.jpg");
  private static final PictureSteps STEPS =
      PictureSteps.of(
          Channels.RGB,
          Orientation.IGNORE,
          Optional.empty(),
          Optional.of(new Resize(8, 8, Interpolation.BILINEAR)),
          Optional.empty(),
          Optional.empty(),
          Layout.NCHW);

  @TempDir Path dir;

  @BeforeEach
  void writePictures() throws IOException {
    Files.createDirectories(dir.resolve("photos/far away"));
    Files.createDirectories(dir.resolve("lists"));
    for (String picture : PICTURES) {
      Files.write(dir.resolve("photos/far away/" + picture), RecordedPictures.file(picture));
    }
  }

  private FileSource csv(String... lines) throws IOException {
    Files.write(dir.resolve("lists/a.csv"), List.of(lines));
    return FileSource.of(
            DataFormats.load("csv").withOptions(Map.of("header", "true", "inferSchema", "true")),
            List.of(dir.resolve("lists/a.csv").toString()))
        .withColumn("x", column("file_name"))
        .withLabel("label");
  }

  private static ColumnBinding column(String name) {
    return new ColumnBinding(
        name, Optional.empty(), 1, 0, Optional.of(STEPS.withStored(Stored.FILES)));
  }

  private static List<ReadSamples.Sample> expected() {
    List<ReadSamples.Sample> samples = new ArrayList<>();
    for (String picture : PICTURES) {
      float[] values = new float[192];
      new PictureInput(STEPS, IMAGE.dims(), 1, 0).floats(RecordedPictures.file(picture), values, 0);
      double[] wide = new double[192];
      for (int i = 0; i < 192; i++) {
        wide[i] = values[i];
      }
      samples.add(new ReadSamples.Sample(wide, samples.size() + 3));
    }
    return samples;
  }

  @Test
  void aListOfPicturesAndLabelsIsACsvFile() throws IOException {
    FileSource source =
        csv(
            "file_name,label",
            "../photos/far away/s444.jpg,3",
            dir + "/photos/far away/mode_RGB.png,4",
            "file://" + dir + "/photos/far away/tiny.jpg,5");
    for (int tasks : new int[] {1, 3}) {
      Samples<?> samples = source.withPartitions(tasks).open(SPARK, List.of(IMAGE));
      assertThat(ReadSamples.multiset(ReadSamples.all(samples)))
          .isEqualTo(ReadSamples.multiset(expected()));
      assertThat(samples.splits()).as("before the pictures are looked at").isEmpty();
      assertThat(samples.withNamedFiles().splits()).hasSize(1);
    }
    assertThat(ReadSamples.all(source.withFilter("label = 4").open(SPARK, List.of(IMAGE))))
        .singleElement()
        .satisfies(s -> assertThat(s.values()).isEqualTo(expected().get(1).values()));
    Configuration hadoop = new Configuration();
    assertThat(source.withLimit(2).identity(hadoop))
        .isNotEqualTo(source.withLimit(2).identity(hadoop));
  }

  @Test
  void anyFormatMayNamePictures() {
    SPARK
        .createDataset(
            List.of("../photos/far away/tiny.jpg"), org.apache.spark.sql.Encoders.STRING())
        .toDF("p")
        .write()
        .parquet(dir + "/parquet");
    FileSource source = ParquetFormat.source(dir + "/parquet").withColumn("x", column("p"));
    assertThat(ReadSamples.all(source.open(SPARK, List.of(IMAGE))))
        .singleElement()
        .satisfies(s -> assertThat(s.values()).isEqualTo(expected().get(2).values()));
    SPARK
        .sql("select '" + dir + "/photos/far away/tiny.jpg' as p")
        .createOrReplaceTempView("named");
    TableSource table = TableSource.of("named").withColumn("x", column("p"));
    assertThat(ReadSamples.all(table.open(SPARK, List.of(IMAGE)))).hasSize(1);
  }

  @Test
  void whatIsNoPictureIsNamedWithTheRowThatNamesIt() throws IOException {
    assertRefused("gone.jpg", "lists/gone.jpg: no such file, expected an existing file");
    assertRefused("../photos", "/photos: a folder, expected a file of a picture");
    assertRefused("a.csv", "bytes of another format, expected a JPEG or PNG picture");
    FileSource number = csv("file_name,label", "7,1");
    assertThatThrownBy(() -> number.open(SPARK, List.of(IMAGE)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read column 'file_name' of ")
        .hasMessageContaining("int, expected a column of texts");
    SPARK.sql("select 'here.jpg' as p").createOrReplaceTempView("relative");
    Samples<?> table =
        TableSource.of("relative").withColumn("x", column("p")).open(SPARK, List.of(IMAGE));
    assertThatThrownBy(() -> ReadSamples.all(table))
        .rootCause()
        .hasMessageContaining("the relative path here.jpg, expected an absolute one");
  }

  private void assertRefused(String name, String message) throws IOException {
    Samples<?> samples =
        csv("file_name,label", "../photos/far away/tiny.jpg,0", name + ",1")
            .open(SPARK, List.of(IMAGE));
    assertThatThrownBy(() -> ReadSamples.all(samples))
        .rootCause()
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "Cannot read column 'file_name' of file:" + dir + "/lists/a.csv row 1")
        .hasMessageContaining(message);
  }
}
