package io.octant.kernels.binding;

import java.util.stream.Stream;

/** Geometry of one two-dimensional test convolution, and what it must compute. */
record ConvolutionCase(
    int n,
    int in,
    int out,
    int height,
    int width,
    int kernel,
    int stride,
    int pad,
    int dilation,
    int groups) {

  /** Plain, strided, padded, dilated, grouped, depthwise, pointwise; odd sizes and single ones. */
  static Stream<ConvolutionCase> all() {
    return Stream.of(
        new ConvolutionCase(1, 1, 1, 1, 1, 1, 1, 0, 1, 1),
        new ConvolutionCase(2, 1, 16, 28, 28, 3, 1, 1, 1, 1),
        new ConvolutionCase(3, 16, 32, 14, 14, 3, 2, 1, 1, 1),
        new ConvolutionCase(2, 3, 7, 11, 13, 5, 1, 2, 1, 1),
        new ConvolutionCase(2, 17, 31, 7, 5, 3, 1, 0, 1, 1),
        new ConvolutionCase(2, 16, 16, 9, 9, 3, 1, 2, 2, 1),
        new ConvolutionCase(3, 24, 144, 7, 7, 1, 1, 0, 1, 1),
        new ConvolutionCase(2, 64, 33, 8, 8, 1, 2, 0, 1, 1),
        new ConvolutionCase(2, 32, 40, 9, 13, 3, 1, 1, 1, 1),
        new ConvolutionCase(1, 33, 40, 15, 14, 3, 1, 1, 1, 1),
        new ConvolutionCase(3, 33, 32, 7, 6, 3, 1, 0, 1, 1),
        new ConvolutionCase(1, 32, 33, 6, 26, 3, 1, 2, 1, 1),
        new ConvolutionCase(1, 120, 32, 4, 4, 3, 1, 1, 1, 1),
        new ConvolutionCase(1, 121, 32, 4, 4, 3, 1, 1, 1, 1),
        new ConvolutionCase(2, 32, 32, 8, 8, 3, 1, 1, 1, 32),
        new ConvolutionCase(2, 15, 15, 8, 8, 3, 2, 1, 1, 15),
        new ConvolutionCase(2, 12, 24, 8, 8, 3, 1, 1, 1, 3),
        new ConvolutionCase(2, 1, 64, 28, 28, 7, 4, 2, 1, 1));
  }

  int outHeight() {
    return (height + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
  }

  int outWidth() {
    return (width + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
  }

  MemoryLayout src(ElementType type) {
    return MemoryLayout.channelsLast(type, n, in, height, width);
  }

  MemoryLayout dst(ElementType type) {
    return MemoryLayout.channelsLast(type, n, out, outHeight(), outWidth());
  }

  MemoryLayout weights(ElementType type) {
    return groups == 1
        ? MemoryLayout.rowMajor(type, out, in, kernel, kernel)
        : MemoryLayout.rowMajor(type, groups, out / groups, in / groups, kernel, kernel);
  }

  int weightCount() {
    return out * (in / groups) * kernel * kernel;
  }

  Window window() {
    return new Window(
        new long[] {kernel, kernel},
        new long[] {stride, stride},
        new long[] {dilation, dilation},
        new long[] {pad, pad},
        new long[] {pad, pad});
  }

  /** Values at flat positions of src and weights. */
  interface Values {
    double at(int index);
  }

  /** Sums of products in double by {@code nhwc} output position, and their magnitudes behind. */
  double[][] products(Values src, Values weights) {
    double[] sums = new double[n * outHeight() * outWidth() * out];
    double[] magnitudes = new double[sums.length];
    int perGroupIn = in / groups;
    int perGroupOut = out / groups;
    for (int i = 0; i < sums.length; i++) {
      int oc = i % out;
      int ow = i / out % outWidth();
      int oh = i / out / outWidth() % outHeight();
      int image = i / out / outWidth() / outHeight();
      for (int kh = 0; kh < kernel; kh++) {
        for (int kw = 0; kw < kernel; kw++) {
          int h = oh * stride - pad + kh * dilation;
          int w = ow * stride - pad + kw * dilation;
          if (h < 0 || h >= height || w < 0 || w >= width) {
            continue;
          }
          for (int c = 0; c < perGroupIn; c++) {
            int channel = oc / perGroupOut * perGroupIn + c;
            double product =
                src.at(((image * height + h) * width + w) * in + channel)
                    * weights.at(((oc * perGroupIn + c) * kernel + kh) * kernel + kw);
            sums[i] += product;
            magnitudes[i] += Math.abs(product);
          }
        }
      }
    }
    return new double[][] {sums, magnitudes};
  }
}
