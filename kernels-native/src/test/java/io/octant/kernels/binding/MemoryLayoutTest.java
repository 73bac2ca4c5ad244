package io.octant.kernels.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Views over memory, and the copy kernel that realizes them. */
class MemoryLayoutTest {
  private static final MemoryLayout NHWC = MemoryLayout.channelsLast(ElementType.F32, 2, 6, 3, 4);

  @Test
  void channelsLastWalksChannelsFastest() {
    assertThat(NHWC.strides()).containsExactly(72, 1, 24, 6);
    assertThat(NHWC.isDense()).isTrue();
    assertThat(NHWC.sameMemoryOrder(MemoryLayout.rowMajor(ElementType.F32, NHWC.dims()))).isFalse();
  }

  @Test
  void flattenedAndTransposedImageIsRowsOfChannels() {
    MemoryLayout tokens = NHWC.reshape(2, 6, 12).orElseThrow().permute(0, 2, 1);
    assertThat(tokens.dims()).containsExactly(2, 12, 6);
    assertThat(tokens.sameMemoryOrder(MemoryLayout.rowMajor(ElementType.F32, 2, 12, 6))).isTrue();
  }

  @Test
  void flatteningChannelsWithPlacesIsNoView() {
    assertThat(NHWC.reshape(2, 72)).isEmpty();
    assertThat(MemoryLayout.channelsLast(ElementType.F32, 2, 6, 1, 1).reshape(2, 6)).isPresent();
  }

  @Test
  void reshapeSplitsAndJoinsRuns() {
    MemoryLayout rows = MemoryLayout.rowMajor(ElementType.F32, 4, 50, 192);
    MemoryLayout heads = rows.reshape(4, 50, 3, 4, 16).orElseThrow().permute(2, 0, 3, 1, 4);
    assertThat(heads.dims()).containsExactly(3, 4, 4, 50, 16);
    assertThat(heads.strides()).containsExactly(64, 9600, 16, 192, 1);
    assertThat(heads.select(0, 2).offsetBytes()).isEqualTo(128 * 4);
    assertThat(heads.reshape(3, 4, 200, 16)).isEmpty();
  }

  @Test
  void layoutsWithoutElementsTakeAnyShapeWithoutElements() {
    MemoryLayout empty = MemoryLayout.rowMajor(ElementType.F32, 4, 0, 5);
    assertThat(empty.reshape(0, 5).orElseThrow().dims()).containsExactly(0, 5);
    assertThat(empty.reshape(0, 7, 2).orElseThrow().dims()).containsExactly(0, 7, 2);
    assertThat(empty.reshape(4, 5)).isEmpty();
  }

  @Test
  void copyRealizesEveryView() {
    MemoryLayout[] views = {
      NHWC,
      NHWC.permute(3, 0, 2, 1),
      NHWC.narrow(1, 1, 2, 2),
      NHWC.select(2, 1),
      MemoryLayout.rowMajor(ElementType.F32, 1, 6, 1, 4).expand(2, 6, 3, 4),
      MemoryLayout.rowMajor(ElementType.F32)
    };
    float[] memory = new float[144];
    for (int i = 0; i < memory.length; i++) {
      memory[i] = i;
    }
    for (MemoryLayout view : views) {
      MemoryLayout dense = MemoryLayout.rowMajor(ElementType.F32, view.dims());
      float[] shifted = Arrays.copyOfRange(memory, (int) view.offsetBytes() / 4, memory.length);
      try (NativeKernel kernel = Moves.copy(view, dense)) {
        float[] actual =
            Execution.floats(Execution.run(kernel, dense.bytes(), Execution.bytes(shifted)));
        for (int i = 0; i < actual.length; i++) {
          assertThat(actual[i]).as("element %s of %s", i, view).isEqualTo(shifted[place(view, i)]);
        }
      }
    }
  }

  /** What images are given as, and what convolutions read. */
  @Test
  void threePlanesBecomePixels() {
    for (ElementType type : new ElementType[] {ElementType.U8, ElementType.F32, ElementType.S64}) {
      for (int width : new int[] {1, 5, 15, 16, 17, 64, 131}) {
        MemoryLayout planes = MemoryLayout.rowMajor(type, 2, 3, 2, width);
        MemoryLayout pixels = MemoryLayout.channelsLast(type, 2, 3, 2, width);
        byte[] memory = new TestData(7).bytes(planes.bytes());
        int size = type.bytes();
        try (NativeKernel kernel = Moves.copy(planes, pixels)) {
          ByteBuffer actual = Execution.run(kernel, pixels.bytes(), Execution.bytes(memory));
          for (int i = 0; i < planes.elements(); i++) {
            int to = place(pixels, i) * size;
            assertThat(Arrays.copyOfRange(actual.array(), to, to + size))
                .as("element %s of %s", i, planes)
                .isEqualTo(Arrays.copyOfRange(memory, i * size, i * size + size));
          }
        }
      }
    }
  }

  private static int place(MemoryLayout view, int index) {
    long place = 0;
    long rest = index;
    for (int axis = view.rank() - 1; axis >= 0; axis--) {
      place += rest % view.dim(axis) * view.stride(axis);
      rest /= view.dim(axis);
    }
    return (int) place;
  }

  @Test
  void closedResourcesThrowAndNothingStaysOpen() {
    NativeLibrary library = NativeLibrary.find().orElseThrow();
    long before = library.liveObjects();
    NativeMemory memory = new NativeMemory(100);
    NativeKernel kernel = Moves.copy(NHWC, NHWC);
    assertThat(library.liveObjects()).isEqualTo(before + 2);
    memory.close();
    memory.close();
    kernel.close();
    assertThat(library.liveObjects()).isEqualTo(before);
    assertThatThrownBy(() -> memory.address(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> kernel.bind(new long[2], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("NativeKernel: it is closed");
  }

  @Test
  void whatOneDnnRefusesNamesTheReason() {
    MemoryLayout scalar = MemoryLayout.rowMajor(ElementType.S64, 4);
    try (Attributes none = new Attributes()) {
      assertThatThrownBy(() -> Kernels.eltwise(Unary.RELU, 0, 0, scalar, scalar, none))
          .isInstanceOf(UnsupportedKernelException.class)
          .hasMessageContaining("s64");
    }
  }
}
