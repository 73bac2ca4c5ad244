package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.preprocess.RecordedPictures;
import io.octant.pipeline.data.preprocess.SequenceSteps;
import io.octant.pipeline.data.preprocess.Side;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Lists of different lengths become as long as the input, as NumPy pads and cuts them. */
class SequencesTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SequenceSteps BOTH =
      new SequenceSteps(
          SequenceSteps.ONLY, List.of(new SequenceSteps.Pad(9, Side.RIGHT)), List.of(Side.RIGHT));

  /** All cases are columns of one data frame: lists of lists, one list, bytes. */
  @Test
  void samplesAreThoseOfNumPy() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(RecordedPictures.file("sequence/cases.json"));
    assertThat(cases).hasSize(20);
    List<DType> types = List.of(DType.FLOAT32, DType.INT64, DType.INT32, DType.FLOAT64, DType.INT8);
    Columns columns = new Columns();
    for (int i = 0; i < cases.size(); i++) {
      JsonNode recorded = cases.get(i);
      List<Integer> dims = new ArrayList<>();
      recorded.get("shape").forEach(n -> dims.add(n.intValue()));
      int axis = recorded.get("axis").intValue();
      SequenceSteps steps =
          new SequenceSteps(
              axis + 1,
              List.of(
                  new SequenceSteps.Pad(recorded.get("value").intValue(), side(recorded, "side"))),
              List.of(side(recorded, "cut")));
      List<List<Double>> expected = new ArrayList<>();
      List<Object> nested = new ArrayList<>();
      List<Object> flat = new ArrayList<>();
      List<Object> bytes = new ArrayList<>();
      for (JsonNode sample : recorded.get("samples")) {
        expected.add(numbers(sample.get("expected")));
        nested.add(list(sample.get("values")));
        flat.add(flat(sample.get("values")));
        bytes.add(bytes(flat(sample.get("values"))));
      }
      DataType list = DataTypes.IntegerType;
      for (int d = 0; d < dims.size(); d++) {
        list = DataTypes.createArrayType(list);
      }
      DType type = types.get(i % types.size());
      columns.add(nested, list, steps, type, dims, expected);
      if (dims.subList(0, axis).stream().allMatch(n -> n == 1)) {
        DataType ints = DataTypes.createArrayType(DataTypes.IntegerType);
        columns.add(flat, ints, steps, type, dims, expected);
        columns.add(bytes, DataTypes.BinaryType, steps, type, dims, expected);
      }
    }
    List<List<List<Double>>> read = columns.read();
    assertThat(read).hasSize(44);
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i)).as("%s", columns.fields.get(i)).isEqualTo(columns.expected.get(i));
    }
  }

  /** Columns of one data frame of four rows, each for an input of its own. */
  private static final class Columns {
    final ArrayList<SampleField> fields = new ArrayList<>();
    final List<List<List<Double>>> expected = new ArrayList<>();
    private final List<List<Object>> values = new ArrayList<>();
    private StructType schema = new StructType();
    private TableSource source = TableSource.of("sequences");

    void add(
        List<Object> column,
        DataType type,
        SequenceSteps steps,
        DType element,
        List<Integer> dims,
        List<List<Double>> results) {
      String name = "x" + fields.size();
      fields.add(new SampleField(name, element, dims));
      expected.add(results);
      values.add(column);
      schema = schema.add(name, type);
      source = source.withColumn(name, binding(name, type, steps));
    }

    List<List<List<Double>>> read() {
      List<Row> rows = new ArrayList<>();
      for (int r = 0; r < 4; r++) {
        int row = r;
        rows.add(RowFactory.create(values.stream().map(column -> column.get(row)).toArray()));
      }
      SPARK.createDataFrame(rows, schema).coalesce(1).createOrReplaceTempView("sequences");
      Samples<?> samples = source.open(SPARK, fields);
      return first(samples, fields);
    }

    private static <T> List<List<List<Double>>> first(
        Samples<T> samples, ArrayList<SampleField> fields) {
      SampleDecoder<T> decoder = samples.decoder();
      return samples
          .tasks()
          .mapPartitions(
              it -> {
                Batch batch = new Batches<>(it, decoder, fields, 4).next();
                ArrayList<List<List<Double>>> inputs = new ArrayList<>();
                batch.inputs().forEach(input -> inputs.add(rows(input)));
                return inputs.iterator();
              })
          .collect();
    }

    private static List<List<Double>> rows(Tensor batch) {
      int n = batch.numel() / 4;
      ArrayList<List<Double>> rows = new ArrayList<>();
      for (int row = 0; row < 4; row++) {
        ArrayList<Double> values = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          values.add(batch.doubleAt(row * n + i));
        }
        rows.add(values);
      }
      return rows;
    }
  }

  @Test
  void theOnlyAxisIsFoundAndScalingLeavesWhatFillsUp() {
    SampleField field = SampleField.of("x", DType.FLOAT32, 1, 3, 1);
    ColumnBinding scaled = new ColumnBinding("x", Optional.empty(), 2, 1, Optional.of(BOTH));
    assertThat(
            read(
                List.of(List.of(1, 2), List.of(1, 2, 3, 4), List.of()),
                DataTypes.createArrayType(DataTypes.IntegerType),
                scaled,
                field))
        .containsExactly(List.of(3., 5., 9.), List.of(3., 5., 7.), List.of(9., 9., 9.));
  }

  @Test
  void whatIsNotDeclaredIsRefused() {
    SampleField three = SampleField.of("x", DType.FLOAT32, 3);
    DataType ints = DataTypes.createArrayType(DataTypes.IntegerType);
    SequenceSteps pads = new SequenceSteps(SequenceSteps.ONLY, BOTH.pad(), List.of());
    SequenceSteps cuts = new SequenceSteps(SequenceSteps.ONLY, List.of(), BOTH.truncate());
    assertThatThrownBy(() -> read(List.of(List.of(1, 2, 3, 4)), ints, pads, three))
        .rootCause()
        .hasMessageContaining("row 0: 4 values, expected up to 3 for input 'x'");
    assertThatThrownBy(() -> read(List.of(List.of(1, 2)), ints, cuts, three))
        .rootCause()
        .hasMessageContaining("row 0: 2 values, expected at least 3 for input 'x'");
    assertThatThrownBy(() -> read(List.of(Arrays.asList(1, null)), ints, BOTH, three))
        .rootCause()
        .hasMessageContaining("null at position 1");
    SampleField rows = SampleField.of("x", DType.FLOAT32, 3, 2);
    SequenceSteps first = new SequenceSteps(1, BOTH.pad(), BOTH.truncate());
    assertThatThrownBy(() -> read(List.of(List.of(1, 2, 3)), ints, first, rows))
        .rootCause()
        .hasMessageContaining("3 values, expected any number, a multiple of 2, for input");
    DataType nested = DataTypes.createArrayType(ints);
    assertThatThrownBy(() -> read(List.of(List.of(List.of(1, 2), List.of(1))), nested, first, rows))
        .rootCause()
        .hasMessageContaining("1 values in the list at position 2, expected 2 for input");
    assertThatThrownBy(() -> read(List.of(new byte[7]), DataTypes.BinaryType, BOTH, three))
        .rootCause()
        .hasMessageContaining("7 bytes, expected any number times 4 (little-endian");
  }

  @Test
  void anAxisThatCannotBeFittedIsRefusedBeforeAnythingIsRead() {
    DataType ints = DataTypes.createArrayType(DataTypes.IntegerType);
    SampleField rows = SampleField.of("x", DType.FLOAT32, 3, 2);
    List<Object> one = List.of(List.of(1, 2, 3));
    assertRefused(one, ints, BOTH, rows, "without axis, expected axis, which one of them it is");
    assertRefused(one, ints, at(0), rows, "axis 0, the batch, of input 'x'");
    assertRefused(one, ints, at(3), rows, "axis 3 of input 'x'");
    assertRefused(one, ints, at(2), rows, "in one list or in bytes, expected lists of lists");
    assertRefused(
        List.of(1),
        DataTypes.IntegerType,
        BOTH,
        SampleField.of("x", DType.FLOAT32, 1),
        "one element");
    assertRefused(
        one,
        ints,
        new SequenceSteps(1, List.of(new SequenceSteps.Pad(0.5, Side.LEFT)), List.of()),
        SampleField.of("x", DType.INT32, 3),
        "pad with 0.5, expected a value of input 'x'");
    assertRefused(
        List.of(List.of(List.of(1))),
        DataTypes.createArrayType(ints),
        at(1),
        SampleField.of("x", DType.FLOAT32, 3),
        "lists 2 deep, expected lists as the axes of input 'x'");
  }

  private static SequenceSteps at(int axis) {
    return new SequenceSteps(axis, BOTH.pad(), BOTH.truncate());
  }

  private static void assertRefused(
      List<Object> values, DataType type, SequenceSteps steps, SampleField field, String message) {
    assertThatThrownBy(() -> read(values, type, steps, field))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot pad or truncate column 'x': ")
        .hasMessageContaining(message);
  }

  private static List<List<Double>> read(
      List<Object> values, DataType type, SequenceSteps steps, SampleField field) {
    return read(values, type, binding("x", type, steps), field);
  }

  private static ColumnBinding binding(String column, DataType type, SequenceSteps steps) {
    Optional<DType> bytes =
        type.equals(DataTypes.BinaryType) ? Optional.of(DType.INT32) : Optional.empty();
    return new ColumnBinding(column, bytes, 1, 0, Optional.of(steps));
  }

  private static List<List<Double>> read(
      List<?> values, DataType type, ColumnBinding binding, SampleField field) {
    List<Row> rows = new ArrayList<>();
    values.forEach(value -> rows.add(RowFactory.create(value)));
    SPARK
        .createDataFrame(rows, new StructType().add("x", type))
        .coalesce(1)
        .createOrReplaceTempView("sequences");
    Samples<?> samples =
        TableSource.of("sequences").withColumn("x", binding).open(SPARK, List.of(field));
    return ReadSamples.all(samples).stream()
        .map(s -> Arrays.stream(s.values()).boxed().toList())
        .toList();
  }

  private static Side side(JsonNode recorded, String name) {
    return Side.valueOf(recorded.get(name).asText().toUpperCase(Locale.ROOT));
  }

  private static List<Double> numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::doubleValue).toList();
  }

  private static List<Object> list(JsonNode values) {
    Function<JsonNode, Object> one = v -> v.isArray() ? list(v) : v.intValue();
    return StreamSupport.stream(values.spliterator(), false).map(one).toList();
  }

  private static List<Integer> flat(JsonNode values) {
    return values.isArray()
        ? StreamSupport.stream(values.spliterator(), false).flatMap(v -> flat(v).stream()).toList()
        : Collections.singletonList(values.intValue());
  }

  private static byte[] bytes(List<Integer> values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.size()).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(bytes::putInt);
    return bytes.array();
  }
}
