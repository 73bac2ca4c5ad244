package io.octant.pipeline.validation;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The exact sum of finite doubles: a fixed-point number wide enough for every double, so that
 * addition is integer addition, associative and commutative. Mutable, not thread-safe.
 *
 * <p>The number is {@code Σ limbs[i] · 2^(32·i − 1074)}: 2^−1074 is the smallest double. A limb
 * holds 32 bits and room for 2^30 additions; {@link #add} carries before that room ends, and {@link
 * #equals} and {@link #write} see the one carried form.
 */
public final class ExactSum {
  private static final int LIMB_BITS = 32;
  private static final long LIMB_MASK = 0xFFFF_FFFFL;
  private static final int MIN_EXPONENT = -1074;

  /** 2^−1074 to 2^1024 takes 2,098 bits; the rest is room for 2^63 summands and the sign. */
  private static final int LIMBS = 69;

  private static final int ADDITIONS_BEFORE_CARRY = 1 << 29;

  private final long[] limbs = new long[LIMBS];
  private int additions;

  /**
   * Adds a number.
   *
   * @throws OctantException if it is NaN or infinite
   */
  public void add(double x) {
    long bits = Double.doubleToRawLongBits(x);
    int exponentField = (int) (bits >>> 52) & 0x7FF;
    if (exponentField == 0x7FF) {
      throw new OctantException("Cannot add to an exact sum: " + x + ", expected a finite number");
    }
    long mantissa = bits & 0xF_FFFF_FFFF_FFFFL;
    int shift = 0;
    if (exponentField != 0) {
      mantissa |= 1L << 52;
      shift = exponentField - 1;
    }
    int limb = shift / LIMB_BITS;
    int within = shift % LIMB_BITS;
    // 53 bits shifted by up to 31 lie in three limbs.
    long low = (mantissa << within) & LIMB_MASK;
    long middle = (mantissa >>> (LIMB_BITS - within)) & LIMB_MASK;
    long high = within == 0 ? 0 : mantissa >>> (2 * LIMB_BITS - within);
    if (bits < 0) {
      limbs[limb] -= low;
      limbs[limb + 1] -= middle;
      limbs[limb + 2] -= high;
    } else {
      limbs[limb] += low;
      limbs[limb + 1] += middle;
      limbs[limb + 2] += high;
    }
    if (++additions == ADDITIONS_BEFORE_CARRY) {
      carry();
    }
  }

  /** Adds all that another sum holds; the other is not changed in value. */
  public void add(ExactSum other) {
    other.carry();
    carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += other.limbs[i];
    }
    carry();
  }

  /** Brings every limb but the last, which has the sign, into [0, 2^32). */
  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> LIMB_BITS;
      limbs[i] &= LIMB_MASK;
    }
    additions = 0;
  }

  /** The sum, rounded once, half to even. */
  public double value() {
    carry();
    BigInteger n = BigInteger.valueOf(limbs[LIMBS - 1]);
    for (int i = LIMBS - 2; i >= 0; i--) {
      n = n.shiftLeft(LIMB_BITS).or(BigInteger.valueOf(limbs[i]));
    }
    return new BigDecimal(n)
        .divide(new BigDecimal(BigInteger.TWO.pow(-MIN_EXPONENT)))
        .doubleValue();
  }

  void write(ByteSink out) {
    carry();
    for (long limb : limbs) {
      out.i64(limb);
    }
  }

  static ExactSum read(ByteSource in) {
    ExactSum sum = new ExactSum();
    for (int i = 0; i < LIMBS; i++) {
      sum.limbs[i] = in.i64();
    }
    return sum;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    if (!(o instanceof ExactSum s)) {
      return false;
    }
    carry();
    s.carry();
    return Arrays.equals(limbs, s.limbs);
  }

  @Override
  public int hashCode() {
    carry();
    return Objects.hash(Arrays.hashCode(limbs));
  }

  @Override
  public String toString() {
    return Double.toString(value());
  }
}
