package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code torch.nn.functional.pad}. Amounts are given as PyTorch gives them: (before, after) of the
 * last axis, then of the one before it. Negative amounts cut (constant mode only).
 */
public final class Padding {
  /** What stands outside the tensor. */
  public enum Mode {
    CONSTANT,
    REFLECT,
    REPLICATE,
    CIRCULAR;

    /**
     * A mode by its PyTorch name; "zeros" is a convolution's name of constant.
     *
     * @throws OctantException if there is none
     */
    public static Mode of(String name) {
      if (name.equals("zeros")) {
        return CONSTANT;
      }
      for (Mode m : values()) {
        if (m.name().equalsIgnoreCase(name)) {
          return m;
        }
      }
      throw new OctantException(
          "Cannot resolve padding mode: "
              + name
              + ", expected constant, reflect, replicate or circular");
    }
  }

  private Padding() {}

  /**
   * Pads the last axes.
   *
   * @param value the constant, in float also for a quantized tensor
   */
  public static Tensor pad(Tensor x, int[] amounts, Mode mode, double value) {
    if (amounts.length % 2 != 0 || amounts.length / 2 > x.shape().rank()) {
      throw new OctantException(
          "Cannot pad "
              + x.description()
              + " by "
              + Arrays.toString(amounts)
              + ", expected two numbers an axis");
    }
    Tensor out = x;
    for (int i = 0; i < amounts.length / 2; i++) {
      int axis = x.shape().rank() - 1 - i;
      int before = amounts[2 * i];
      int after = amounts[2 * i + 1];
      if (mode == Mode.CONSTANT) {
        out = padConstant(out, axis, before, after, value);
      } else {
        out = Shapes.take(out, axis, positions(x.shape().dim(axis), before, after, mode));
      }
    }
    return out;
  }

  /**
   * The index that each output position of an axis reads, −1 beyond the edges in constant mode.
   *
   * @throws OctantException if a mode other than constant cannot tell what lies there
   */
  public static int[] positions(int size, int before, int after, Mode mode) {
    if (mode == Mode.CONSTANT) {
      int[] out = new int[Math.max(0, before + size + after)];
      Arrays.setAll(out, i -> i - before >= 0 && i - before < size ? i - before : -1);
      return out;
    }
    int limit = mode == Mode.REFLECT ? size - 1 : mode == Mode.CIRCULAR ? size : Integer.MAX_VALUE;
    if (before < 0 || after < 0 || before > limit || after > limit || size == 0) {
      throw new OctantException(
          "Cannot pad an axis of "
              + size
              + " by "
              + before
              + " and "
              + after
              + " in mode "
              + mode
              + ", expected 0 to "
              + limit);
    }
    int[] out = new int[before + size + after];
    for (int i = 0; i < out.length; i++) {
      int at = i - before;
      out[i] =
          switch (mode) {
            case REFLECT -> at < 0 ? -at : at >= size ? 2 * size - 2 - at : at;
            case CIRCULAR -> Math.floorMod(at, size);
            default -> Math.max(0, Math.min(size - 1, at));
          };
    }
    return out;
  }

  private static Tensor padConstant(Tensor x, int axis, int before, int after, double value) {
    int size = x.shape().dim(axis);
    int cutBefore = Math.max(0, -before);
    int cutAfter = Math.max(0, -after);
    Tensor kept = Shapes.narrow(x, axis, cutBefore, size - cutBefore - cutAfter);
    java.util.List<Tensor> parts = new java.util.ArrayList<>();
    if (before > 0) {
      parts.add(Creation.full(x, x.shape().withDim(axis, before), value));
    }
    parts.add(kept);
    if (after > 0) {
      parts.add(Creation.full(x, x.shape().withDim(axis, after), value));
    }
    return parts.size() == 1 ? kept : Joining.cat(parts, axis);
  }
}
