package io.octant.jobs.store;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/** An S3 endpoint in memory with one bucket, behind a {@link FaultyProxy}. */
public final class S3Server implements AutoCloseable {
  private static @Nullable ClassLoader classes;

  public static final String BUCKET = "data";
  static final String ACCESS_KEY = "AKTESTKEY";
  static final String SECRET_KEY = "S3CR3T/of+the=test";

  private final Process process;
  private final int port;
  private final FaultyProxy proxy;
  private final HttpClient http = HttpClient.newHttpClient();

  private S3Server(Process process, int port, FaultyProxy proxy) {
    this.process = process;
    this.port = port;
    this.proxy = proxy;
  }

  public static S3Server start(Path folder) throws Exception {
    int port = freePort();
    Path properties = folder.resolve("s3proxy.properties");
    Files.write(
        properties,
        List.of(
            "s3proxy.endpoint=http://127.0.0.1:" + port,
            "s3proxy.authorization=none",
            "jclouds.provider=transient",
            "jclouds.identity=none",
            "jclouds.credential=none"));
    Path log = folder.resolve("s3proxy.log");
    Process process =
        Jars.start(
            log,
            Jars.of("dev/servers/s3"),
            List.of(
                "-Dlogback.configurationFile=" + quiet(folder),
                "org.gaul.s3proxy.Main",
                "--properties",
                properties.toString()));
    S3Server server = new S3Server(process, port, FaultyProxy.start(port, ACCESS_KEY));
    try {
      server.makeBucket(log);
      return server;
    } catch (Exception | Error e) {
      server.close();
      throw e;
    }
  }

  /** A configuration of its log that leaves out what it says of each request. */
  private static Path quiet(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("logback.xml"),
        """
        <configuration>
          <appender name="all" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d %level %logger %msg%n</pattern></encoder>
          </appender>
          <root level="WARN"><appender-ref ref="all"/></root>
        </configuration>
        """);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private void makeBucket(Path log) throws Exception {
    for (int tries = 0; process.isAlive() && tries < 600; tries++) {
      try {
        if (send(HttpRequest.newBuilder(uri("")).PUT(BodyPublishers.noBody())).statusCode()
            == 200) {
          return;
        }
      } catch (IOException e) {
        // Not yet listening.
      }
      Thread.sleep(100);
    }
    throw new AssertionError("No S3 endpoint:\n" + Files.readString(log));
  }

  private URI uri(String object) {
    return URI.create("http://127.0.0.1:" + port + "/" + BUCKET + "/" + object);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  /** The proxy that clients go through. */
  public FaultyProxy proxy() {
    return proxy;
  }

  /** Puts an object, past the proxy. */
  public void put(String object, byte[] bytes) throws Exception {
    HttpResponse<byte[]> response =
        send(HttpRequest.newBuilder(uri(object)).PUT(BodyPublishers.ofByteArray(bytes)));
    if (response.statusCode() != 200) {
      throw new AssertionError(object + ": " + response.statusCode());
    }
  }

  /** The bytes of an object, past the proxy. */
  public byte[] get(String object) throws Exception {
    HttpResponse<byte[]> response = send(HttpRequest.newBuilder(uri(object)));
    if (response.statusCode() != 200) {
      throw new AssertionError(object + ": " + response.statusCode());
    }
    return response.body();
  }

  /** Properties of S3A, without the keys; it does not wait long before it tries again. */
  Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("fs.s3a.endpoint", "http://127.0.0.1:" + proxy.port());
    properties.put("fs.s3a.endpoint.region", "us-east-1");
    properties.put("fs.s3a.path.style.access", "true");
    properties.put("fs.s3a.attempts.maximum", "1");
    properties.put("fs.s3a.retry.interval", "20ms");
    properties.put("fs.s3a.retry.throttle.interval", "20ms");
    return properties;
  }

  /** The same with the keys. */
  public Map<String, String> propertiesWithKeys() {
    Map<String, String> properties = properties();
    properties.put("fs.s3a.access.key", ACCESS_KEY);
    properties.put("fs.s3a.secret.key", SECRET_KEY);
    return properties;
  }

  /** The classes of S3A: once a process, because Hadoop keeps statistics by their names. */
  public static synchronized ClassLoader classes() throws IOException, InterruptedException {
    if (classes == null) {
      List<URL> jars = new ArrayList<>();
      for (String jar : Jars.of("stores/s3").split(":")) {
        jars.add(Path.of(jar).toUri().toURL());
      }
      classes = new URLClassLoader(jars.toArray(URL[]::new), S3Server.class.getClassLoader());
    }
    return classes;
  }

  /** S3A in this process, from its own jars. */
  Configuration hadoop() throws IOException, InterruptedException {
    Configuration hadoop = new Configuration();
    hadoop.setClassLoader(classes());
    propertiesWithKeys().forEach(hadoop::set);
    return hadoop;
  }

  @Override
  public void close() throws IOException {
    // Hadoop keeps them by bucket, and the next server of this process has another port.
    FileSystem.closeAll();
    proxy.close();
    process.destroyForcibly();
  }
}
