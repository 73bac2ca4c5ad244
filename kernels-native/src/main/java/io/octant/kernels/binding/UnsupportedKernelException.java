package io.octant.kernels.binding;

/** No native kernel serves a request; the message is the reason that the plan reports. */
public final class UnsupportedKernelException extends NativeException {
  private static final long serialVersionUID = 1L;

  public UnsupportedKernelException(String message) {
    super(message);
  }
}
