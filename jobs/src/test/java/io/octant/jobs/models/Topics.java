package io.octant.jobs.models;

import io.octant.jobs.models.SampleKinds.Part;
import io.octant.pipeline.data.SampleField;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** The definitions of {@code examples/text}, cut into word pieces. */
final class Topics {
  private static final Path FOLDER = Path.of("examples/text");

  private Topics() {}

  static List<Sample> of(List<SampleField> fields, int count, Part part) {
    List<Sample> out = new ArrayList<>();
    for (Row row : rows(part == Part.CALIBRATION ? "topics_train" : "topics_test")) {
      if (out.size() == count) {
        break;
      }
      List<Object> values = new ArrayList<>();
      for (SampleField field : fields) {
        List<Long> ids = row.getList(row.fieldIndex(field.input()));
        values.add(ids.stream().mapToLong(Long::longValue).limit(field.numel()).toArray());
      }
      out.add(new Sample(values, row.getInt(row.fieldIndex("label")), row.getAs("text")));
    }
    return out;
  }

  static List<String> texts() {
    return rows("topics_train").stream().map(r -> r.<String>getAs("text")).toList();
  }

  private static List<Row> rows(String name) {
    return SampleFiles.withSpark(
        spark ->
            spark.read().parquet(FOLDER.resolve(name + ".parquet").toString()).collectAsList());
  }
}
