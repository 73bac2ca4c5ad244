package io.octant.pipeline.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.MixedNumerics;
import io.octant.calibration.Numerics;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.ColumnBinding;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFormats;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.data.preprocess.Channels;
import io.octant.pipeline.data.preprocess.Layout;
import io.octant.pipeline.data.preprocess.Orientation;
import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.Stored;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.TestRecipe;
import io.octant.tensor.DType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States of splits of lists that name pictures: told by the pictures as well as by the lists. */
class NamedPicturesTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField IMAGE = SampleField.of("image", DType.FLOAT32, 1, 28, 28);
  private static final int DAYS = 3;
  private static final int PICTURES = 5;
  private static final CalibrationKey KEY =
      new CalibrationKey(Digest.of(new byte[1]), Digest.of(new byte[2]), Digest.of(new byte[3]));

  @TempDir Path dir;

  @BeforeEach
  void threeDays() throws IOException {
    for (int day = 0; day < DAYS; day++) {
      write(day);
    }
  }

  private void write(int day) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("lists/day=" + day));
    List<String> lines = new ArrayList<>(List.of("file_name,label"));
    for (int i = 0; i < PICTURES; i++) {
      draw(day, i, 7 * day + i);
      lines.add("../../photos/" + day + "-" + i + ".png," + i);
    }
    Files.write(folder.resolve("a.csv"), lines);
  }

  private Path draw(int day, int index, int value) throws IOException {
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 28 * 28; i++) {
      image.getRaster().setSample(i % 28, i / 28, 0, value + i % 200);
    }
    Path file = Files.createDirectories(dir.resolve("photos")).resolve(day + "-" + index + ".png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void whatIsKeptIsFoundAsLongAsThePicturesAreTheSame() throws IOException {
    byte[] scratch = bytes(run(source(), Optional.empty()));
    KeptCalibration first = kept();
    assertCounts(first, DAYS, 0);
    assertThat(bytes(first)).isEqualTo(scratch);
    KeptCalibration second = kept();
    assertCounts(second, 0, DAYS);
    assertThat(second.samplesComputed()).isZero();
    assertThat(bytes(second)).isEqualTo(scratch);

    // The list stays as it is, one of its pictures is replaced.
    Path picture = dir.resolve("photos/1-2.png");
    long time = Files.getLastModifiedTime(picture).toMillis();
    draw(1, 2, 50);
    Files.setLastModifiedTime(picture, FileTime.fromMillis(time + 5000));
    KeptCalibration replaced = kept();
    assertCounts(replaced, 1, DAYS - 1);
    assertThat(replaced.samplesComputed()).isEqualTo(PICTURES);
    assertThat(bytes(replaced)).isEqualTo(bytes(run(source(), Optional.empty())));

    write(DAYS);
    KeptCalibration added = kept();
    assertCounts(added, 1, DAYS);
    assertThat(bytes(added)).isEqualTo(bytes(run(source(), Optional.empty())));
  }

  @Test
  void picturesOfRowsThatAreLeftOutDoNotCount() throws IOException {
    FileSource some = source().withFilter("label < 2");
    assertCounts(run(some, Optional.of(states())), DAYS, 0);
    Path picture = dir.resolve("photos/0-4.png");
    Files.setLastModifiedTime(picture, FileTime.fromMillis(1_000_000));
    assertCounts(run(some, Optional.of(states())), 0, DAYS);
    Files.setLastModifiedTime(dir.resolve("photos/0-1.png"), FileTime.fromMillis(1_000_000));
    assertCounts(run(some, Optional.of(states())), 1, DAYS - 1);
  }

  @Test
  void aPictureThatChangesMeanwhileIsNoticed() {
    Samples<?> known = source().open(SPARK, List.of(IMAGE)).withNamedFiles();
    assertThat(known.splits()).hasSize(DAYS);
    assertThat(dir.resolve("photos/2-0.png").toFile().setLastModified(2_000_000)).isTrue();
    assertThatThrownBy(
            () -> {
              try {
                known.records().count();
              } catch (Exception e) {
                throw FileFailure.find(e).orElseThrow(() -> e);
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("lists: a file that its rows name changed while it was read");
  }

  private static void assertCounts(KeptCalibration run, int computed, int reused) {
    assertThat(List.of(run.splitsComputed(), run.splitsReused()))
        .as("splits computed and reused")
        .containsExactly(computed, reused);
  }

  private FileSource source() {
    PictureSteps steps =
        PictureSteps.of(
            Channels.GREY,
            Orientation.IGNORE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Layout.NCHW);
    return FileSource.of(
            DataFormats.load("csv").withOptions(Map.of("header", "true", "inferSchema", "true")),
            List.of(dir.resolve("lists").toString()))
        .withColumn(
            "image",
            new ColumnBinding(
                "file_name", Optional.empty(), 1, 0, Optional.of(steps.withStored(Stored.FILES))))
        .withLabel("label");
  }

  private String states() {
    return dir.resolve("states").toString();
  }

  private KeptCalibration kept() {
    return run(source(), Optional.of(states()));
  }

  private static KeptCalibration run(FileSource source, Optional<String> states) {
    return CalibrationJob.run(
        source.open(SPARK, List.of(IMAGE)),
        new TestRecipe(1).spec(4, IMAGE),
        KEY,
        MixedNumerics.REFUSE,
        states,
        new TreeSet<>(
            List.of(ExecutorIdentity.current(new Numerics("test", "test-isa", "", "", 1)))),
        n -> {});
  }

  private static byte[] bytes(KeptCalibration run) {
    return run.total().state().toBytes();
  }
}
