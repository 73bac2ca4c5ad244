package io.octant.pipeline.data.parquet;

/** A page is not what its header, or the footer, says; whoever reads the file names it. */
final class DamagedPageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DamagedPageException(String fault) {
    super(fault);
  }
}
