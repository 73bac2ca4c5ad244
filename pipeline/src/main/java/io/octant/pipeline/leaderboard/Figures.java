package io.octant.pipeline.leaderboard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.evaluation.ClassFigures;
import io.octant.pipeline.evaluation.PairedTest;
import io.octant.pipeline.evaluation.Proportion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The figures of a row as JSON; a number that there is not is null. */
final class Figures {
  private Figures() {}

  /** Everything but speed and classes. */
  static void put(ObjectNode to, Row row, int top) {
    put(to, "accuracy", row.accuracy());
    put(to, "top" + top, row.topAccuracy());
    if (row.paired().isPresent()) {
      PairedTest test = row.paired().get();
      to.putObject("difference")
          .put("value", row.difference().orElse(0))
          .put("floatOnly", row.totals().floatOnly())
          .put("candidateOnly", row.totals().candidateOnly())
          .put("pExact", test.exact())
          .put("pMid", test.midP())
          .put("standing", row.standing().name().toLowerCase(Locale.ROOT));
    } else {
      to.putNull("difference");
    }
    put(
        to,
        "f1",
        row.accuracy().isEmpty()
            ? Double.NaN
            : ClassFigures.meanF1(ClassFigures.of(row.totals().labels().confusion())));
    boolean has = row.hasFigures();
    put(to, "agreement", has ? row.compared().agreement() : Double.NaN);
    put(to, "sqnrDb", has ? row.compared().sqnrDb() : Double.NaN);
    to.put("equal", has && row.compared().isEqual());
    put(to, "meanSquaredError", has ? row.totals().output().meanSquaredError() : Double.NaN);
    put(to, "cosine", has ? row.compared().cosine() : Double.NaN);
    put(to, "maxAbsError", has ? row.compared().maxAbsError() : Double.NaN);
    to.put("nan", has ? row.compared().int8Nan() : null);
    to.put("nanOnly", has ? row.compared().int8NanOnly() : null);
    to.put("nonFinite", has ? row.compared().nonFiniteElements() : null);
  }

  /** Figures of each class, and how often which label was taken for which class. */
  static void putClasses(ObjectNode to, Row row) {
    if (row.accuracy().isEmpty()) {
      to.putNull("classes");
      to.putNull("confusion");
      return;
    }
    List<ClassFigures> classes = ClassFigures.of(row.totals().labels().confusion());
    ArrayNode of = to.putArray("classes");
    for (ClassFigures c : classes) {
      of.addObject()
          .put("label", c.label())
          .put("samples", c.samples())
          .put("accuracy", c.recall())
          .put("precision", c.precision())
          .put("f1", c.f1());
    }
    ArrayNode cells = to.putArray("confusion");
    row.totals()
        .labels()
        .confusion()
        .forEach(
            (label, said) ->
                said.forEach(
                    (name, count) ->
                        cells
                            .addObject()
                            .put("label", label)
                            .put("said", name)
                            .put("samples", count)));
  }

  private static void put(ObjectNode to, String name, Optional<Proportion> share) {
    if (share.isEmpty()) {
      to.putNull(name);
    } else {
      Proportion p = share.get();
      to.putObject(name).put("value", p.value()).put("low", p.low()).put("high", p.high());
    }
  }

  private static void put(ObjectNode to, String name, double value) {
    if (Double.isFinite(value)) {
      to.put(name, value);
    } else {
      to.putNull(name);
    }
  }
}
