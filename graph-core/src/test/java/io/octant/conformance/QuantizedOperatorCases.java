package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.FunctionType;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the cases {@code quantize/qop_…}: operators on quantized tensors. */
final class QuantizedOperatorCases {
  private static final Tolerance ONE_STEP = Tolerance.EXACT.withSteps(1);

  private QuantizedOperatorCases() {}

  static boolean covers(GoldenCase c) {
    return c.path().contains("/qop_");
  }

  /**
   * Runs one operator or a list of activations.
   *
   * @throws Difference at the first difference
   */
  static void run(GoldenCase c) {
    JsonNode doc = c.document();
    if (doc.has("cases")) {
      Tensor x = c.values().quantized(doc.get("input"));
      for (JsonNode one : doc.get("cases")) {
        Tensor expected = c.values().quantized(one.get("expected"));
        String call = one.get("call").asText();
        ONE_STEP.compare(call, expected, activation(call, x, expected.qparams()));
      }
      return;
    }
    Tensor a = c.values().quantized(doc.get("a"));
    Tensor expected = c.values().quantized(doc.get("expected"));
    List<Object> args = new ArrayList<>(List.of(a));
    if (doc.has("scalar")) {
      args.add(c.values().decode(doc.get("scalar")));
    } else {
      args.add(c.values().quantized(doc.get("b")));
      args.add(expected.qparams().scale());
      args.add((long) expected.qparams().zeroPoint());
    }
    ONE_STEP.compare("result", expected, call(doc.get("op").asText(), args, Map.of()));
  }

  /** Calls such as {@code clamp(-0.5,0.7)} or {@code elu(scale=0.03,zp=34,alpha=1)}. */
  private static Object activation(String call, Tensor x, QParams out) {
    int open = call.indexOf('(');
    String name = open < 0 ? call : call.substring(0, open);
    List<Object> positional = new ArrayList<>(List.of(x));
    Map<String, Object> keywords = new LinkedHashMap<>();
    String text = open < 0 ? "" : call.substring(open + 1, call.length() - 1);
    for (String argument : text.isEmpty() ? new String[0] : text.split(",")) {
      int equals = argument.indexOf('=');
      switch (equals < 0 ? "" : argument.substring(0, equals)) {
        case "" -> positional.add(Double.valueOf(argument));
        case "scale" -> keywords.put("output_scale", out.scale());
        case "zp" -> keywords.put("output_zero_point", (long) out.zeroPoint());
        default ->
            keywords.put(
                argument.substring(0, equals), Long.valueOf(argument.substring(equals + 1)));
      }
    }
    if (name.equals("leaky_relu")) {
      keywords.put("inplace", false);
    }
    return call(function(name, keywords), positional, keywords);
  }

  /** Operators with output parameters of their own have a name of their own. */
  private static String function(String name, Map<String, Object> keywords) {
    if (keywords.containsKey("output_scale")) {
      return "torch.ops.quantized." + name;
    }
    return switch (name) {
      case "relu", "tanh", "clamp" -> "torch." + name;
      default -> "torch.nn.functional." + name;
    };
  }

  private static Object call(String function, List<Object> args, Map<String, Object> kwargs) {
    return ReferenceOperators.standard().callFunction(FunctionType.of(function), args, kwargs);
  }
}
