package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that indices name, each once, so that only those are dequantized.
 *
 * @param rows in the order of their first use
 * @param indices the given indices as positions within {@code rows}
 */
record UsedRows(int[] rows, Tensor indices, Map<Long, Long> positions) {
  /**
   * @param size rows of the table
   * @throws OctantException if an index is outside the table
   */
  static UsedRows of(Tensor indices, int size) {
    Map<Long, Long> positions = new LinkedHashMap<>();
    long[] renamed = new long[indices.numel()];
    for (int i = 0; i < renamed.length; i++) {
      long row = indices.longAt(i);
      if (row < 0 || row >= size) {
        throw new OctantException(
            "Cannot look up row " + row + " of a table, expected one of " + size);
      }
      renamed[i] = positions.computeIfAbsent(row, r -> (long) positions.size());
    }
    int[] rows = positions.keySet().stream().mapToInt(Long::intValue).toArray();
    return new UsedRows(rows, Tensor.of(DType.INT64, indices.shape(), renamed), positions);
  }

  /** Where a row of the table went, null if it is not used. */
  @Nullable Integer position(long row) {
    Long at = positions.get(row);
    return at == null ? null : at.intValue();
  }
}
