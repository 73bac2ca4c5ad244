package io.octant.onnx.importer;

import io.octant.onnx.OnnxException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model file leaves open: the sizes of symbolic axes other than the batch, and inputs that
 * are no batch.
 *
 * <p>The first axis of an input is the batch unless {@code inputs} says otherwise; if its size is
 * symbolic it stays open. Every other symbolic axis must be given a size, because graphs are
 * specialised to their shapes. A size is looked up by {@code input:axis} first ({@code
 * input_ids:1}), then by the axis' symbolic name.
 *
 * @param sizes by axis
 * @param inputs by name
 */
public record ImportOptions(Map<String, Integer> sizes, SortedMap<String, InputRole> inputs) {
  public ImportOptions {
    sizes = Collections.unmodifiableMap(new TreeMap<>(sizes)); // in one order: it is digested
    inputs = Collections.unmodifiableSortedMap(new TreeMap<>(inputs));
    sizes.forEach(
        (axis, size) -> {
          if (size < 1) {
            throw new OnnxException(
                "Cannot import with axis " + axis + " of size " + size + ", expected at least 1");
          }
        });
  }

  /** Sizes only. */
  public ImportOptions(Map<String, Integer> sizes) {
    this(sizes, new TreeMap<>());
  }

  /** No sizes: the batch is the only symbolic axis. */
  public static ImportOptions none() {
    return new ImportOptions(Map.of());
  }

  /** These options with one more size; {@code axis} as in the class comment. */
  public ImportOptions withSize(String axis, int size) {
    Map<String, Integer> more = new TreeMap<>(sizes);
    more.put(axis, size);
    return new ImportOptions(more, inputs);
  }

  /** These options with an input that is no batch along its first axis. */
  public ImportOptions withInput(String name, InputRole role) {
    SortedMap<String, InputRole> more = new TreeMap<>(inputs);
    more.put(name, role);
    return new ImportOptions(sizes, more);
  }
}
