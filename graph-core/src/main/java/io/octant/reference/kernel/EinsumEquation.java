package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed {@code einsum} equation whose ellipses are spelled out: the axes that one stands for get
 * letters of their own, equal from the last one on.
 *
 * @param inputs a letter for each axis of each operand
 * @param output a letter for each axis of the result
 * @param sizes size of each letter; operands may have 1 instead
 */
record EinsumEquation(List<String> inputs, String output, Map<Character, Integer> sizes) {
  private static final String ELLIPSIS = "...";

  /** Letters for the axes of ellipses, counted down from the last axis; before 'A' in order. */
  private static final char LAST_ELLIPSIS_AXIS = '@';

  int size(char letter) {
    return sizes.getOrDefault(letter, 1);
  }

  /** Parses an equation; without {@code ->} the letters that occur once are kept, in order. */
  static EinsumEquation parse(String equation, List<Tensor> operands) {
    String text = equation.replace(" ", "");
    int arrow = text.indexOf("->");
    String[] terms = (arrow < 0 ? text : text.substring(0, arrow)).split(",", -1);
    if (terms.length != operands.size() || operands.isEmpty()) {
      throw malformed(equation, operands.size() + " operands");
    }
    List<String> inputs = new ArrayList<>();
    int widest = 0;
    for (int i = 0; i < terms.length; i++) {
      int named = letters(equation, terms[i]).length();
      int hidden = operands.get(i).shape().rank() - named;
      if (hidden < 0 || (hidden > 0 && !terms[i].contains(ELLIPSIS))) {
        throw malformed(
            equation,
            "as many letters as operand " + i + " has axes: " + operands.get(i).description());
      }
      widest = Math.max(widest, terms[i].contains(ELLIPSIS) ? hidden : 0);
      inputs.add(terms[i].replace(ELLIPSIS, ellipsis(hidden)));
    }
    String output =
        arrow < 0
            ? ellipsis(widest) + once(String.join("", terms).replace(ELLIPSIS, ""))
            : text.substring(arrow + 2).replace(ELLIPSIS, ellipsis(widest));
    EinsumEquation parsed = new EinsumEquation(inputs, output, sizes(equation, inputs, operands));
    parsed.requireKnownOutput(equation, arrow < 0 ? "" : text.substring(arrow + 2));
    return parsed;
  }

  /** The letters of a term, checked. */
  private static String letters(String equation, String term) {
    String letters = term.replaceFirst("\\.\\.\\.", "");
    if (!letters.matches("[a-zA-Z]*")) {
      throw malformed(equation, "letters and at most one ... a term");
    }
    return letters;
  }

  private static String ellipsis(int axes) {
    StringBuilder out = new StringBuilder();
    for (int i = axes - 1; i >= 0; i--) {
      out.append((char) (LAST_ELLIPSIS_AXIS - i));
    }
    return out.toString();
  }

  private static String once(String letters) {
    StringBuilder out = new StringBuilder();
    letters
        .chars()
        .sorted()
        .filter(c -> letters.indexOf(c) == letters.lastIndexOf(c))
        .forEach(c -> out.append((char) c));
    return out.toString();
  }

  private static Map<Character, Integer> sizes(
      String equation, List<String> inputs, List<Tensor> operands) {
    Map<Character, Integer> sizes = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      for (int axis = 0; axis < inputs.get(i).length(); axis++) {
        char letter = inputs.get(i).charAt(axis);
        int size = operands.get(i).shape().dim(axis);
        int known = sizes.getOrDefault(letter, 1);
        if (size != 1 && known != 1 && size != known) {
          throw malformed(
              equation, "equal sizes of axis " + letter + ", not " + known + " and " + size);
        }
        sizes.put(letter, known == 1 ? size : known);
      }
    }
    return sizes;
  }

  private void requireKnownOutput(String equation, String written) {
    letters(equation, written);
    for (char letter : output.toCharArray()) {
      if (!sizes.containsKey(letter) || output.indexOf(letter) != output.lastIndexOf(letter)) {
        throw malformed(equation, "each letter of the output once, and in an operand");
      }
    }
  }

  private static OctantException malformed(String equation, String expected) {
    return new OctantException("Cannot compute einsum '" + equation + "', expected " + expected);
  }
}
