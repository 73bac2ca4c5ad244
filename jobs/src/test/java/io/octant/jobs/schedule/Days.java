package io.octant.jobs.schedule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Data and configuration of a model that is quantized again when its data move: digits, by day. */
final class Days {
  /** The first day, as the model was trained. */
  static final String FIRST = "2026-11-25";

  /** The next one: pictures are brighter by half. */
  static final String DRIFTED = "2026-11-26";

  /** As the day before: other pictures, as bright. */
  static final String SAME = "2026-11-27";

  /** Dark pictures, whose day has a gate that no int8 model passes. */
  static final String REFUSED = "2026-11-28";

  private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath().normalize();

  private Days() {}

  /** Writes the data of all days below {@code folder/data}. */
  static void write(Path folder) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .appName("days")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .getOrCreate();
    spark
        .read()
        .parquet(EXAMPLES.resolve("digits/train.parquet").toString())
        .limit(256)
        .createOrReplaceTempView("digits");
    for (List<String> day :
        List.of(
            List.of(FIRST, "1.0", "image[300]"),
            List.of(DRIFTED, "1.5", "image[300]"),
            List.of(SAME, "1.5", "image[301]"),
            List.of(REFUSED, "0.4", "image[300]"))) {
      spark
          .sql(
              ("SELECT transform(image, x -> float(x * %s)) AS image, label FROM digits"
                      + " ORDER BY %s, label LIMIT 224")
                  .formatted(day.get(1), day.get(2)))
          .coalesce(1)
          .write()
          .parquet(folder.resolve("data/dt=" + day.get(0)).toString());
    }
    spark.stop();
  }

  /**
   * Writes a configuration.
   *
   * @param minSqnrDb its gate
   */
  static Path configuration(Path folder, String name, double minSqnrDb) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        model.path = "%s"
        data {
          batch = 32
          calibration { path = "data/dt={date}", columns { input = image } }
          evaluation { path = "%s", label = label, limit = 128 }
        }
        calibration.states = "states"
        validation.minSqnrDb = %s
        output.path = "unused/{date}"
        """
            .formatted(
                EXAMPLES.resolve("models/digits-resnet/model.onnx"),
                EXAMPLES.resolve("digits/test.parquet"),
                minSqnrDb));
  }
}
