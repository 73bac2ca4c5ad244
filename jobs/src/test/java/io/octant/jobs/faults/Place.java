package io.octant.jobs.faults;

import io.octant.jobs.cluster.StandaloneCluster;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Where the jobs of many runs run; their driver is this process. */
enum Place {
  /** Two threads of this process, whose tasks are tried four times as on a cluster. */
  LOCAL,
  /** Two executors of one core, one on each worker. */
  CLUSTER,
  /** The same with copies of tasks that take long. */
  SPECULATING;

  /** Properties of the session. */
  Map<String, String> properties(StandaloneCluster cluster) throws IOException {
    Map<String, String> all = new TreeMap<>();
    all.put("spark.app.name", "faults");
    all.put("spark.ui.enabled", "false");
    all.put("spark.driver.host", "127.0.0.1");
    all.put("spark.driver.bindAddress", "127.0.0.1");
    all.put("spark.hadoop.fs.faulty.impl", FaultyFileSystem.class.getName());
    // Each run has other properties.
    all.put("spark.hadoop.fs.faulty.impl.disable.cache", "true");
    if (this == LOCAL) {
      all.put("spark.master", "local[2,4]");
      return all;
    }
    all.put("spark.master", cluster.url());
    all.put("spark.executor.memory", "700m");
    all.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    all.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    if (this == SPECULATING) {
      all.put("spark.speculation", "true");
      all.put("spark.speculation.interval", "100ms");
      all.put("spark.speculation.quantile", "0.5");
      all.put("spark.speculation.multiplier", "1.2");
    } else {
      all.put("spark.decommission.enabled", "true");
      // Long enough for a busy machine, and one that stands still is soon given up.
      all.put("spark.executor.heartbeatInterval", "1s");
      all.put("spark.network.timeout", "10s");
      all.put("spark.network.timeoutInterval", "1s");
    }
    return all;
  }
}
