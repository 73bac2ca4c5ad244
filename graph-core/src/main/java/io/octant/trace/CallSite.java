package io.octant.trace;

/** Finds the line of a model's forward that is running. */
final class CallSite {
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private CallSite() {}

  /** The innermost frame of a model class, {@code Model.forward(Model.java:12)}; "" outside one. */
  static String current() {
    return WALKER.walk(
        frames ->
            frames
                .filter(f -> TraceableModule.class.isAssignableFrom(f.getDeclaringClass()))
                .filter(f -> f.getDeclaringClass() != TraceableModule.class)
                .findFirst()
                .map(CallSite::describe)
                .orElse(""));
  }

  private static String describe(StackWalker.StackFrame frame) {
    return frame.getDeclaringClass().getSimpleName()
        + "."
        + frame.getMethodName()
        + "("
        + frame.getFileName()
        + ":"
        + frame.getLineNumber()
        + ")";
  }
}
