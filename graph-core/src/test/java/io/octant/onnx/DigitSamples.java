package io.octant.onnx;

import io.octant.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** A few of the real digits that the example models were trained on. */
public final class DigitSamples {
  private static final int CALIBRATION = 48;
  private static final int TEST = 100;
  private static final int PIXELS = 28 * 28;
  private static final byte[] DATA = read();

  private DigitSamples() {}

  private static byte[] read() {
    try (InputStream in = DigitSamples.class.getResourceAsStream("/digits/digits.bin")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor images(int from, int count) {
    float[] out = new float[count * PIXELS];
    for (int i = 0; i < out.length; i++) {
      out[i] = (DATA[from * PIXELS + i] & 0xff) / 255f;
    }
    return Tensor.of(out, count, 1, 28, 28);
  }

  /** Calibration images in three batches. */
  public static List<Tensor> calibration() {
    return List.of(images(0, 16), images(16, 16), images(32, 16));
  }

  /** The test images, [100, 1, 28, 28]. */
  public static Tensor test() {
    return images(CALIBRATION, TEST);
  }

  /** How many of the test images scores of shape [100, 10] get right. */
  public static int correct(Tensor scores) {
    int right = 0;
    for (int i = 0; i < TEST; i++) {
      right += best(scores, i) == DATA[(CALIBRATION + TEST) * PIXELS + i] ? 1 : 0;
    }
    return right;
  }

  /** How many rows of two score tensors have their largest entry at the same place. */
  public static int agreement(Tensor a, Tensor b) {
    int same = 0;
    for (int i = 0; i < a.shape().dim(0); i++) {
      same += best(a, i) == best(b, i) ? 1 : 0;
    }
    return same;
  }

  private static int best(Tensor scores, int row) {
    int n = scores.shape().dim(1);
    int best = 0;
    for (int i = 1; i < n; i++) {
      if (scores.doubleAt(row * n + i) > scores.doubleAt(row * n + best)) {
        best = i;
      }
    }
    return best;
  }
}
