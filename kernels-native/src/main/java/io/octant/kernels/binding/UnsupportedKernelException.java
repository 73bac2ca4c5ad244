package io.octant.kernels.binding;

/** No native kernel serves a request; the plan reports the reason. */
public final class UnsupportedKernelException extends NativeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  /** A refusal; the reason is shown in the plan. */
  public UnsupportedKernelException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** Why there is no kernel. */
  public String reason() {
    return reason;
  }
}
