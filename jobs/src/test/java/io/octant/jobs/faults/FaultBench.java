package io.octant.jobs.faults;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import io.octant.jobs.cluster.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * What all faults are brought about in: a cluster, data, and the result of a run that nothing
 * disturbs.
 */
final class FaultBench implements AutoCloseable {
  /** Files of calibration data, each in a folder of its own, and of evaluation data. */
  static final int DAYS = 8;

  private static final int ROWS = 40;

  private final Path folder;
  private final Path classes;
  private final StandaloneCluster cluster;

  private FaultBench(Path folder) throws IOException {
    this.folder = folder.toAbsolutePath();
    this.classes = this.folder.resolve("classes");
    this.cluster = new StandaloneCluster(this.folder.resolve("cluster"));
  }

  /**
   * Starts the cluster, writes the data and runs the job that nothing disturbs.
   *
   * @param folder empty
   */
  static FaultBench open(Path folder) throws Exception {
    FaultBench bench = new FaultBench(folder);
    bench.copyFileSystem();
    bench.writeData();
    try (FaultedJob job = bench.job(bench.folder.resolve("undisturbed")).start()) {
      job.requireCode(0);
    }
    try {
      bench.cluster.up();
    } catch (IOException | InterruptedException e) {
      bench.close();
      throw e;
    }
    return bench;
  }

  /** A job in one process, on the data of the bench. */
  FaultedJob.Setup job(Path ofRun) throws IOException {
    return new FaultedJob.Setup(this, ofRun);
  }

  /** The cluster; all of it runs when a fault begins. */
  StandaloneCluster cluster() {
    return cluster;
  }

  /** The classes that every process of a job has beside Octant's. */
  Path classes() {
    return classes;
  }

  /** The output of the run that nothing disturbed. */
  Path expected() {
    return folder.resolve("undisturbed/out");
  }

  /** With the folders {@code calibration} and {@code evaluation}. */
  Path data() {
    return folder.resolve("data");
  }

  /** A copy of the data, to be damaged. */
  Path copyOfData(Path target) throws IOException {
    try (Stream<Path> all = Files.walk(data())) {
      for (Path from : all.toList()) {
        Path to = target.resolve(data().relativize(from).toString());
        if (Files.isDirectory(from)) {
          Files.createDirectories(to);
        } else {
          Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return target;
  }

  /** A file of calibration data. */
  static Path calibrationFile(Path data, int day) {
    return data.resolve("calibration/day=" + day).resolve(fileName(day));
  }

  static String fileName(int day) {
    return "digits-" + day + ".parquet";
  }

  /** The file system alone: executors have nothing else of the tests. */
  private void copyFileSystem() throws IOException {
    Class<?> fileSystem = FaultyFileSystem.class;
    Path compiled;
    try {
      compiled = Path.of(fileSystem.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IOException(e);
    }
    Path inPackage = Path.of(fileSystem.getPackageName().replace('.', '/'));
    Files.createDirectories(classes.resolve(inPackage));
    try (Stream<Path> files = Files.list(compiled.resolve(inPackage))) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith(fileSystem.getSimpleName())) {
          Files.copy(file, classes.resolve(inPackage).resolve(file.getFileName()));
        }
      }
    }
  }

  private void writeData() throws IOException {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .appName("data")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .getOrCreate();
    try {
      write(spark, "train", "calibration");
      write(spark, "test", "evaluation");
    } finally {
      spark.stop();
    }
  }

  private void write(SparkSession spark, String digits, String kind) throws IOException {
    Path target = data().resolve(kind);
    spark
        .read()
        .parquet("../examples/digits/" + digits + ".parquet")
        .limit(DAYS * ROWS)
        .withColumn("row", monotonically_increasing_id())
        .withColumn("day", expr("row div " + ROWS))
        .drop("row")
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite)
        .partitionBy("day")
        .parquet(target.toString());
    for (int day = 0; day < DAYS; day++) {
      Path inDay = target.resolve("day=" + day);
      List<Path> written;
      try (Stream<Path> files = Files.list(inDay)) {
        written = files.toList();
      }
      for (Path file : written) {
        if (file.toString().endsWith(".parquet")) {
          Files.move(file, inDay.resolve(fileName(day)));
        } else {
          Files.delete(file);
        }
      }
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    cluster.close();
  }
}
