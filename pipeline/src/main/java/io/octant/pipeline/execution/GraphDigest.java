package io.octant.pipeline.execution;

import io.octant.bytes.Hash;
import io.octant.graph.GraphModule;
import io.octant.graph.GraphPrinter;
import io.octant.graph.Module;
import io.octant.quantization.observer.ObserverTraits;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * SHA-256 over what a graph computes: its nodes in order, and type, settings and tensors of every
 * module. Two graphs of one digest give the same results, and their observers see the same,
 * whatever is then made of it; a graph that is made in another JVM by another version of the
 * library shows by its digest.
 */
public final class GraphDigest {
  private static final int CHUNK = 1 << 13;

  private GraphDigest() {}

  /** Digest as 64 hexadecimal digits. */
  public static String of(GraphModule model) {
    Hash digest = Hash.sha256();
    digest.update(GraphPrinter.print(model.graph()));
    model.forEachModule((path, module) -> add(path, module, digest));
    return digest.hex();
  }

  private static void add(String path, Module module, Hash digest) {
    digest.update(path);
    digest.update(module.type().name());
    if (module instanceof GraphModule graph && !path.isEmpty()) {
      digest.update(GraphPrinter.print(graph.graph()));
    }
    settings(module).forEach((name, value) -> addValue(name, value, digest));
    sorted(module.parameters()).forEach((name, t) -> addTensor(name, t, digest));
    sorted(module.buffers()).forEach((name, t) -> addTensor(name, t, digest));
    sorted(module.attributes()).forEach((name, value) -> addValue(name, value, digest));
  }

  /** Settings but those of an observer that are read when the run is over. */
  private static Map<String, Object> settings(Module module) {
    Map<String, Object> out = new LinkedHashMap<>(module.hyperparameters());
    out.keySet().removeAll(ObserverTraits.of(module.type().name()).solverKeywords());
    return out;
  }

  private static <V> Map<String, V> sorted(Map<String, V> values) {
    return new TreeMap<>(values);
  }

  private static void addValue(String name, Object value, Hash digest) {
    if (value instanceof Tensor t) {
      addTensor(name, t, digest);
    } else if (value instanceof Number
        || value instanceof Boolean
        || value instanceof CharSequence
        || value instanceof Enum<?>
        || value instanceof Iterable<?>
        || value instanceof Map<?, ?>) {
      digest.update(name + "=" + value);
    } else {
      // Other values may print their identity; their type is what is the same everywhere.
      digest.update(name + ":" + value.getClass().getName());
    }
  }

  private static void addTensor(String name, Tensor t, Hash digest) {
    digest.update(name + "=" + t.description());
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Long.BYTES);
    for (int from = 0; from < t.numel(); from += CHUNK) {
      int to = Math.min(t.numel(), from + CHUNK);
      chunk.clear();
      switch (t.dtype().storage()) {
        case FLOATS -> chunk.asFloatBuffer().put(t.floats(), from, to - from);
        case DOUBLES -> chunk.asDoubleBuffer().put(t.doubles(), from, to - from);
        case INTS -> chunk.asIntBuffer().put(t.ints(), from, to - from);
        case LONGS -> chunk.asLongBuffer().put(t.longs(), from, to - from);
      }
      int width =
          switch (t.dtype().storage()) {
            case FLOATS, INTS -> 4;
            case DOUBLES, LONGS -> 8;
          };
      digest.update(chunk.array(), (to - from) * width);
    }
    if (t.isQuantized() && t.qparams().isPerChannel()) {
      for (int c = 0; c < t.qparams().size(); c++) {
        digest.update(t.qparams().scale(c) + " " + t.qparams().zeroPoint(c));
      }
    }
  }
}
