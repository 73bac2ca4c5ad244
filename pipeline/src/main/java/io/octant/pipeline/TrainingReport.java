package io.octant.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.training.EpochEvaluation;
import io.octant.pipeline.training.TrainingCost;
import io.octant.pipeline.training.TrainingCurve;
import io.octant.pipeline.training.TrainingOutcome;
import java.util.List;

/** The object {@code training} of {@code result.json}. */
final class TrainingReport {
  private TrainingReport() {}

  static ObjectNode of(TrainingOutcome outcome) {
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    out.put("steps", outcome.steps()).put("resumedFrom", outcome.resumed().orElse(null));
    ArrayNode epochs = out.putArray("epochs");
    List<TrainingCurve.Epoch> curve = outcome.curve().epochs();
    for (int i = 0; i < curve.size(); i++) {
      TrainingCurve.Epoch epoch = curve.get(i);
      ObjectNode line =
          epochs
              .addObject()
              .put("epoch", i + 1)
              .put("steps", epoch.steps())
              .put("loss", epoch.loss())
              .put("learningRate", epoch.learningRate());
      put(line, "accuracy", epoch.training());
      put(line, "evaluationAccuracy", epoch.evaluation());
    }
    TrainingCost cost = outcome.cost();
    out.putObject("overhead")
        .put("steps", cost.steps())
        .put("computeSeconds", cost.compute())
        .put("broadcastSeconds", cost.broadcast())
        .put("reduceSeconds", cost.reduce())
        .put("optimizerSeconds", cost.optimizer())
        .put("broadcastBytes", cost.broadcastBytes())
        .put("resultBytes", cost.resultBytes());
    return out;
  }

  private static void put(ObjectNode line, String field, EpochEvaluation.Score score) {
    if (score.labelled() == 0) {
      line.putNull(field);
    } else {
      line.put(field, score.accuracy());
    }
  }
}
