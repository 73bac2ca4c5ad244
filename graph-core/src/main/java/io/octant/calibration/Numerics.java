package io.octant.calibration;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import java.util.Comparator;

/**
 * What decides the last digits of an engine's float sums. Sums of one identity are equal bit for
 * bit on every machine; those of two need not be, because vectors of other widths, other kernels
 * and other cache blocks add the same products in another order. Integer arithmetic does not depend
 * on it.
 *
 * <p>Text fields hold no line breaks; {@link #toString} is what people read. No PyTorch
 * counterpart.
 *
 * @param engine "native" or "reference"
 * @param isa instruction set in effect, {@code avx2} say; "java" for the reference engine
 * @param library the library that does the arithmetic and its version, "" if there is none
 * @param caches data caches of a core by which the library cuts its sums into blocks, "" if it does
 *     not
 * @param kernels version of the engine's own arithmetic, raised whenever a change of it changes a
 *     sum
 */
public record Numerics(String engine, String isa, String library, String caches, int kernels)
    implements Comparable<Numerics> {
  private static final Comparator<Numerics> ORDER =
      Comparator.comparing(Numerics::engine)
          .thenComparing(Numerics::isa)
          .thenComparing(Numerics::library)
          .thenComparing(Numerics::caches)
          .thenComparingInt(Numerics::kernels);

  /** Of states that do not say: they were written in version 1 of the format. */
  public static final Numerics UNKNOWN = new Numerics("unknown", "unknown", "", "", 0);

  @Override
  public int compareTo(Numerics other) {
    return ORDER.compare(this, other);
  }

  /** For example {@code avx2 (native 1, oneDNN 3.11.0, L1 32K, L2 512K)}. */
  @Override
  public String toString() {
    if (equals(UNKNOWN)) {
      return "unknown";
    }
    StringBuilder text = new StringBuilder(isa + " (" + engine + " " + kernels);
    for (String part : new String[] {library, caches}) {
      text.append(part.isEmpty() ? "" : ", " + part);
    }
    return text.append(")").toString();
  }

  /** Four texts and a number. */
  public void write(ByteSink out) {
    out.text(engine);
    out.text(isa);
    out.text(library);
    out.text(caches);
    out.varint(kernels);
  }

  /** Reads what {@link #write} wrote. */
  public static Numerics read(ByteSource in) {
    return new Numerics(
        in.text(), in.text(), in.text(), in.text(), in.varint31("version of kernels"));
  }
}
