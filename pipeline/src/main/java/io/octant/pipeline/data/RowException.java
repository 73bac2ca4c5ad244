package io.octant.pipeline.data;

/** A row that holds no sample. */
final class RowException extends DataException {
  private static final long serialVersionUID = 1L;

  private final String fault;

  /**
   * @param place file and row
   */
  RowException(String place, String column, String found, String expected) {
    super(
        "Cannot read column '"
            + column
            + "' of "
            + place
            + ": "
            + found
            + ", expected "
            + expected);
    this.fault = place + ": column '" + column + "': " + found;
  }

  /** File, row, column and what is wrong. */
  String fault() {
    return fault;
  }
}
