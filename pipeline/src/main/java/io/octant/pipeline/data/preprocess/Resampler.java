package io.octant.pipeline.data.preprocess;

import org.jspecify.annotations.Nullable;

/**
 * Gives pictures another size as Pillow's {@code Image.resize} does: rows first, the result rounded
 * to 8 bits, then columns; a direction whose length stays is left as it is. Keeps its memory from
 * one picture to the next; used by one thread.
 */
final class Resampler {
  private final Picture between = new Picture();
  private final Picture result = new Picture();
  private @Nullable Taps horizontal;
  private @Nullable Taps vertical;

  /** The picture in another size; valid until the next call, or the picture itself. */
  Picture resize(Picture from, int width, int height, Interpolation interpolation) {
    if (width == from.width() && height == from.height()) {
      return from;
    }
    if (interpolation == Interpolation.NEAREST) {
      return nearest(from, result.shape(width, height, from.channels()));
    }
    Picture rows = from;
    if (width != from.width()) {
      Picture target = height == from.height() ? result : between;
      horizontal = taps(horizontal, from.width(), width, interpolation);
      rows = rows(from, target.shape(width, from.height(), from.channels()), horizontal);
    }
    if (height == from.height()) {
      return rows;
    }
    vertical = taps(vertical, from.height(), height, interpolation);
    return columns(rows, result.shape(width, height, from.channels()), vertical);
  }

  private static Taps taps(@Nullable Taps last, int from, int to, Interpolation interpolation) {
    return last != null && last.isFor(from, to, interpolation)
        ? last
        : new Taps(from, to, interpolation);
  }

  /** The positions are summed up step by step, as Pillow does, not multiplied. */
  private static Picture nearest(Picture from, Picture to) {
    int channels = from.channels();
    int[] columns = nearest(from.width(), to.width());
    int[] rows = nearest(from.height(), to.height());
    int at = 0;
    for (int y = 0; y < to.height(); y++) {
      int row = rows[y] * from.width();
      for (int x = 0; x < to.width(); x++) {
        int source = (row + columns[x]) * channels;
        for (int c = 0; c < channels; c++) {
          to.samples()[at++] = from.samples()[source + c];
        }
      }
    }
    return to;
  }

  private static int[] nearest(int from, int to) {
    double scale = (double) from / to;
    int[] out = new int[to];
    double position = scale * 0.5;
    for (int i = 0; i < to; i++) {
      out[i] = Math.min((int) position, from - 1);
      position += scale;
    }
    return out;
  }

  private static Picture rows(Picture from, Picture to, Taps taps) {
    int channels = from.channels();
    byte[] in = from.samples();
    byte[] out = to.samples();
    int[] weights = taps.weights;
    for (int y = 0; y < from.height(); y++) {
      int row = y * from.width() * channels;
      int at = y * to.width() * channels;
      for (int x = 0; x < to.width(); x++, at += channels) {
        int w = x * taps.most;
        int end = w + taps.count[x];
        int p = row + taps.first[x] * channels;
        if (channels == 3) {
          int r = HALF;
          int g = HALF;
          int b = HALF;
          for (; w < end; w++, p += 3) {
            int weight = weights[w];
            r += (in[p] & 0xFF) * weight;
            g += (in[p + 1] & 0xFF) * weight;
            b += (in[p + 2] & 0xFF) * weight;
          }
          out[at] = rounded(r);
          out[at + 1] = rounded(g);
          out[at + 2] = rounded(b);
        } else {
          int sum = HALF;
          for (; w < end; w++, p++) {
            sum += (in[p] & 0xFF) * weights[w];
          }
          out[at] = rounded(sum);
        }
      }
    }
    return to;
  }

  private static Picture columns(Picture from, Picture to, Taps taps) {
    int length = from.width() * from.channels();
    byte[] in = from.samples();
    byte[] out = to.samples();
    int[] sums = new int[length];
    for (int y = 0; y < to.height(); y++) {
      java.util.Arrays.fill(sums, HALF);
      for (int k = 0; k < taps.count[y]; k++) {
        int weight = taps.weights[y * taps.most + k];
        int row = (taps.first[y] + k) * length;
        for (int i = 0; i < length; i++) {
          sums[i] += (in[row + i] & 0xFF) * weight;
        }
      }
      int at = y * length;
      for (int i = 0; i < length; i++) {
        out[at + i] = rounded(sums[i]);
      }
    }
    return to;
  }

  private static final int HALF = 1 << (Taps.BITS - 1);

  private static byte rounded(int sum) {
    int value = sum >> Taps.BITS;
    return (byte) Math.max(0, Math.min(255, value));
  }
}
