package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.DataFacts;
import io.octant.pipeline.data.SkippedFiles;

/** The field {@code data} of {@code result.json}: what each use of data is made of. */
final class DataDocument {
  private final ObjectNode uses =
      JsonNodeFactory.instance.objectNode().putNull("calibration").putNull("evaluation");

  ObjectNode document() {
    return uses;
  }

  /** What data are made of, before they are read. */
  void put(String use, String path, DataFacts facts) {
    SkippedFiles skipped = facts.skipped();
    ObjectNode source = uses.putObject(use);
    source
        .put("path", path)
        .put("files", facts.files())
        .put("samples", facts.samples())
        .putNull("leftOut")
        .putNull("damagedRows")
        .put("filesWithoutChecksums", facts.filesWithoutChecksums());
    facts.damaged().forEach(source.putArray("damaged")::add);
    source
        .putObject("skipped")
        .put("hidden", skipped.hidden())
        .put("empty", skipped.empty())
        .put("notParquet", skipped.otherFormat())
        .put("nested", skipped.nested());
  }

  /** What became of their rows; nothing of data that are not here. */
  void read(String use, DataCounts counts) {
    if (uses.path(use) instanceof ObjectNode source) {
      source.put("leftOut", counts.leftOut());
      ObjectNode rows = source.putObject("damagedRows").put("count", counts.damaged().count());
      counts.damaged().named().forEach(rows.putArray("named")::add);
    }
  }
}
