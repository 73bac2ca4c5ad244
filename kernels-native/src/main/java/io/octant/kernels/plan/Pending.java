package io.octant.kernels.plan;

import io.octant.kernels.binding.Affine;
import io.octant.kernels.binding.Attributes;
import io.octant.kernels.binding.Binary;
import io.octant.kernels.binding.ElementType;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.NativeKernel;
import io.octant.kernels.binding.Unary;
import io.octant.kernels.binding.UnsupportedKernelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A kernel that is not made yet, so that what follows can join it as a post-operation. Belongs to
 * one compilation.
 */
final class Pending {
  /** A call that is part of the kernel, and the value it defines. */
  record Stage(Call call, Activation result) {}

  /**
   * One post-operation.
   *
   * @param operand the other tensor of a binary one
   * @param layout how the kernel sees the operand
   */
  record PostOperation(
      @Nullable Unary unary,
      float alpha,
      float beta,
      @Nullable Binary binary,
      @Nullable Activation operand,
      @Nullable MemoryLayout layout) {}

  /**
   * An 8-bit tensor that is added to the rounded result.
   *
   * @param operand lies in memory as the result does
   */
  record Addition(Activation operand, Affine sum) {}

  /**
   * A finished kernel.
   *
   * @param reason why it is not the fastest, "" if it is
   */
  record Made(NativeKernel kernel, String reason) {}

  /**
   * A kernel or one post-operation by itself, which reads and writes the result.
   *
   * @param first whether it is the kernel, which reads the sources
   * @param operand the other tensor of a binary post-operation
   */
  record Part(String operator, NativeKernel kernel, boolean first, @Nullable Activation operand) {}

  /** Makes a kernel once its post-operations are known. */
  @FunctionalInterface
  interface Choice {
    Made make(Attributes attributes);
  }

  private final String operator;
  private final MemoryLayout kernelDst;
  private final List<Activation> sources;
  private final Supplier<Attributes> attributes;
  private final Choice choice;
  private final List<Stage> stages = new ArrayList<>();
  private final List<PostOperation> postOperations = new ArrayList<>();
  private @Nullable Supplier<NativeKernel> alone;
  private boolean takesAddition;
  private @Nullable Addition addition;
  private final StringBuilder suffix = new StringBuilder();

  /**
   * Begins a kernel.
   *
   * @param kernelDst its destination as the kernel sees it: the same memory as the activation's
   *     layout, perhaps with other dims
   * @param sources operands before the destination, in native memory already
   * @param attributes makes the scales and zero points, when the kernel is made
   */
  Pending(
      String operator,
      MemoryLayout kernelDst,
      List<Activation> sources,
      Supplier<Attributes> attributes,
      Function<Attributes, NativeKernel> factory) {
    this(made -> new Made(factory.apply(made), ""), operator, kernelDst, sources, attributes);
  }

  /** Begins a kernel that is chosen among several when it is made. */
  Pending(
      Choice choice,
      String operator,
      MemoryLayout kernelDst,
      List<Activation> sources,
      Supplier<Attributes> attributes) {
    this.operator = operator;
    this.kernelDst = kernelDst;
    this.sources = List.copyOf(sources);
    this.attributes = attributes;
    this.choice = choice;
  }

  /** The kernel by itself where the library has only its reference loop, or none. */
  Pending orElse(Supplier<NativeKernel> ownKernel) {
    alone = ownKernel;
    return this;
  }

  /** Says that the kernel can add an 8-bit tensor to its rounded result. */
  Pending takingAddition(boolean takes) {
    takesAddition = takes;
    return this;
  }

  /** Whether {@link #thenAdd} may follow. */
  boolean isOpenToAddition() {
    return takesAddition && addition == null;
  }

  /** Adds a tensor to the rounded result; only clamps follow. */
  void thenAdd(String name, Activation operand, Affine sum) {
    addition = new Addition(operand, sum);
    suffix.append('+').append(name);
  }

  /** Clamps an 8-bit result, the parameters of which are given, to a range of integers. */
  void thenClamp(Affine result, int low, int high) {
    Addition before = addition;
    if (before == null) {
      float scale = result.scale();
      int zero = result.zeroPoint();
      then("clip", Unary.CLIP, (low - zero) * scale, (high - zero) * scale);
    } else {
      thenAdd("clip", before.operand(), before.sum().clamped(low, high));
    }
  }

  void stage(Call call, Activation result) {
    stages.add(new Stage(call, result));
  }

  /** Axes of the destination as the kernel sees it. */
  int rank() {
    return kernelDst.rank();
  }

  List<Stage> stages() {
    return stages;
  }

  List<Activation> sources() {
    return sources;
  }

  /** The operands that the kernel takes behind its destination. */
  List<Activation> addends() {
    List<Activation> out = new ArrayList<>();
    for (PostOperation p : postOperations) {
      if (p.operand() != null) {
        out.add(p.operand());
      }
    }
    if (addition != null) {
      out.add(addition.operand());
    }
    return out;
  }

  /**
   * Whether anything may join. Nothing but a clamp does behind an addition to what is rounded.
   * Behind a clamp of f32, which runs after the library's kernel because that would lose NaN, only
   * clamps may.
   */
  boolean isOpen() {
    return addition == null
        && (kernelDst.type() != ElementType.F32
            || postOperations.isEmpty()
            || !isClamp(postOperations.get(postOperations.size() - 1)));
  }

  private static boolean isClamp(PostOperation p) {
    return p.unary() != null && isClamp(p.unary(), p.alpha());
  }

  /** Whether a curve cuts values off; a leaky relu does not. */
  static boolean isClamp(Unary unary, float alpha) {
    return unary == Unary.CLIP || (unary == Unary.RELU && alpha == 0);
  }

  void then(String name, Unary unary, float alpha, float beta) {
    postOperations.add(new PostOperation(unary, alpha, beta, null, null, null));
    suffix.append('+').append(name);
  }

  /** Combines with a tensor of the result's dims and memory order. */
  void then(String name, Binary binary, Activation operand) {
    combine(name, binary, operand, kernelDst.withType(operand.layout().type()));
  }

  /** Combines with one value for each index of axis 1. */
  void thenPerChannel(String name, Binary binary, Activation values) {
    long[] dims = new long[kernelDst.rank()];
    Arrays.fill(dims, 1);
    dims[1] = kernelDst.dim(1);
    combine(name, binary, values, MemoryLayout.rowMajor(values.layout().type(), dims));
  }

  private void combine(String name, Binary binary, Activation operand, MemoryLayout layout) {
    postOperations.add(new PostOperation(null, 0, 0, binary, operand, layout));
    suffix.append('+').append(name);
  }

  String operator() {
    return operator + suffix;
  }

  /** Makes the kernel; may throw {@code UnsupportedKernelException}. */
  Made create() {
    try (Attributes made = attributes.get()) {
      for (PostOperation p : postOperations) {
        if (p.unary() != null) {
          made.then(p.unary(), p.alpha(), p.beta());
        } else if (p.binary() != null && p.layout() != null) {
          made.then(p.binary(), p.layout());
        }
      }
      if (addition != null) {
        made.thenAdd(addition.operand().affine(), addition.sum());
      }
      Made result = choice.make(made);
      if (alone != null && result.kernel().implementation().startsWith("ref")) {
        result.kernel().close();
        throw new UnsupportedKernelException("oneDNN has its reference loop for these operands");
      }
      return result;
    }
  }

  /**
   * Makes the kernel and each post-operation by itself; nothing where they are not separable: an
   * 8-bit kernel quantizes behind them. May throw {@code UnsupportedKernelException}.
   */
  List<Part> parts() {
    if (kernelDst.type() != ElementType.F32 || (postOperations.isEmpty() && alone == null)) {
      return List.of();
    }
    List<Part> out = new ArrayList<>();
    boolean done = false;
    try (Attributes none = new Attributes();
        Attributes made = attributes.get()) {
      NativeKernel first = alone == null ? choice.make(made).kernel() : alone.get();
      out.add(new Part(operator, first, true, null));
      MemoryLayout flat = MemoryLayout.rowMajor(kernelDst.type(), kernelDst.elements());
      for (PostOperation p : postOperations) {
        if (p.unary() != null) {
          String name = p.unary().name().toLowerCase(Locale.ROOT) + "_f32";
          out.add(new Part(name, inPlace(p.unary(), p.alpha(), p.beta(), flat), false, null));
        } else if (p.binary() != null && p.layout() != null) {
          String name = p.binary().name().toLowerCase(Locale.ROOT) + "_f32";
          NativeKernel kernel = Kernels.binary(p.binary(), kernelDst, p.layout(), kernelDst, none);
          out.add(new Part(name, kernel, false, p.operand()));
        }
      }
      done = true;
    } finally {
      if (!done) {
        out.forEach(part -> part.kernel().close());
      }
    }
    return out;
  }

  /** A clamp goes behind x · 1, as one by itself would lose NaN in place. */
  private static NativeKernel inPlace(Unary unary, float alpha, float beta, MemoryLayout flat) {
    try (Attributes behind = new Attributes()) {
      return isClamp(unary, alpha)
          ? Kernels.eltwise(Unary.LINEAR, 1, 0, flat, flat, behind.then(unary, alpha, beta))
          : Kernels.eltwise(unary, alpha, beta, flat, flat, behind);
    }
  }
}
