package io.octant.nn.quantizable;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a module enters or leaves the quantized part of its computation. While it is observed a
 * stub passes its input on, through its observer if it has one ({@code torch.ao.quantization.
 * QuantStub}, {@code DeQuantStub}); once quantized it quantizes or dequantizes ({@code
 * torch.ao.nn.quantized.Quantize}, {@code DeQuantize}).
 */
public final class Stub extends Module {
  private static final String OBSERVER = "activation_post_process";

  private final ModuleType type;
  private final @Nullable DType dtype;
  private final @Nullable QParams qparams;

  private Stub(String torchName, @Nullable DType dtype, @Nullable QParams qparams) {
    this.type = new ModuleType(torchName);
    this.dtype = dtype;
    this.qparams = qparams;
  }

  /** A place to quantize at, observed. */
  public static Stub entering(ActivationPostProcess observer) {
    Stub out = new Stub("torch.ao.quantization.QuantStub", null, null);
    out.setChild(OBSERVER, observer);
    return out;
  }

  /** A place to dequantize at. */
  public static Stub leaving() {
    return new Stub("torch.ao.quantization.DeQuantStub", null, null);
  }

  /** What the stub becomes when its module is quantized. */
  public Stub quantized() {
    if (findModule(OBSERVER) instanceof ActivationPostProcess observer) {
      QParams q = observer.qparams();
      Stub out = new Stub("torch.ao.nn.quantized.Quantize", observer.dtype(), q);
      out.setBuffer("scale", Tensor.of(new float[] {(float) q.scale()}, 1));
      out.setBuffer("zero_point", Tensor.scalar((long) q.zeroPoint()).reshape(one()));
      return out;
    }
    return new Stub("torch.ao.nn.quantized.DeQuantize", null, null);
  }

  private static Shape one() {
    return Shape.of(1);
  }

  @Override
  public ModuleType type() {
    return type;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    if (dtype == null) {
      return Map.of();
    }
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("dtype", dtype);
    return out;
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    if (args.size() != 1 || !kwargs.isEmpty() || !(args.get(0) instanceof Tensor x)) {
      throw new OctantException("Cannot call " + type + " on " + args + ", expected one tensor");
    }
    if (dtype != null && qparams != null) {
      return Quantizer.quantize(x, qparams, dtype);
    }
    if (type.name().endsWith(".DeQuantize")) {
      return Quantizer.dequantize(x);
    }
    Module observer = findModule(OBSERVER);
    return observer == null ? x : observer.evaluate(args, kwargs);
  }
}
