package io.octant.pipeline.execution;

import io.octant.kernels.binding.NativeBytes;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The most memory that a process has held at once.
 *
 * @param nativeBytes weights, packed or not, and activations outside of the heap ({@link
 *     NativeBytes}); 0 on the reference engine
 * @param residentBytes all of the process, its heap included, as the system counts it; 0 if that
 *     does not tell
 */
public record MemoryUse(long nativeBytes, long residentBytes) implements Serializable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String PEAK = "VmHWM:";

  /** Of this process, since it began. */
  public static MemoryUse ofProcess() {
    return new MemoryUse(NativeBytes.peak(), systemPeak());
  }

  /** The larger of each. */
  public MemoryUse max(MemoryUse other) {
    return new MemoryUse(
        Math.max(nativeBytes, other.nativeBytes), Math.max(residentBytes, other.residentBytes));
  }

  /** Both together. */
  public MemoryUse plus(MemoryUse other) {
    return new MemoryUse(nativeBytes + other.nativeBytes, residentBytes + other.residentBytes);
  }

  /** A line of it reads {@code VmHWM: 123 kB}, where kB is 1024 bytes. */
  private static long systemPeak() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // Not on Linux.
    }
  }
}
