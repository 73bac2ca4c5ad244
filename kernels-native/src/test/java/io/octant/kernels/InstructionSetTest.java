package io.octant.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.kernels.binding.NativeLibrary;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A capped process runs on the instruction set of its cap, our own kernels included. */
class InstructionSetTest {
  private static final String CAP = "ONEDNN_MAX_CPU_ISA";

  @Test
  void aCapIsKept() {
    NativeLibrary library = NativeLibrary.find().orElseThrow();
    String isa = library.isa();
    String cap = System.getenv().getOrDefault(CAP, "ALL").toLowerCase(Locale.ROOT);
    System.out.println("instruction set " + isa + " under " + CAP + "=" + cap);
    if (cap.equals("all") || cap.equals("default")) {
      return;
    }
    if (!isa.equals(cap)) {
      System.out.println("not checked: this machine plays " + isa + " for " + cap);
      return;
    }
    List<String> variants =
        isa.startsWith("avx512")
            ? List.of("baseline", "avx2", "avx512")
            : isa.startsWith("avx2") ? List.of("baseline", "avx2") : List.of("baseline");
    assertThat(library.variants()).isEqualTo(variants);
  }
}
