package io.octant.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.DataFormat;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.StorageException;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import io.octant.pipeline.data.TableRows;
import io.octant.pipeline.data.splits.FileBlocks;
import io.octant.pipeline.data.splits.Piece;
import io.octant.pipeline.data.splits.PieceRdd;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A second format, to hold the seam: local files with an object {@code {"image": […], "label": n}}
 * a line. It is this class and a line in {@code META-INF/services}.
 */
public final class JsonLinesFormat implements DataFormat {
  private static final StructType COLUMNS =
      new StructType()
          .add("image", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("label", DataTypes.LongType)
          .add("its file", DataTypes.StringType)
          .add("its row", DataTypes.LongType);

  @Override
  public String name() {
    return "jsonlines";
  }

  @Override
  public String title() {
    return "JSON lines";
  }

  @Override
  public List<String> extensions() {
    return List.of(".jsonl");
  }

  @Override
  public Table look(SparkSession spark, FileListing listing, TableRequest request) {
    List<FileBlocks> files = new ArrayList<>();
    long other = 0;
    long left = request.limit().orElse(Long.MAX_VALUE);
    for (DataFile file : listing.files()) {
      if (!file.isNamedAsData()) {
        other++;
      } else if (left > 0) {
        List<String> lines = lines(file.uri());
        if (!lines.get(0).startsWith("{")) {
          throw new DataException(
              "Cannot read data: " + file.path() + ": no JSON, expected an object a line");
        }
        files.add(FileBlocks.whole(file.uri(), file.length(), lines.size()));
        left -= lines.size();
      }
    }
    return new Found(spark, files, other);
  }

  private record Found(SparkSession spark, List<FileBlocks> files, long otherFormat)
      implements Table {

    @Override
    public TableRows rows() {
      Dataset<Row> rows =
          spark.createDataFrame(
              new PieceRdd<>(spark.sparkContext(), JsonLinesFormat::read).toJavaRDD(), COLUMNS);
      return new TableRows(rows, rows.col("its file"), rows.col("its row"));
    }
  }

  private static Iterator<Row> read(Piece file) {
    List<Row> rows = new ArrayList<>();
    for (String line : lines(file.uri())) {
      JsonNode object = object(line);
      float[] image = new float[object.get("image").size()];
      for (int i = 0; i < image.length; i++) {
        image[i] = object.get("image").get(i).floatValue();
      }
      rows.add(
          RowFactory.create(
              image, object.get("label").longValue(), file.uri(), (long) rows.size()));
    }
    return rows.iterator();
  }

  private static JsonNode object(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new DataException("Cannot read line: " + line, e);
    }
  }

  private static List<String> lines(String uri) {
    try {
      return Files.readAllLines(Path.of(URI.create(uri).getPath()));
    } catch (IOException e) {
      throw StorageException.of(uri, e);
    }
  }
}
