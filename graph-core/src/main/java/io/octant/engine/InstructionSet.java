package io.octant.engine;

import io.octant.OctantException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The x86 instruction sets that oneDNN tells apart, from the least to the most capable. Code and
 * lower-case name are oneDNN's own ({@code dnnl_cpu_isa_t}): a set has another if it has all bits
 * of its code.
 */
public enum InstructionSet {
  SSE41(0x1),
  AVX(0x3),
  AVX2(0x7),
  AVX2_VNNI(0xf),
  AVX2_VNNI_2(0x1f),
  AVX512_CORE(0x27),
  AVX512_CORE_VNNI(0x67),
  AVX512_CORE_BF16(0xe7),
  AVX512_CORE_FP16(0x1ef),
  AVX512_CORE_AMX(0xfef),
  AVX512_CORE_AMX_FP16(0x1fef),
  AVX10_2_512(0x201ff),
  AVX10_2_512_AMX_2(0x22fff);

  private final int code;

  InstructionSet(int code) {
    this.code = code;
  }

  /** The value of {@code dnnl_cpu_isa_t}. */
  public int code() {
    return code;
  }

  /** As oneDNN, configurations and reports spell it: {@code avx512_core_vnni}. */
  public String spelled() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a machine with this set runs code for another. */
  public boolean has(InstructionSet other) {
    return (code & other.code) == other.code;
  }

  /** The spelled names, from the least to the most capable. */
  public static List<String> names() {
    return Arrays.stream(values()).map(InstructionSet::spelled).toList();
  }

  /** The set of a code; empty if oneDNN has come to know others. */
  public static Optional<InstructionSet> find(int code) {
    return Arrays.stream(values()).filter(s -> s.code == code).findFirst();
  }

  /** The set of a spelled name; empty if there is none of it. */
  public static Optional<InstructionSet> find(String name) {
    return Arrays.stream(values()).filter(s -> s.spelled().equals(name)).findFirst();
  }

  /**
   * The set of a spelled name.
   *
   * @throws OctantException listing all if there is none of it
   */
  public static InstructionSet of(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new OctantException(
                    "Cannot use instruction set: "
                        + name
                        + ", expected one of "
                        + String.join(", ", names())));
  }

  /** The most capable set that all have; empty if there is none. */
  public static Optional<InstructionSet> common(Collection<InstructionSet> sets) {
    return Arrays.stream(values())
        .filter(candidate -> sets.stream().allMatch(s -> s.has(candidate)))
        .reduce((less, more) -> more);
  }
}
