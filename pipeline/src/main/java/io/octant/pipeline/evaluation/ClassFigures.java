package io.octant.pipeline.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model said of one class.
 *
 * @param label the class
 * @param samples that have it
 * @param recall of these, the share that the model finds: the accuracy of the class
 * @param precision of the samples that the model gives this class, the share that has it; 0 if it
 *     gives it to none
 * @param f1 {@code 2·precision·recall / (precision + recall)}; 0 if both are
 */
public record ClassFigures(long label, long samples, double recall, double precision, double f1) {

  /** Of every class that samples have, ascending. */
  public static List<ClassFigures> of(SortedMap<Long, SortedMap<Long, Long>> confusion) {
    SortedMap<Long, Long> said = new TreeMap<>();
    confusion
        .values()
        .forEach(row -> row.forEach((name, count) -> said.merge(name, count, Long::sum)));
    List<ClassFigures> out = new ArrayList<>();
    for (Map.Entry<Long, SortedMap<Long, Long>> row : confusion.entrySet()) {
      long label = row.getKey();
      long samples = row.getValue().values().stream().mapToLong(Long::longValue).sum();
      long right = row.getValue().getOrDefault(label, 0L);
      long given = said.getOrDefault(label, 0L);
      double f1 = right == 0 ? 0 : 2.0 * right / (samples + given);
      out.add(
          new ClassFigures(
              label,
              samples,
              (double) right / samples,
              given == 0 ? 0 : (double) right / given,
              f1));
    }
    return out;
  }

  /** Mean F1 of the classes that samples have (macro-F1); NaN without any. */
  public static double meanF1(List<ClassFigures> classes) {
    return classes.stream().mapToDouble(ClassFigures::f1).average().orElse(Double.NaN);
  }
}
