package io.octant.jobs.store;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An HDFS of one name node and one data node on loopback. */
final class HdfsServer implements AutoCloseable {
  private final Process process;
  private final int port;

  private HdfsServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static HdfsServer start(Path folder) throws Exception {
    int port = freePort();
    Path details = folder.resolve("hdfs.json");
    Path log = folder.resolve("hdfs.log");
    Process process =
        Jars.start(
            log,
            Jars.of("dev/servers/hdfs"),
            List.of(
                "org.apache.hadoop.mapreduce.MiniHadoopClusterManager",
                "-nomr",
                "-format",
                "-nnport",
                String.valueOf(port),
                "-D",
                "hdfs.minidfs.basedir=" + folder.resolve("hdfs"),
                "-writeDetails",
                details.toString()));
    HdfsServer server = new HdfsServer(process, port);
    for (int tries = 0; process.isAlive() && tries < 1200; tries++) {
      if (Files.exists(details)) {
        return server;
      }
      Thread.sleep(100);
    }
    server.close();
    throw new AssertionError("No HDFS:\n" + Files.readString(log));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  String uri() {
    return "hdfs://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
