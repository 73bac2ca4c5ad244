package io.octant.kernels.binding;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Every native method, as {@code jni/bindings.cpp} implements them. Handles are addresses and are
 * not checked here: the classes around this one own them.
 */
final class Bindings {
  static {
    if (NativeLibrary.find().isEmpty()) {
      throw new NativeException(
          "Cannot use native kernels: no library on this machine, expected a call of"
              + " NativeLibrary.find() first");
    }
  }

  private Bindings() {}

  static native int effectiveIsa();

  static native boolean limitIsa(int code);

  static native String libraryVersion();

  static native long cacheBytes(int level);

  static native String[] variants();

  static native long multiplyAdds(boolean integer, long times);

  static native long liveObjects();

  static native long allocate(long bytes);

  static native void free(long address);

  static native ByteBuffer view(long address, long bytes);

  static native long attributes();

  static native void freeAttributes(long attributes);

  static native void scales(long attributes, int argument, float[] values);

  static native void zeroPoint(long attributes, int argument, int value);

  static native void eltwisePostOp(long attributes, int algorithm, float alpha, float beta);

  static native void binaryPostOp(long attributes, int algorithm, long[] operand);

  static native void additionPostOp(
      long attributes,
      float scale,
      int zeroPoint,
      float sumScale,
      int sumZeroPoint,
      int low,
      int high);

  static native long convolution(
      long[] src,
      long[] weights,
      Object weightData,
      float @Nullable [] bias,
      long[] dst,
      long[] window,
      long attributes);

  static native long linear(
      long[] src,
      long[] weights,
      Object weightData,
      float @Nullable [] bias,
      long[] dst,
      long attributes);

  static native long matmul(long[] a, long[] b, long[] dst, long attributes);

  static native long pooling(int kind, long[] src, long[] dst, long[] window, long attributes);

  static native long softmax(long[] src, long[] dst, int axis, boolean logarithm);

  static native long layerNorm(
      long[] src, long[] dst, float @Nullable [] scale, float @Nullable [] shift, float epsilon);

  static native long rmsNorm(long[] src, long[] dst, float @Nullable [] scale, float epsilon);

  static native long binary(int algorithm, long[] a, long[] b, long[] dst, long attributes);

  static native long eltwise(
      int algorithm, float alpha, float beta, long[] src, long[] dst, long attributes);

  static native long reduction(int kind, long[] src, long[] dst);

  static native long copy(int elementBytes, long[] dims, long[] srcStrides, long[] dstStrides);

  static native long quantize(
      int type, long n, float scale, int zeroPoint, int low, int high, String isa);

  static native long dequantize(int type, long n, float scale, int zeroPoint, String isa);

  static native long pairwise(int function, int type, long[] space, String isa);

  static native long quantizedPairwise(
      int function,
      int type,
      long[] space,
      float[] scales,
      long[] zeroPoints,
      int low,
      int high,
      String isa);

  static native long clamp(int type, long n, int low, int high, String isa);

  static native long lookUp(long n, byte[] table);

  static native long lookUpChannels(long places, long channels, byte[] tables);

  static native long take(int elementBytes, int rank, long[] offsets, long fill);

  static native long gather(long outer, long n, long innerBytes, long count, boolean fromEnd);

  static native long select(int elementBytes, long[] space);

  static native long resample(
      int type,
      long samples,
      long channels,
      long[] rows,
      double[] rowWeights,
      long[] columns,
      double[] columnWeights,
      int zeroPoint,
      String isa);

  static native long curve(int code, long n, double a, double b);

  static native long convert(int src, int dst, long n, boolean truth);

  static native long responseNorm(
      long places, long channels, long size, double alpha, double beta, double k, String isa);

  static native long averagePool(int type, long[] shape, int zeroPoint, String isa);

  static native long maximumPool(int type, long[] shape, String isa);

  static native long libraryIntegerLayer(
      long[] src,
      long[] weights,
      byte[] weightData,
      float @Nullable [] bias,
      long[] dst,
      long @Nullable [] window,
      long attributes,
      boolean roundsBias,
      boolean roundsFirst);

  static native long integerLayer(
      long[] src,
      long[] weights,
      byte[] weightData,
      float @Nullable [] bias,
      long[] dst,
      long @Nullable [] window,
      long attributes,
      boolean roundsBias,
      boolean roundsFirst,
      String isa);

  static native long winograd(
      long[] src,
      long[] weights,
      float[] weightData,
      float @Nullable [] bias,
      long[] dst,
      long[] window,
      long attributes,
      String isa);

  static native long trainedConvolution(
      int direction, long[] src, long[] weights, boolean bias, long[] dst, long[] window);

  static native long channelStatistics(long places, long channels, String isa);

  static native long channelNorm(int pass, long places, long channels, long[] stages, String isa);

  static native long extrema(long rows, long n, boolean sum, String isa);

  static native long straightThrough(long n, boolean sum, long[] stages, String isa);

  static native long straightThroughRows(long rows, long n, String isa);

  static native long maskedGradient(long n, String isa);

  static native long rowProducts(long rows, long n, String isa);

  static native long maxPoolGradient(long[] src, long[] dst, long[] window, String isa);

  static native long columnSums(long rows, long n, String isa);

  static native long observe(long outer, long samples, long inner, String isa);

  static native long observeShared(long n, String isa);

  static native long observer();

  static native void freeObserver(long observer);

  static native void resetObserver(long observer);

  static native void observerExtrema(long observer, long[] counts, float[] range);

  static native long observerPage(long observer, int page, long[] counts);

  static native int operandCount(long kernel);

  static native long scratchBytes(long kernel);

  static native long constantBytes(long kernel);

  static native String implementation(long kernel);

  static native long bind(long kernel, long[] operands, long scratch);

  static native void run(long call, long valid);

  static native void freeCall(long call);

  static native void freeKernel(long kernel);
}
