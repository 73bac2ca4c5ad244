package io.octant.pipeline.data;

import java.io.Serializable;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Writes one record of a source into a batch. Used by one thread at a time; it may keep no
 * reference to the record, whose memory the source reuses.
 *
 * @param <T> the records of the source
 */
@FunctionalInterface
public interface SampleDecoder<T> extends Serializable {

  /**
   * Fills every input, and the label if the source has labels, of the batch's current row.
   *
   * @throws DataException if the record does not fit; a {@link RowException} if others may
   */
  void decode(T record, BatchBuffer batch);

  /** What to do about a record that does not fit. */
  default Damaged damaged() {
    return Damaged.REFUSE;
  }

  /** Where labels come from and which are refused, the same text in every process; "" without. */
  default String labels() {
    return "";
  }

  /** Whether a record is a sample; one that is not is counted and left out. */
  default boolean isSample(T record) {
    return true;
  }

  /**
   * The files that a record names and that are read with it: asked, it looks at them and tells by
   * which path, of what length and how old they are; "" if there are none. The record may be gone
   * by then.
   */
  default Supplier<String> named(T record) {
    return () -> "";
  }

  /**
   * The same decoder, which refuses labels that are no class.
   *
   * @param classes number of classes; empty if only negative labels are known to be wrong
   */
  default SampleDecoder<T> withClasses(OptionalInt classes) {
    return this;
  }
}
