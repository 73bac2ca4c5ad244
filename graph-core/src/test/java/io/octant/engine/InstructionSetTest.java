package io.octant.engine;

import static io.octant.engine.InstructionSet.AVX;
import static io.octant.engine.InstructionSet.AVX2;
import static io.octant.engine.InstructionSet.AVX2_VNNI;
import static io.octant.engine.InstructionSet.AVX2_VNNI_2;
import static io.octant.engine.InstructionSet.AVX512_CORE;
import static io.octant.engine.InstructionSet.AVX512_CORE_AMX;
import static io.octant.engine.InstructionSet.AVX512_CORE_BF16;
import static io.octant.engine.InstructionSet.AVX512_CORE_FP16;
import static io.octant.engine.InstructionSet.AVX512_CORE_VNNI;
import static io.octant.engine.InstructionSet.SSE41;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstructionSetTest {
  @Test
  void namesAndCodesAreOneDnns() {
    assertThat(AVX512_CORE_VNNI.spelled()).isEqualTo("avx512_core_vnni");
    assertThat(InstructionSet.of("avx2_vnni_2")).isEqualTo(AVX2_VNNI_2);
    assertThat(InstructionSet.find(0x27)).contains(AVX512_CORE);
    assertThat(InstructionSet.find(0x40000000)).isEmpty();
    for (InstructionSet s : InstructionSet.values()) {
      assertThat(InstructionSet.find(s.code())).contains(s);
      assertThat(InstructionSet.find(s.spelled())).contains(s);
    }
    assertThatThrownBy(() -> InstructionSet.of("avx3"))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot use instruction set: avx3, expected one of sse41, avx, ");
  }

  @Test
  void aSetHasThoseItExtends() {
    assertThat(AVX512_CORE_BF16.has(AVX512_CORE)).isTrue();
    assertThat(AVX512_CORE.has(AVX512_CORE_VNNI)).isFalse();
    assertThat(AVX512_CORE_VNNI.has(AVX2)).isTrue();
    assertThat(AVX512_CORE_VNNI.has(AVX2_VNNI)).isFalse();
    assertThat(AVX512_CORE_FP16.has(AVX2_VNNI)).isTrue();
  }

  @Test
  void theCommonSetIsTheMostCapableThatAllHave() {
    assertThat(InstructionSet.common(List.of(AVX512_CORE_AMX))).contains(AVX512_CORE_AMX);
    assertThat(InstructionSet.common(List.of(AVX512_CORE_BF16, AVX2))).contains(AVX2);
    assertThat(InstructionSet.common(List.of(AVX512_CORE_BF16, AVX2_VNNI))).contains(AVX2);
    assertThat(InstructionSet.common(List.of(AVX512_CORE_FP16, AVX2_VNNI_2))).contains(AVX2_VNNI);
    assertThat(InstructionSet.common(List.of(AVX512_CORE_BF16, AVX512_CORE))).contains(AVX512_CORE);
    assertThat(InstructionSet.common(List.of(AVX512_CORE, AVX, SSE41))).contains(SSE41);
  }
}
