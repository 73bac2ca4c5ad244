package io.octant.kernels.binding;

import io.octant.engine.InstructionSet;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one place that loads the native library, once in a JVM. Order: the skip flag ({@code
 * -Doctant.native.skip=true}), an explicit file ({@code -Doctant.native.path=…}), the library
 * bundled with the jar. Where none is found it warns once, with the remedy, and callers run the
 * reference kernels; a library that is found and does not load is an error.
 */
public final class NativeLibrary {
  private static final String SKIP = "octant.native.skip";
  private static final String PATH = "octant.native.path";
  private static final String LIBRARY = "liboctant_kernels.so";
  private static final int RATE_LOOPS = 50;
  private static final long RATE_TIMES = 50_000;
  private static final Logger LOG = System.getLogger(NativeLibrary.class.getName());

  private NativeLibrary() {}

  /** What loading came to; a JVM tries once. */
  private record Outcome(@Nullable NativeLibrary library, @Nullable NativeException failure) {}

  /** Loaded when first asked for; the class initializer makes that once and thread-safe. */
  private static final class Holder {
    static final Outcome OUTCOME = attempt();

    private static Outcome attempt() {
      try {
        return new Outcome(load(), null);
      } catch (NativeException e) {
        return new Outcome(null, e);
      } catch (LinkageError e) {
        return new Outcome(
            null,
            new NativeException(
                "Cannot load native library: "
                    + e.getMessage()
                    + ", expected one for this platform in a directory that allows execution"
                    + " (java.io.tmpdir for the bundled one)",
                e));
      }
    }
  }

  /**
   * The library, empty if this machine or build has none or it is switched off.
   *
   * @throws NativeException if there is one and it cannot be loaded
   */
  public static Optional<NativeLibrary> find() {
    Outcome outcome = Holder.OUTCOME;
    if (outcome.failure() != null) {
      throw outcome.failure();
    }
    return Optional.ofNullable(outcome.library());
  }

  /**
   * Instruction set that oneDNN runs on here, {@code avx512_core_vnni} say. From the first call on
   * there is no other: oneDNN settles for one in the life of a process.
   */
  public String isa() {
    int code = Bindings.effectiveIsa();
    return InstructionSet.find(code)
        .map(InstructionSet::spelled)
        .orElseGet(() -> code == 0 ? "generic" : "isa_0x" + Integer.toHexString(code));
  }

  /**
   * Makes oneDNN run on a set and nothing beyond it, for the life of the process.
   *
   * @throws NativeException if oneDNN runs on another set already, or the machine lacks this one
   */
  public synchronized void limit(InstructionSet cap) {
    boolean inTime = Bindings.limitIsa(cap.code());
    String effective = isa();
    if (effective.equals(cap.spelled())) {
      return;
    }
    throw new NativeException(
        inTime
            ? "Cannot run on instruction set "
                + cap.spelled()
                + ": the processor has "
                + effective
                + ", expected one with "
                + cap.spelled()
            : "Cannot cap instruction set at "
                + cap.spelled()
                + ": oneDNN runs on "
                + effective
                + " in this JVM already, expected the cap before its first use or one of "
                + effective);
  }

  /** For example {@code oneDNN 3.11.0}. */
  public String version() {
    return "oneDNN " + Bindings.libraryVersion();
  }

  /**
   * The cache that oneDNN cuts its float sums into blocks by: a core's share of the second level,
   * in KiB, as {@code L2 512K}.
   */
  public String caches() {
    return "L2 " + Bindings.cacheBytes(2) / 1024 + "K";
  }

  /** Variants of our own kernels that run here, slowest first; the first is the baseline. */
  public List<String> variants() {
    return List.of(Bindings.variants());
  }

  /**
   * Multiply-adds a second that this core does at most on the instruction set in use: the fastest
   * of some short loops on registers alone.
   *
   * @param integer of u8 by s8 into 32 bits, else of f32
   */
  public double multiplyAddRate(boolean integer) {
    double best = 0;
    for (int i = 0; i < RATE_LOOPS; i++) {
      long begin = System.nanoTime();
      long done = Bindings.multiplyAdds(integer, RATE_TIMES);
      best = Math.max(best, done * 1e9 / (System.nanoTime() - begin));
    }
    return best;
  }

  /** Native objects that are open: memory, kernels, calls and attributes. */
  public long liveObjects() {
    return Bindings.liveObjects();
  }

  private static @Nullable NativeLibrary load() {
    if (Boolean.getBoolean(SKIP)) {
      LOG.log(Level.INFO, "Native kernels are switched off by -D" + SKIP);
      return null;
    }
    String explicit = System.getProperty(PATH);
    if (explicit != null) {
      System.load(Path.of(explicit).toAbsolutePath().toString());
      return new NativeLibrary();
    }
    String platform = platform();
    if (NativeLibrary.class.getResource(bundled(platform)) == null) {
      LOG.log(
          Level.WARNING,
          "No native kernels for "
              + platform
              + " in this build: running the slow reference kernels. Build kernels-native on this"
              + " platform with a C++17 compiler, or point -D"
              + PATH
              + " to "
              + LIBRARY);
      return null;
    }
    loadBundled(platform);
    return new NativeLibrary();
  }

  private static String bundled(String platform) {
    return "/io/octant/kernels/native/" + platform + "/" + LIBRARY;
  }

  private static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    String system = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "macosx" : os;
    return system
        + "-"
        + switch (arch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64" -> "arm64";
          default -> arch;
        };
  }

  // The files are removed as soon as they are mapped: nothing is left behind, and nobody can
  // change what the next JVM loads.
  private static void loadBundled(String platform) {
    String oneDnn = "/org/bytedeco/dnnl/" + platform + "/";
    try {
      Path directory = Files.createTempDirectory("octant-native");
      try {
        for (String resource :
            List.of(oneDnn + "libgomp.so.1", oneDnn + "libdnnl.so.3", bundled(platform))) {
          Path file = directory.resolve(resource.substring(resource.lastIndexOf('/') + 1));
          extract(resource, file);
          System.load(file.toString());
        }
      } finally {
        for (Path file :
            List.of(
                directory.resolve("libgomp.so.1"),
                directory.resolve("libdnnl.so.3"),
                directory.resolve(LIBRARY))) {
          Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
      }
    } catch (IOException e) {
      throw new NativeException("Cannot unpack native library for " + platform + ": " + e, e);
    }
  }

  private static void extract(String resource, Path file) throws IOException {
    try (InputStream in = NativeLibrary.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new NativeException(
            "Cannot find " + resource + " on the class path, expected org.bytedeco:dnnl with it");
      }
      Files.copy(in, file);
    }
  }
}
