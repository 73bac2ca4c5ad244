package io.octant.trace;

import io.octant.nn.linear.Linear;

/** The model of the documentation of PyTorch's {@code prepare_fx}, in Java. */
final class DocumentationExample extends TraceableModule {
  /** A linear layer in a module of its own. */
  static final class Sub extends TraceableModule {
    Sub() {
      setChild("linear", new Linear(5, 5));
    }

    @Override
    protected Value forward(Value... inputs) {
      return call("linear", inputs[0]);
    }
  }

  DocumentationExample() {
    setChild("linear", new Linear(5, 5));
    setChild("sub", new Sub());
  }

  @Override
  protected Value forward(Value... inputs) {
    Value x = call("linear", inputs[0]);
    return call("sub", x).plus(x);
  }
}
