package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code torch.einsum}: sums of products whose axes are named by letters. Operands are combined
 * from left to right, each step one batched matrix product; a letter is summed as soon as nothing
 * later names it.
 */
public final class Einsum {
  /** A tensor whose axes have letters, each once. */
  private record Lettered(Tensor tensor, String letters) {
    boolean has(char letter) {
      return letters.indexOf(letter) >= 0;
    }

    int size(char letter) {
      return tensor.shape().dim(letters.indexOf(letter));
    }

    /** Sums over the letters that are not wanted. */
    Lettered summed(Predicate<Character> wanted) {
      StringBuilder kept = new StringBuilder();
      List<Integer> over = new ArrayList<>();
      for (int i = 0; i < letters.length(); i++) {
        if (wanted.test(letters.charAt(i))) {
          kept.append(letters.charAt(i));
        } else {
          over.add(i);
        }
      }
      return over.isEmpty()
          ? this
          : new Lettered(
              Reductions.sum(
                  tensor, over.stream().mapToInt(i -> i).toArray(), Reductions.Axes.DROP),
              kept.toString());
    }

    /** Axes in the order of the letters; one that is missing gets size 1. */
    Tensor inOrder(String wanted) {
      StringBuilder present = new StringBuilder(letters);
      Tensor t = tensor;
      for (char letter : wanted.toCharArray()) {
        if (!has(letter)) {
          t = Shapes.unsqueeze(t, -1);
          present.append(letter);
        }
      }
      return Shapes.permute(t, wanted.chars().map(c -> present.indexOf("" + (char) c)).toArray());
    }
  }

  private final EinsumEquation equation;

  private Einsum(EinsumEquation equation) {
    this.equation = equation;
  }

  /**
   * Computes an equation such as {@code "bij,bjk->bik"}.
   *
   * @throws OctantException if the equation is malformed or does not fit the operands
   */
  public static Tensor compute(String equation, List<Tensor> operands) {
    return new Einsum(EinsumEquation.parse(equation, operands)).run(operands);
  }

  /** The shape of what {@link #compute} returns. */
  public static Shape shape(String equation, List<Tensor> operands) {
    EinsumEquation parsed = EinsumEquation.parse(equation, operands);
    return Shape.of(parsed.output().chars().map(c -> parsed.size((char) c)).toArray());
  }

  private Tensor run(List<Tensor> operands) {
    List<Lettered> parts = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      parts.add(withoutOnes(diagonals(operands.get(i), equation.inputs().get(i))));
    }
    Lettered result = parts.get(0).summed(neededAfter(parts, 0));
    for (int i = 1; i < parts.size(); i++) {
      result = product(result, parts.get(i), neededAfter(parts, i));
    }
    return result.inOrder(equation.output());
  }

  /** Axes that share a letter become their diagonal. */
  private static Lettered diagonals(Tensor t, String letters) {
    String left = letters;
    Tensor out = t;
    for (int i = 0; i < left.length(); i++) {
      int twin = left.indexOf(left.charAt(i), i + 1);
      if (twin >= 0) {
        out = Diagonals.diagonal(out, 0, i, twin);
        char letter = left.charAt(i);
        left = left.substring(0, i) + left.substring(i + 1, twin) + left.substring(twin + 1);
        left += letter;
        i = -1;
      }
    }
    return new Lettered(out, left);
  }

  /** Drops axes of size 1 that are broadcast against longer ones. */
  private Lettered withoutOnes(Lettered part) {
    Lettered out = part;
    for (char letter : part.letters.toCharArray()) {
      if (out.size(letter) == 1 && equation.size(letter) != 1) {
        int at = out.letters.indexOf(letter);
        out =
            new Lettered(
                Shapes.squeeze(out.tensor, at), out.letters.replace(String.valueOf(letter), ""));
      }
    }
    return out;
  }

  private Predicate<Character> neededAfter(List<Lettered> parts, int index) {
    Set<Character> needed = new LinkedHashSet<>();
    equation.output().chars().forEach(c -> needed.add((char) c));
    for (Lettered later : parts.subList(index + 1, parts.size())) {
      later.letters.chars().forEach(c -> needed.add((char) c));
    }
    return needed::contains;
  }

  /** One batched matrix product [batch, rows, summed] · [batch, summed, columns]. */
  private static Lettered product(Lettered a, Lettered b, Predicate<Character> needed) {
    Lettered left = a.summed(c -> b.has(c) || needed.test(c));
    Lettered right = b.summed(c -> a.has(c) || needed.test(c));
    String batch = matching(left.letters, c -> right.has(c) && needed.test(c));
    String summed = matching(left.letters, c -> right.has(c) && !needed.test(c));
    String rows = matching(left.letters, c -> !right.has(c));
    String columns = matching(right.letters, c -> !left.has(c));
    Tensor product =
        MatrixProducts.matmul(
            matrices(left, batch, rows, summed), matrices(right, batch, summed, columns));
    String letters = batch + rows + columns;
    int[] dims =
        letters
            .chars()
            .map(c -> left.has((char) c) ? left.size((char) c) : right.size((char) c))
            .toArray();
    return new Lettered(product.reshape(Shape.of(dims)), letters);
  }

  private static String matching(String letters, Predicate<Character> test) {
    StringBuilder out = new StringBuilder();
    for (char c : letters.toCharArray()) {
      if (test.test(c)) {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static Tensor matrices(Lettered t, String first, String second, String third) {
    return t.inOrder(first + second + third)
        .reshape(Shape.of(numel(t, first), numel(t, second), numel(t, third)));
  }

  private static int numel(Lettered t, String letters) {
    return letters.chars().map(c -> t.size((char) c)).reduce(1, (p, q) -> p * q);
  }
}
