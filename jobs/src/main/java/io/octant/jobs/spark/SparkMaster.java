package io.octant.jobs.spark;

import io.octant.jobs.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.ExternalClusterManager;

/** Looks at the master before Spark does, which would try an unreachable one for a minute. */
public final class SparkMaster {
  private static final Pattern LOCAL = Pattern.compile("local(\\[([1-9][0-9]*|\\*)(, *[0-9]+)?])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[ *[0-9]+ *, *[0-9]+ *, *[0-9]+ *]");
  private static final Pattern STANDALONE =
      Pattern.compile("spark://([^:/,]+:[0-9]+(,[^:/,]+:[0-9]+)*)");
  private static final int PATIENCE_MILLIS = 5000;

  private SparkMaster() {}

  /**
   * Checks that Spark knows the form of the master and that a standalone one answers.
   *
   * @throws SettingsException if not
   */
  public static void require(SparkConf properties) {
    String master = properties.get("spark.master");
    if (LOCAL.matcher(master).matches() || LOCAL_CLUSTER.matcher(master).matches()) {
      return;
    }
    Matcher standalone = STANDALONE.matcher(master);
    if (standalone.matches()) {
      requireOne(master, standalone.group(1).split(","));
    } else if (!isKnownToAManager(master)) {
      throw new SettingsException(
          "Cannot use Spark master: "
              + master
              + ", expected local[N], local[*] or spark://host:port"
              + (master.equals("yarn") || master.startsWith("k8s://")
                  ? "; yarn and k8s:// need spark-submit of a Spark that has them"
                  : ", or yarn or k8s:// through spark-submit"));
    }
  }

  private static void requireOne(String master, String[] addresses) {
    String last = "";
    for (String address : addresses) {
      int colon = address.lastIndexOf(':');
      try (Socket socket = new Socket()) {
        InetAddress host = InetAddress.getByName(address.substring(0, colon));
        int port = Integer.parseInt(address.substring(colon + 1));
        socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
        return;
      } catch (java.net.UnknownHostException e) {
        last = "unknown host " + address.substring(0, colon);
      } catch (IOException | IllegalArgumentException e) {
        last = address + ": " + e.getMessage();
      }
    }
    throw new SettingsException(
        "Cannot reach Spark master: " + master + " (" + last + "), expected one that answers");
  }

  private static boolean isKnownToAManager(String master) {
    for (ExternalClusterManager manager : ServiceLoader.load(ExternalClusterManager.class)) {
      if (manager.canCreate(master)) {
        return true;
      }
    }
    return false;
  }
}
