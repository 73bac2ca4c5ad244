package io.octant.engine;

import io.octant.calibration.Statistic;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The mutable side of a session for one thread: arena and observer accumulators. Not thread-safe.
 */
public interface ExecutionContext extends AutoCloseable {
  /**
   * Runs a micro-batch of the compiled size.
   *
   * @param inputs row-major tensors of the session's input shapes; rows from {@code validSamples}
   *     on are padding
   * @param validSamples number of leading samples that count; observers see no others
   * @return the outputs, padding included, row-major; the caller owns them
   */
  List<Tensor> run(List<Tensor> inputs, int validSamples);

  /**
   * Statistics accumulated since the context was made or last drained, by observer module path,
   * each of the kind that its observer learns from ({@link
   * io.octant.quantization.observer.MergeableObserver}); then starts anew.
   */
  Map<String, Statistic<?>> drainStatistics();

  @Override
  void close();
}
