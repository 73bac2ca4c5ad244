package io.octant.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.PublishedOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.security.alias.CredentialProvider;
import org.apache.hadoop.security.alias.CredentialProviderFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole jobs from and to {@code s3a://}, with the jars that {@code ./octant --with s3} adds. Those
 * with an endpoint that fails are among the faults.
 */
@Tag("cluster")
class S3JobIT {
  private static final String BASE = "s3a://" + S3Server.BUCKET;

  @TempDir static Path folder;
  private static S3Server s3;
  private static Path local;

  @BeforeAll
  static void startServer() throws Exception {
    s3 = S3Server.start(folder);
    s3.put("model.onnx", Files.readAllBytes(StoreJob.MODEL));
    s3.put("train.parquet", Files.readAllBytes(StoreJob.TRAIN));
    s3.put("test.parquet", Files.readAllBytes(StoreJob.TEST));
    local = folder.resolve("local");
    StoreJob.End end = new StoreJob(folder, "", Map.of()).local(local);
    assertThat(end.exitCode()).as(end.log()).isZero();
  }

  @AfterAll
  static void stopServer() throws Exception {
    s3.close();
  }

  @Test
  void givesTheBytesOfLocalFilesAndKeepsStates() throws Exception {
    StoreJob.End first = job("one", "calibration.states=" + BASE + "/states");
    assertThat(first.exitCode()).as(first.log()).isZero();
    requireSameAsLocal("one");
    assertThat(result("one").at("/states/reused").asInt(-1)).isZero();

    StoreJob.End second = job("two", "calibration.states=" + BASE + "/states");
    assertThat(second.exitCode()).as(second.log()).isZero();
    requireSameAsLocal("two");
    assertThat(result("two").at("/states/computed").asInt(-1)).isZero();
    assertThat(result("two").at("/states/reused").asInt()).isPositive();

    StoreJob.End again = job("two", "calibration.states=" + BASE + "/states");
    assertThat(again.log()).contains("Nothing to do: " + BASE + "/two holds the result");
    for (StoreJob.End end : List.of(first, second, again)) {
      assertThat(end.log()).doesNotContain(S3Server.SECRET_KEY);
    }
    assertThat(s3.get("two/result.json")).asString().doesNotContain(S3Server.SECRET_KEY);
  }

  @Test
  void keysComeFromACredentialProvider() throws Exception {
    String provider = "jceks://file" + folder.resolve("keys.jceks");
    Configuration hadoop = new Configuration();
    hadoop.set("hadoop.security.credential.provider.path", provider);
    CredentialProvider keys = CredentialProviderFactory.getProviders(hadoop).get(0);
    keys.createCredentialEntry("fs.s3a.access.key", S3Server.ACCESS_KEY.toCharArray());
    keys.createCredentialEntry("fs.s3a.secret.key", S3Server.SECRET_KEY.toCharArray());
    keys.flush();

    StoreJob.End end =
        new StoreJob(folder, Jars.of("stores/s3"), Map.of())
            .at(
                BASE,
                BASE + "/provided",
                settings("spark.hadoop.hadoop.security.credential.provider.path=" + provider));

    assertThat(end.exitCode()).as(end.log()).isZero();
    requireSameAsLocal("provided");
    assertThat(end.log()).doesNotContain(S3Server.SECRET_KEY);
    assertThat(s3.get("provided/result.json")).asString().doesNotContain(S3Server.SECRET_KEY);
  }

  /** The keys of the configuration go before those of the environment; these are wrong. */
  @Test
  void credentialsAreNeitherLoggedNorWritten() throws Exception {
    String secret = "wr0ng/S3CR3T";
    Path output = folder.resolve("denied");
    StoreJob.End end =
        new StoreJob(folder, Jars.of("stores/s3"), Map.of())
            .at(
                BASE,
                output.toString(),
                settings(
                    "spark.hadoop.fs.s3a.access.key=AKWRONG",
                    "spark.hadoop.fs.s3a.secret.key=" + secret));

    assertThat(end.exitCode()).as(end.log()).isEqualTo(1);
    assertThat(end.log()).contains("octant: Cannot read ONNX model: " + BASE + "/model.onnx");
    assertThat(end.log()).doesNotContain(secret);
    assertThat(output.resolve("result.json")).content().doesNotContain(secret, "AKWRONG");
  }

  private static StoreJob.End job(String output, String... assignments) throws Exception {
    return new StoreJob(
            folder,
            Jars.of("stores/s3"),
            Map.of(
                "AWS_ACCESS_KEY_ID",
                S3Server.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                S3Server.SECRET_KEY))
        .at(BASE, BASE + "/" + output, settings(assignments));
  }

  private static List<String> settings(String... assignments) {
    List<String> all = new ArrayList<>(List.of(assignments));
    s3.properties().forEach((key, value) -> all.add("spark.hadoop." + key + "=" + value));
    return all;
  }

  private static JsonNode result(String output) throws Exception {
    return StoreJob.json(s3.get(output + "/result.json"));
  }

  private static Optional<PublishedOutput> published(String output) throws Exception {
    return PublishedOutput.read(s3.hadoop(), BASE + "/" + output);
  }

  private static void requireSameAsLocal(String output) throws Exception {
    Manifest ours = published(output).orElseThrow().manifest();
    Manifest theirs =
        PublishedOutput.read(new Configuration(), local.toString()).orElseThrow().manifest();
    assertThat(ours).isEqualTo(theirs);
    for (Manifest.File file : ours.files()) {
      assertThat(s3.get(output + "/" + file.path()))
          .as(file.path())
          .isEqualTo(Files.readAllBytes(local.resolve(file.path())));
    }
  }
}
