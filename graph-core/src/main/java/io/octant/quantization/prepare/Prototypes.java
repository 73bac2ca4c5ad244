package io.octant.quantization.prepare;

import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the observers that specs make are like; each spec is made once for it. */
public final class Prototypes {
  /** Types that values are observed for. */
  private static final Set<DType> OBSERVED =
      EnumSet.of(
          DType.QUINT8,
          DType.QINT8,
          DType.QINT32,
          DType.FLOAT16,
          DType.UINT8,
          DType.INT8,
          DType.INT16,
          DType.INT32,
          DType.FLOAT8_E5M2,
          DType.FLOAT8_E4M3FN);

  private final Map<ObserverSpec, ActivationPostProcess> made = new HashMap<>();

  /** An observer of a spec; never observed with. */
  public ActivationPostProcess of(ObserverSpec spec) {
    return made.computeIfAbsent(spec, ObserverSpec::create);
  }

  /** The type that a plan asks for, null for "no tensor". */
  public @Nullable DType dtype(@Nullable ObserverSpec spec) {
    return spec == null ? null : of(spec).dtype();
  }

  /** Whether a spec makes observers of which parameters are computed at run time; not for null. */
  public boolean isDynamic(@Nullable ObserverSpec spec) {
    return spec != null && of(spec).isDynamic();
  }

  static boolean isObserved(@Nullable DType dtype) {
    return dtype != null && OBSERVED.contains(dtype);
  }

  /** Whether two observers would give the same parameters for the same values. */
  static boolean sameSettings(ActivationPostProcess a, ActivationPostProcess b) {
    return a.type().equals(b.type())
        && a.dtype() == b.dtype()
        && a.qscheme() == b.qscheme()
        && a.range().equals(b.range())
        && a.isDynamic() == b.isDynamic()
        && a.channelAxis() == b.channelAxis()
        && Double.compare(a.eps(), b.eps()) == 0
        && Objects.equals(a.hyperparameters(), b.hyperparameters());
  }
}
