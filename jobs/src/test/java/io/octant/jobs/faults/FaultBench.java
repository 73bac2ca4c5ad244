package io.octant.jobs.faults;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import io.octant.jobs.cluster.Photographs;
import io.octant.jobs.cluster.StandaloneCluster;
import io.octant.jobs.store.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

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
  private @Nullable S3Server store;
  private @Nullable SparkSession session;
  private @Nullable Place place;

  private FaultBench(Path folder) throws IOException {
    this.folder = folder.toAbsolutePath();
    this.classes = this.folder.resolve("classes");
    this.cluster = new StandaloneCluster(this.folder.resolve("cluster"));
  }

  /**
   * Writes the data and runs the job that nothing disturbs.
   *
   * @param folder empty
   */
  static FaultBench open(Path folder) throws Exception {
    FaultBench bench = new FaultBench(folder);
    Files.createDirectories(bench.marks());
    bench.copyFileSystem();
    bench.writeData(bench.session(Place.LOCAL));
    bench.undisturbed(bench.job(bench.expected().getParent()));
    return bench;
  }

  private void undisturbed(JobSetup setup) throws Exception {
    try (EmbeddedJob job = setup.start(Place.LOCAL)) {
      if (job.exitCode() != 0) {
        close();
        throw new IOException("The job that nothing disturbs: " + job.message());
      }
    }
  }

  /** A job that quantizes digits-resnet on the data of the bench. */
  JobSetup job(Path ofRun) throws IOException {
    return new JobSetup(this, ofRun, Path.of("../conf/examples/digits-resnet.conf"), expected())
        .data("faulty://" + data())
        .set("data.batch", 8)
        .set("data.evaluation.limit", 100_000)
        .set("data.calibration.limit", 100_000);
  }

  /** A job on photographs, twelve JPEG files. */
  JobSetup photographs(Path ofRun) throws Exception {
    Path own = folder.resolve("photographs");
    boolean isFirst = !Files.exists(own);
    Path configuration =
        isFirst
            ? Photographs.writeConfiguration(Files.createDirectories(own))
            : own.resolve("photographs.conf");
    if (isFirst) {
      undisturbed(ofPhotographs(own, configuration));
    }
    return ofPhotographs(ofRun, configuration);
  }

  private JobSetup ofPhotographs(Path ofRun, Path configuration) throws IOException {
    String photographs = "faulty://" + Photographs.files();
    return new JobSetup(this, ofRun, configuration, folder.resolve("photographs/out"))
        .set("data.batch", 1)
        .set("data.calibration.path", photographs)
        .set("data.evaluation.path", photographs);
  }

  /** The session for a place, which stays; on a cluster all executors are there. */
  SparkSession session(Place wanted) throws Exception {
    if (session == null || place != wanted) {
      stopSession();
      if (wanted != Place.LOCAL) {
        cluster.up();
      }
      session = start(wanted);
      place = wanted;
    }
    if (wanted != Place.LOCAL) {
      awaitExecutors(session, 2);
    }
    return session;
  }

  /** Tasks and file systems of the session find the classes of S3A. */
  private SparkSession start(Place wanted) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(S3Server.classes());
    try {
      SparkSession.Builder builder = SparkSession.builder();
      wanted.properties(cluster).forEach(builder::config);
      return builder.getOrCreate();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Gives the cores of the cluster back. */
  void stopSession() {
    if (session != null) {
      session.stop();
      session = null;
    }
  }

  /** Executors end once they notice that their driver has; until then they write what they keep. */
  void awaitNoExecutors() throws Exception {
    for (int tries = 0; !cluster.executors().isEmpty(); tries++) {
      if (tries == 600) {
        throw new IOException("Executors outlive their driver: " + cluster.executors());
      }
      Thread.sleep(100);
    }
  }

  private void awaitExecutors(SparkSession spark, int number) throws Exception {
    // The driver counts as one.
    for (int tries = 0;
        cluster.executors().size() != number
            || spark.sparkContext().statusTracker().getExecutorInfos().length != number + 1;
        tries++) {
      if (tries == 1200) {
        throw new IOException("Not " + number + " executors: " + cluster.executors());
      }
      Thread.sleep(50);
    }
  }

  /** The cluster; all of it runs when a fault begins. */
  StandaloneCluster cluster() {
    return cluster;
  }

  /** An S3 endpoint with model and data in its bucket. */
  S3Server store() throws Exception {
    if (store == null) {
      store = S3Server.start(folder);
      try (Stream<Path> all = Files.walk(data())) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          store.put(data().relativize(file).toString(), Files.readAllBytes(file));
        }
      }
      Path model = Path.of("../examples/models/digits-resnet/model.onnx");
      store.put(model.getFileName().toString(), Files.readAllBytes(model));
    }
    return store;
  }

  /** A file here whose name begins with that of a data file makes one read of it fail. */
  Path marks() {
    return folder.resolve("marks");
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

  private void writeData(SparkSession spark) throws IOException {
    write(spark, "train", "calibration");
    write(spark, "test", "evaluation");
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
    stopSession();
    if (store != null) {
      store.close();
    }
    cluster.close();
  }
}
