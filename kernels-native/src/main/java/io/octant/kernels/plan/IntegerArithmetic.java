package io.octant.kernels.plan;

import io.octant.engine.PairSums;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.NativeKernel;
import io.octant.kernels.binding.NativeLibrary;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PackedWeight;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Chooses the kernel of an 8-bit layer: oneDNN's where its integer sums are exact, our own
 * elsewhere.
 *
 * <p>oneDNN's are exact with VNNI, which sums products of u8 and s8 in 32 bits. Without it {@code
 * vpmaddubsw} adds two of them in 16 bits, saturating; and s8 activations are shifted to u8, for
 * which some kernels halve the weights. Where oneDNN has only its reference kernel, ours is the
 * faster one.
 */
final class IntegerArithmetic {
  /** Output channels that our kernels with VNNI take at once are divisors of this. */
  private static final int PANEL = 64;

  /** Of an 8-bit activation less its zero point. */
  private static final int LARGEST = 255;

  private static final Pattern VNNI =
      Pattern.compile("avx2_vnni.*|avx512_core_(vnni|bf16|fp16|amx).*");

  private IntegerArithmetic() {}

  /** Whether an instruction set, by oneDNN's name for it, sums 8-bit products in 32 bits. */
  static boolean hasVnni(String isa) {
    return VNNI.matcher(isa).matches();
  }

  /** Whether oneDNN sums products of u8 and s8 in 32 bits here. */
  static boolean sumsIn32Bits() {
    return hasVnni(isa());
  }

  /**
   * Whether our own sums of 16-bit products are faster than sums of floats, for where oneDNN's of 8
   * bits are not exact: from AVX2 on.
   */
  static boolean sumsFasterThanFloats() {
    String isa = isa();
    return isa.startsWith("avx2") || isa.startsWith("avx512");
  }

  /**
   * Makes the kernel of a layer.
   *
   * @param fast makes oneDNN's
   * @param exact makes our own
   */
  static Pending.Made make(
      ElementType src,
      PackedWeight weight,
      Supplier<NativeKernel> fast,
      Supplier<NativeKernel> exact) {
    if (isOurs(weight)) {
      return new Pending.Made(exact.get(), "");
    }
    String reason = trusted(src, weight);
    if (reason.isEmpty()) {
      try {
        NativeKernel kernel = fast.get();
        if (!kernel.implementation().startsWith("ref")) {
          return new Pending.Made(kernel, "");
        }
        kernel.close();
        reason = "oneDNN has no fast kernel for these operands";
      } catch (UnsupportedKernelException e) {
        reason = e.reason();
      }
    }
    return new Pending.Made(exact.get(), reason);
  }

  /**
   * Whether our own kernel is the fastest: of depthwise layers always, of others without groups, of
   * which each is small, with VNNI.
   */
  private static boolean isOurs(PackedWeight weight) {
    if (weight instanceof PackedConvolution conv && conv.geometry().groups() > 1) {
      Shape shape = conv.weight().shape();
      return shape.dim(1) == 1 && shape.dim(0) == conv.geometry().groups();
    }
    return sumsIn32Bits();
  }

  /**
   * Whether our own kernel is the fastest and adds an 8-bit tensor while it rounds: in registers it
   * does so for whole panels of output channels alone; through memory, a step of its own is faster.
   */
  static boolean addsWhileRounding(PackedWeight weight) {
    return isOurs(weight)
        && weight.weight().shape().dim(0) % PANEL == 0
        && !(weight instanceof PackedConvolution conv && conv.geometry().groups() > 1);
  }

  /** Why oneDNN's kernels of a layer may not be exact, "" where they are. */
  private static String trusted(ElementType src, PackedWeight weight) {
    if (weight instanceof PackedConvolution conv && readsOneChannel(conv)) {
      return "oneDNN's sums over one input channel a group are not exact";
    }
    if (sumsIn32Bits()) {
      return "";
    }
    if (src == ElementType.S8) {
      return "s8s8 sums are not exact on " + isa();
    }
    PairSums sums = PairSums.of(weight);
    return sums.saturating() == 0
        ? ""
        : "u8s8 pair sums may saturate on "
            + isa()
            + ": "
            + sums.saturating()
            + " of "
            + sums.channels()
            + " output channels";
  }

  /**
   * Whether each group has one input channel and more than one output channel: oneDNN 3.11's
   * convolution for AVX-512 with VNNI then gives wrong integers in some geometries. Depthwise ones
   * have a kernel of their own.
   */
  private static boolean readsOneChannel(PackedConvolution conv) {
    return readsOneChannel(conv.weight().shape(), conv.geometry().groups());
  }

  static boolean readsOneChannel(Shape weight, int groups) {
    return weight.dim(1) == 1 && (groups == 1 || weight.dim(0) > groups);
  }

  /**
   * Whether no sum of an output channel's products leaves 32 bits, whatever the activations: fewer
   * than 65,794 products never do.
   */
  static boolean neverWraps(Tensor weight) {
    int[] values = weight.ints();
    int depth = values.length / Math.max(weight.shape().dim(0), 1);
    for (int from = 0; from < values.length; from += depth) {
      long sum = 0;
      for (int i = from; i < from + depth; i++) {
        sum += Math.abs(values[i]);
      }
      if (LARGEST * sum > Integer.MAX_VALUE) {
        return false;
      }
    }
    return true;
  }

  private static String isa() {
    Optional<NativeLibrary> library = NativeLibrary.find();
    return library.map(NativeLibrary::isa).orElse("java");
  }
}
