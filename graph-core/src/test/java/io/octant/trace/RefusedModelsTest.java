package io.octant.trace;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.Module;
import io.octant.nn.activation.ReLU;
import io.octant.nn.container.Sequential;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Models written in Java that cannot be traced. */
class RefusedModelsTest {
  private static final class Body extends TraceableModule {
    private final UnaryOperator<Value> forward;

    Body(UnaryOperator<Value> forward, String... inputs) {
      super(inputs);
      this.forward = forward;
    }

    @Override
    protected Value forward(Value... inputs) {
      return forward.apply(inputs[0]);
    }
  }

  private static final class Opaque extends Module {
    @Override
    public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
      return args.get(0);
    }
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run).isExactlyInstanceOf(TraceException.class).hasMessage(message);
  }

  @Test
  void inputsHaveNamesThatDiffer() {
    String type = Body.class.getName();
    assertRefused(
        () -> new Body(x -> x, "x", "y", "x"),
        "Cannot make module " + type + " with inputs [x, y, x], expected names that differ");
    assertRefused(
        () -> new Body(x -> x, "my input"),
        "Cannot make module "
            + type
            + ": input 'my input', expected letters, digits and underscores");
  }

  @Test
  void forwardReturnsAValue() {
    assertRefused(
        () -> new Tracer().trace(new Body(x -> null, "x")),
        "Cannot run " + Body.class.getName() + ": forward returned null, expected a value");
  }

  @Test
  void argumentsAreWhatGraphsMayHold() {
    ReLU relu = new ReLU();
    assertRefused(
        () -> new Tracer().trace(new Body(x -> x.plus(relu), "x")),
        "Cannot pass argument of io.octant.nn.activation.ReLU: "
            + relu
            + ", expected a value, a tensor, a number or another that graphs may hold");
  }

  @Test
  void childrenHaveAForward() {
    assertRefused(
        () -> new Tracer().trace(new Sequential(new Opaque())),
        "Cannot trace module 0 of type "
            + Opaque.class.getName()
            + ": expected a TraceableModule, a Sequential, a GraphModule or a leaf of the trace");
  }
}
