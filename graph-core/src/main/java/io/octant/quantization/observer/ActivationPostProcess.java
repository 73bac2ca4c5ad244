package io.octant.quantization.observer;

import io.octant.graph.GraphException;
import io.octant.graph.Module;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An observer or a fake quantize: a module of one tensor that passes it on, unchanged or rounded,
 * and learns quantization parameters from it. After PyTorch's {@code ObserverBase} and {@code
 * FakeQuantizeBase}.
 *
 * <p>Statistics are buffers under PyTorch's names where PyTorch has buffers ({@code min_val},
 * {@code max_val}, {@code histogram}, {@code eps}, {@code scale}, {@code zero_point} …).
 */
public abstract class ActivationPostProcess extends Module {
  /** PyTorch's default {@code eps}, the smallest scale: 2^−23. */
  public static final double DEFAULT_EPS = 0x1p-23;

  private static final Set<String> PER_CHANNEL =
      Set.of("min_val", "max_val", "scale", "zero_point");

  private final DType dtype;

  /** A module for values that are to be quantized to the given type. */
  protected ActivationPostProcess(DType dtype) {
    this.dtype = dtype;
  }

  /** The type that values will be quantized to; a float type for placeholders. */
  public DType dtype() {
    return dtype;
  }

  /**
   * Per tensor or per channel, affine or symmetric; per tensor affine unless a class says
   * otherwise.
   */
  public QScheme qscheme() {
    return QScheme.PER_TENSOR_AFFINE;
  }

  /** PyTorch's {@code quant_min} and {@code quant_max}; empty if it has none. */
  public Optional<QRange> range() {
    return Optional.empty();
  }

  /** Whether values are quantized with parameters computed at run time. */
  public boolean isDynamic() {
    return false;
  }

  /** Smallest scale that {@link #calculateQParams} gives. */
  public double eps() {
    return DEFAULT_EPS;
  }

  /** Axis of the channels, −1 if parameters are per tensor. May be negative as in PyTorch. */
  public int channelAxis() {
    return -1;
  }

  /**
   * Learns from a tensor.
   *
   * @param x any shape, read as float32
   */
  public abstract void observe(Tensor x);

  /**
   * Parameters for what was observed so far.
   *
   * @throws ObserverException if this class never has any (placeholders)
   */
  public abstract CalculatedQParams calculateQParams();

  /** PyTorch's modules load extrema and parameters of as many channels as the file has. */
  @Override
  protected boolean resizes(String name) {
    return PER_CHANNEL.contains(name);
  }

  /** {@link #calculateQParams} as a quantizer takes them. */
  public final QParams qparams() {
    return calculateQParams().toQParams(qscheme(), channelAxis());
  }

  /** Observes its one tensor argument and returns it. */
  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    Tensor x = tensorArgument(args, kwargs);
    observe(x);
    return x;
  }

  /** The one tensor that a call passes. */
  protected final Tensor tensorArgument(List<Object> args, Map<String, Object> kwargs) {
    if (args.size() == 1 && kwargs.isEmpty() && args.get(0) instanceof Tensor x) {
      return x;
    }
    throw new GraphException(
        "Cannot call " + type() + ": arguments " + args + kwargs + ", expected one tensor");
  }
}
