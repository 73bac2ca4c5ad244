package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.FunctionType;
import io.octant.graph.None;
import io.octant.graph.OperatorTable;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Runs the cases {@code quantize/qop_…}: operators on quantized tensors.
 *
 * <p>Arithmetic has operands {@code a}, {@code b} or {@code scalar}; activations are listed by
 * their call; any other operator has {@code args} and {@code kwargs}, among them the results of
 * other operators, packed weights: {@code {"call": {"op", "args"}}}.
 */
final class QuantizedOperatorCases {
  private static final Tolerance ONE_STEP = Tolerance.FLOAT.withSteps(1);

  /** Operators that move or compare integers, and round nothing. */
  private static final Pattern EXACT =
      Pattern.compile(
          ".*\\b(relu6?|hardtanh|clamp|max_pool[123]d|flatten|transpose|squeeze|unsqueeze|reshape"
              + "|permute|narrow|chunk|split|repeat_interleave|pixel_shuffle)");

  private final GoldenCase golden;
  private final JsonNode document;
  private final OperatorTable operators;

  private QuantizedOperatorCases(GoldenCase golden) {
    this.golden = golden;
    document = golden.document();
    operators =
        ReferenceOperators.standard(QuantizedEngine.of(document.path("engine").asText("fbgemm")));
  }

  static boolean covers(GoldenCase c) {
    return c.path().contains("/qop_");
  }

  /**
   * Runs one operator or a list of activations.
   *
   * @throws Difference at the first difference
   */
  static void run(GoldenCase c) {
    new QuantizedOperatorCases(c).run();
  }

  private void run() {
    if (document.has("cases")) {
      Tensor x = golden.values().quantized(document.get("input"));
      document.get("cases").forEach(one -> activation(one, x));
    } else if (document.has("args")) {
      tolerance(document.get("op").asText())
          .compare("result", golden.values().decode(document.get("expected")), call(document));
    } else {
      arithmetic();
    }
  }

  private static Tolerance tolerance(String operator) {
    return EXACT.matcher(operator).matches() ? Tolerance.EXACT : ONE_STEP;
  }

  private void arithmetic() {
    Tensor expected = golden.values().quantized(document.get("expected"));
    List<Object> args = new ArrayList<>();
    args.add(golden.values().quantized(document.get("a")));
    if (document.has("scalar")) {
      args.add(golden.values().decode(document.get("scalar")));
    } else {
      args.add(golden.values().quantized(document.get("b")));
      args.add(expected.qparams().scale());
      args.add((long) expected.qparams().zeroPoint());
    }
    ONE_STEP.compare("result", expected, call(document.get("op").asText(), args, Map.of()));
  }

  private Object call(JsonNode operation) {
    List<Object> args = new ArrayList<>();
    operation.get("args").forEach(a -> args.add(argument(a)));
    Map<String, Object> kwargs = new LinkedHashMap<>();
    operation
        .path("kwargs")
        .fields()
        .forEachRemaining(e -> kwargs.put(e.getKey(), argument(e.getValue())));
    return call(operation.get("op").asText(), args, kwargs);
  }

  private Object argument(JsonNode json) {
    return json.has("call") ? call(json.get("call")) : golden.values().decode(json);
  }

  private Object call(String function, List<Object> args, Map<String, Object> kwargs) {
    return operators.callFunction(FunctionType.of(function), args, kwargs);
  }

  /** Calls such as {@code clamp(-0.5,0.7)} or {@code elu(scale=0.03,zp=34,alpha=1)}. */
  private void activation(JsonNode one, Tensor x) {
    String text = one.get("call").asText();
    Tensor expected = golden.values().quantized(one.get("expected"));
    int open = text.indexOf('(');
    String name = open < 0 ? text : text.substring(0, open);
    List<Object> positional = new ArrayList<>(List.of(x));
    Map<String, Object> keywords = new LinkedHashMap<>();
    String inside = open < 0 ? "" : text.substring(open + 1, text.length() - 1);
    for (String argument : inside.isBlank() ? new String[0] : inside.split(",")) {
      int equals = argument.indexOf('=');
      String key = equals < 0 ? "" : argument.substring(0, equals).trim();
      switch (key) {
        case "" -> positional.add(literal(argument));
        case "scale" -> keywords.put("output_scale", expected.qparams().scale());
        case "zp" -> keywords.put("output_zero_point", (long) expected.qparams().zeroPoint());
        default -> keywords.put(key, literal(argument.substring(equals + 1)));
      }
    }
    boolean requantizes = keywords.containsKey("output_scale");
    if (name.equals("leaky_relu") && requantizes) {
      keywords.put("inplace", false);
    }
    tolerance(name)
        .compare(text, expected, call(function(name, requantizes), positional, keywords));
  }

  /** A Python literal of an activation's call. */
  private static Object literal(String text) {
    String trimmed = text.trim();
    return switch (trimmed) {
      case "True" -> true;
      case "False" -> false;
      case "None" -> None.NONE;
      default ->
          trimmed.matches("-?\\d+") ? (Object) Long.valueOf(trimmed) : Double.valueOf(trimmed);
    };
  }

  /** Operators with output parameters of their own have a name of their own. */
  private static String function(String name, boolean requantizes) {
    if (requantizes) {
      return "torch.ops.quantized." + name;
    }
    return switch (name) {
      case "relu", "tanh", "sigmoid", "clamp" -> "torch." + name;
      default -> "torch.nn.functional." + name;
    };
  }
}
