package io.octant.kernels.plan;

import io.octant.kernels.NativeEngine;
import io.octant.quantization.observer.channels.OwnStatisticTest;
import org.junit.jupiter.api.Test;

/** A statistic without a kernel is gathered in Java from what the native engine computes. */
class OwnStatisticNativeTest {
  @Test
  void theNativeEngineGathersIt() {
    OwnStatisticTest.assertGoesAllTheWay(new NativeEngine());
  }
}
