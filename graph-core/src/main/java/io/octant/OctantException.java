package io.octant;

/**
 * Root of every failure that Octant reports on purpose. Messages read "Cannot &lt;verb&gt;
 * &lt;thing&gt;: &lt;value&gt;, expected &lt;what&gt;" and name the file, node, column or key at
 * fault.
 */
public class OctantException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with its message: what cannot be done, the value at fault, and what was expected. */
  public OctantException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public OctantException(String message, Throwable cause) {
    super(message, cause);
  }
}
