package io.octant.pipeline.data.splits;

import java.io.Serializable;
import java.util.Iterator;

/**
 * Reads files on the executors.
 *
 * @param <T> the rows
 */
@FunctionalInterface
public interface PieceReader<T> extends Serializable {

  /**
   * The rows of a piece in the order of the file, not read before they are asked for. Rows of its
   * blocks that are not of the piece do no harm.
   *
   * @throws io.octant.OctantException if the file is damaged
   * @throws io.octant.OctantException if the storage does not answer
   */
  Iterator<T> read(Piece piece);
}
