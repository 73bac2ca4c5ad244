package io.octant.pipeline;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.octant.kernels.binding.NativeBytes;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.WorkMeter;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Shows in Spark's metrics system what driver and executors do: {@code spark.plugins =
 * io.octant.pipeline.OctantPlugin}, which the jobs of the command line have set. Each process has
 * the same ones, in a source named {@code plugin.io.octant.pipeline.OctantPlugin}; {@code
 * docs/operations.md} says what they mean.
 */
public final class OctantPlugin implements SparkPlugin {
  private static final String DRIVER = "driver";

  /** Spark makes it. */
  public OctantPlugin() {}

  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Executor();
  }

  private static final class Driver implements DriverPlugin {
    @Override
    public void registerMetrics(String application, PluginContext plugin) {
      register(plugin.metricRegistry());
    }
  }

  private static final class Executor implements ExecutorPlugin {
    /** The driver's own executor has its id; the driver has shown what that process does. */
    @Override
    public void init(PluginContext plugin, Map<String, String> extra) {
      if (!plugin.executorID().equals(DRIVER)) {
        register(plugin.metricRegistry());
      }
    }

    @Override
    public void shutdown() {
      SessionCache.shared().closeIdle();
    }
  }

  /** All count from the beginning of the process on, but {@code nativeBytes}, {@code sessions}. */
  private static void register(MetricRegistry metrics) {
    WorkMeter work = WorkMeter.shared();
    gauge(metrics, "samples", work::samples);
    gauge(metrics, "bytesRead", work::bytesRead);
    gauge(metrics, "readSeconds", work::readSeconds);
    gauge(metrics, "computeSeconds", work::computeSeconds);
    gauge(metrics, "mergeSeconds", work::mergeSeconds);
    gauge(metrics, "nativeBytes", NativeBytes::now);
    gauge(metrics, "nativeBytesPeak", NativeBytes::peak);
    gauge(metrics, "sessions", () -> SessionCache.shared().size());
    gauge(metrics, "sessionCacheHits", work::cacheHits);
    gauge(metrics, "sessionCacheMisses", work::cacheMisses);
  }

  private static <N extends Number> void gauge(
      MetricRegistry metrics, String name, Gauge<N> value) {
    metrics.register(name, value);
  }
}
