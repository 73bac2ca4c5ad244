package io.octant.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.MethodType;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.operator.Operators;
import io.octant.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a Java model can record by a method of its own is in the operator table. */
class FunctionNamesTest {
  /** Methods that take a name. */
  private static final Set<String> BY_NAME = Set.of("call", "method", "attribute");

  /** Calls every method of {@link Functional}, {@link Torch} and {@link Value} that records. */
  private static final class Everything extends TraceableModule {
    private final List<String> called = new ArrayList<>();

    @Override
    protected Value forward(Value... inputs) {
      List<Value> out = new ArrayList<>();
      for (Class<?> type : List.of(Functional.class, Torch.class, Value.class)) {
        for (Method m : type.getDeclaredMethods()) {
          boolean records =
              Modifier.isPublic(m.getModifiers())
                  && Modifier.isStatic(m.getModifiers()) != (type == Value.class)
                  && !BY_NAME.contains(m.getName())
                  && (m.getReturnType() == Value.class || m.getReturnType() == List.class);
          if (records) {
            called.add(m.getName());
            out.addAll(call(m, inputs[0]));
          }
        }
      }
      return Value.list(out.toArray(Value[]::new));
    }

    private static List<Value> call(Method m, Value x) {
      Object[] args =
          Arrays.stream(m.getParameterTypes()).map(t -> argument(t, x)).toArray(Object[]::new);
      try {
        Object result = m.invoke(x, args);
        return result instanceof Value v
            ? List.of(v)
            : ((List<?>) result).stream().map(Value.class::cast).toList();
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new AssertionError(m.toString(), e);
      }
    }

    private static Object argument(Class<?> type, Value x) {
      Map<Class<?>, Object> samples =
          Map.of(
              Value.class,
              x,
              Object.class,
              x,
              int.class,
              1,
              double.class,
              0.5,
              String.class,
              "nearest",
              List.class,
              List.of(x),
              int[].class,
              new int[] {1},
              Object[].class,
              new Object[] {1L});
      Object sample = samples.get(type);
      if (sample == null) {
        throw new AssertionError("no sample of " + type);
      }
      return sample;
    }
  }

  @Test
  void whatMethodsRecordIsInTheTable() {
    Everything model = new Everything();
    GraphModule traced = new Tracer().trace(model);

    assertThat(model.called).contains("relu", "leakyRelu", "zerosLike", "plus", "squeeze");
    List<String> unknown = new ArrayList<>();
    for (Node n : traced.graph()) {
      TargetType type = traced.typeOf(n);
      if (type instanceof FunctionType || type instanceof MethodType) {
        if (Operators.standard().find(type) == null) {
          unknown.add(type.name());
        }
      }
    }
    assertThat(unknown).isEmpty();
    assertThat(traced.graph().nodes()).hasSizeGreaterThan(model.called.size());
  }

  @Test
  void anUnknownNameIsRefusedAtOnceWithTheNearest() {
    Value x = Value.of(Tensor.scalar(1f));

    assertThatThrownBy(() -> Functional.call("leaky_rely", List.of(x), Map.of()))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith(
            "Cannot call function: torch.nn.functional.leaky_rely, expected one of the operator"
                + " table, such as torch.nn.functional.leaky_relu, ");
    TraceableModule model = model(in -> Torch.call("squeze", List.of(in), Map.of()));
    assertThatThrownBy(() -> new Tracer().trace(model))
        .isInstanceOf(TraceException.class)
        .hasMessageContaining("torch.squeze, expected")
        .hasMessageContaining("torch.squeeze");
  }

  @Test
  void aliasesAreKnownAndOtherFunctionsCanBeRecorded() {
    assertThat(names(model(in -> Torch.call("pixel_shuffle", List.of(in, 1), Map.of()))))
        .containsExactly("torch.nn.functional.pixel_shuffle");
    assertThat(
            names(model(in -> TraceableModule.function("torch.special.i0", List.of(in), Map.of()))))
        .containsExactly("torch.special.i0");
  }

  private static List<String> names(TraceableModule model) {
    GraphModule traced = new Tracer().trace(model);
    return traced.graph().nodes().stream()
        .map(traced::typeOf)
        .filter(FunctionType.class::isInstance)
        .map(TargetType::name)
        .toList();
  }

  private static TraceableModule model(java.util.function.UnaryOperator<Value> forward) {
    return new TraceableModule() {
      @Override
      protected Value forward(Value... inputs) {
        return forward.apply(inputs[0]);
      }
    };
  }
}
