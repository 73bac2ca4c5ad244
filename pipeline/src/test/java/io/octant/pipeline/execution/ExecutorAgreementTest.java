package io.octant.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.calibration.MixedNumerics;
import io.octant.calibration.Numerics;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ExecutorAgreementTest {
  private static ExecutorIdentity executor(String id, String isa, String caches) {
    return new ExecutorIdentity(
        id,
        "host-" + id,
        new Numerics("native", isa, "oneDNN 3.11.0", caches, 1),
        Int8Kernels.NONE);
  }

  private static SortedSet<ExecutorIdentity> set(ExecutorIdentity... executors) {
    return new TreeSet<>(List.of(executors));
  }

  @Test
  void executorsOfOneKindAgree() {
    assertThatCode(
            () ->
                ExecutorAgreement.require(
                    set(executor("1", "avx2", "L2 512K"), executor("2", "avx2", "L2 512K")),
                    MixedNumerics.REFUSE))
        .doesNotThrowAnyException();
  }

  @Test
  void differentInstructionSetsAreRefusedByNameWithTheKeyToSet() {
    SortedSet<ExecutorIdentity> mixed =
        set(
            executor("1", "avx512_core_bf16", "L2 1024K"),
            executor("2", "avx2_vnni", "L2 1024K"),
            executor("3", "avx512_core_bf16", "L2 1024K"));
    assertThatThrownBy(() -> ExecutorAgreement.require(mixed, MixedNumerics.REFUSE))
        .isInstanceOf(ExecutorException.class)
        .hasMessage(
            "Cannot calibrate on executors whose float sums differ:"
                + " avx2_vnni (native 1, oneDNN 3.11.0, L2 1024K) on executor 2 (host-2);"
                + " avx512_core_bf16 (native 1, oneDNN 3.11.0, L2 1024K) on executor 1 (host-1),"
                + " 3 (host-3), expected one kind; execution.isa = avx2 makes them alike,"
                + " execution.mixedNumerics = accept merges what they see and reports it as mixed");
    assertThatCode(() -> ExecutorAgreement.require(mixed, MixedNumerics.ACCEPT))
        .doesNotThrowAnyException();
  }

  @Test
  void whatNoCapMakesAlikeIsNotPromised() {
    assertThatThrownBy(
            () ->
                ExecutorAgreement.require(
                    set(
                        executor("1", "avx512_core", "L2 1024K"),
                        executor("2", "avx512_core", "L2 2048K")),
                    MixedNumerics.REFUSE))
        .hasMessageContaining("expected one kind; execution.mixedNumerics = accept");
    assertThatThrownBy(
            () ->
                ExecutorAgreement.require(
                    set(executor("1", "avx512_core", "L2 1024K"), executor("2", "avx2", "L2 512K")),
                    MixedNumerics.REFUSE))
        .hasMessageContaining(
            "execution.isa = avx2 makes their instruction sets alike, not the rest, ");
    assertThatThrownBy(
            () ->
                ExecutorAgreement.require(
                    set(
                        executor("1", "avx512_core", "L2 1024K"),
                        new ExecutorIdentity(
                            "2",
                            "arm",
                            new Numerics("reference", "java", "", "", 1),
                            Int8Kernels.NONE)),
                    MixedNumerics.REFUSE))
        .hasMessageContaining("java (reference 1) on executor 2 (arm)")
        .hasMessageContaining("expected one kind; execution.mixedNumerics = accept");
  }
}
