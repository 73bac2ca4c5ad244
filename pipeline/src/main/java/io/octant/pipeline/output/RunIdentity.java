package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;

/**
 * A run among those that write one output.
 *
 * @param id unique
 * @param host the driver's
 * @param process its process there
 * @param processStart when the process started, as process numbers come again
 * @param started when the run began
 */
record RunIdentity(String id, String host, long process, String processStart, String started) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String HOST = hostName();

  static RunIdentity create() {
    ProcessHandle self = ProcessHandle.current();
    return new RunIdentity(
        UUID.randomUUID().toString(),
        HOST,
        self.pid(),
        startOf(self),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "unknown");
    }
  }

  private static String startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  /** Whether the process is known to have ended: only a process of this host can be looked at. */
  boolean isDead() {
    return host.equals(HOST)
        && ProcessHandle.of(process)
            .filter(p -> p.isAlive() && startOf(p).equals(processStart))
            .isEmpty();
  }

  /** The claim of the run; {@code holds} once it has the output. */
  byte[] claim(boolean holds) {
    return (MAPPER
                .createObjectNode()
                .put("run", id)
                .put("host", host)
                .put("process", process)
                .put("processStart", processStart)
                .put("started", started)
                .put("holds", holds)
            + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a claim says that its run has the output. */
  static boolean holds(byte[] claim) {
    return parse(claim).path("holds").asBoolean();
  }

  static RunIdentity of(byte[] claim) {
    JsonNode document = parse(claim);
    return new RunIdentity(
        document.path("run").asText("unknown"),
        document.path("host").asText("unknown"),
        document.path("process").asLong(),
        document.path("processStart").asText(),
        document.path("started").asText("an unknown time"));
  }

  /** A claim that is being written is none of a process that could be looked at. */
  private static JsonNode parse(byte[] claim) {
    try {
      return MAPPER.readTree(claim);
    } catch (IOException e) {
      return MAPPER.createObjectNode();
    }
  }

  /** For messages. */
  String description() {
    return "run " + id + " on " + host + " since " + started;
  }
}
