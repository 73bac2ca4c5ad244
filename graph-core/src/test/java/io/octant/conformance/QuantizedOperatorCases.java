package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.FunctionType;
import io.octant.graph.OperatorTable;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Runs the cases {@code quantize/qop_…}: operators on quantized tensors.
 *
 * <p>Arithmetic has operands {@code a}, {@code b} (or {@code other}) or {@code scalar}; activations
 * are listed by their call; any other operator has {@code args} and {@code kwargs}, among them the
 * results of other operators, packed weights: {@code {"call": {"op", "args"}}}.
 */
final class QuantizedOperatorCases {
  private static final Tolerance ONE_STEP = Tolerance.FLOAT.withSteps(1);

  /** Operators that move or compare integers, and round nothing. */
  private static final Pattern EXACT =
      Pattern.compile(
          ".*\\b(relu6?|hardtanh|clamp|max_pool[123]d|flatten|transpose|squeeze|unsqueeze|reshape"
              + "|permute|narrow|chunk|split|repeat_interleave|pixel_shuffle|stack)");

  /** Operators on several tensors, whose output parameters are not called so. */
  private static final Pattern COMBINING = Pattern.compile("(add|mul|cat|matmul)(_relu)?");

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
      args.add(golden.values().decode(document.get(document.has("b") ? "b" : "other")));
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
    String prefix = COMBINING.matcher(name).matches() ? "" : "output_";
    List<Object> positional = new ArrayList<>();
    Map<String, Object> keywords = new LinkedHashMap<>();
    String inside = open < 0 ? "" : text.substring(open + 1, text.length() - 1);
    // The input comes first, unless the call says where it stands.
    if (!inside.matches(".*\\b(x|input|self)\\b(?!\\s*=).*")) {
      positional.add(x);
    }
    CallArguments literals = new CallArguments(operand -> operand(one, operand, x));
    for (String argument : CallArguments.split(inside)) {
      int equals = argument.indexOf('=');
      String key = equals < 0 ? "" : argument.substring(0, equals).trim();
      switch (key) {
        case "" -> positional.add(literals.value(argument));
        case "scale" -> keywords.put(prefix + "scale", expected.qparams().scale());
        case "zp" -> keywords.put(prefix + "zero_point", (long) expected.qparams().zeroPoint());
        default -> keywords.put(key, literals.value(argument.substring(equals + 1)));
      }
    }
    if (one.has("other") && !inside.matches(".*\\bother\\b.*")) {
      positional.add(1, operand(one, "other", x).orElseThrow());
    }
    boolean requantizes = keywords.containsKey(prefix + "scale");
    if (name.equals("leaky_relu") && requantizes) {
      keywords.put("inplace", false);
    }
    tolerance(name)
        .compare(text, expected, call(function(name, requantizes), positional, keywords));
  }

  /** What a name in a call stands for: the input, or an operand of the case or of all cases. */
  private Optional<Object> operand(JsonNode one, String name, Tensor x) {
    if (List.of("x", "input", "self").contains(name)) {
      return Optional.of(x);
    }
    JsonNode value = one.has(name) ? one.get(name) : document.path(name);
    return value.isMissingNode() ? Optional.empty() : Optional.of(golden.values().decode(value));
  }

  /** Operators with output parameters of their own have a name of their own. */
  private static String function(String name, boolean requantizes) {
    if (requantizes) {
      return "torch.ops.quantized." + name;
    }
    return switch (name) {
      case "relu", "tanh", "sigmoid", "clamp", "cat", "stack", "add", "mul", "matmul" ->
          "torch." + name;
      default -> "torch.nn.functional." + name;
    };
  }
}
