package io.octant.jobs.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.jobs.Job;
import io.octant.jobs.RecordedConsole;
import io.octant.pipeline.data.SampleField;
import io.octant.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on models with a number for all samples, and with states along another axis. */
class JobInputsTest {
  private static final int SAMPLES = 23;

  /** Sums of floats are in another order in another batch. */
  private static final Offset<Double> ROUNDING = Offset.offset(1e-4);

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    Files.write(folder.resolve("m.onnx"), model().toByteArray());
    Random random = new Random(3);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      samples.add(new Sample(List.of(normal(random, 4, 1), normal(random, 8, 3)), i % 3, ""));
    }
    // A column holds the elements of one sample, wherever the model has its samples.
    List<SampleField> fields =
        List.of(SampleField.of("x", DType.FLOAT32, 4), SampleField.of("h", DType.FLOAT32, 2, 4));
    SampleFiles.write(folder.resolve("data"), fields, samples);
  }

  private static float[] normal(Random random, int count, double deviation) {
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = (float) (deviation * random.nextGaussian());
    }
    return out;
  }

  /** x [batch, 4], h [2, batch, 4], r a number: y = (x · W + h[0]) · W · r, hn = h · W. */
  private static ModelProto model() {
    TensorProto.Builder weight =
        TensorProto.newBuilder().setName("W").setDataType(1).addDims(4).addDims(4);
    for (int i = 0; i < 16; i++) {
      weight.addFloatData((i * 7 % 16 - 7) / 8f);
    }
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("g")
            .addInput(value("x", 1, "N", "4"))
            .addInput(value("h", 1, "2", "N", "4"))
            .addInput(value("r", 7))
            .addOutput(value("y", 1, "N", "4"))
            .addOutput(value("hn", 1, "2", "N", "4"))
            .addInitializer(weight)
            .addInitializer(TensorProto.newBuilder().setName("ZERO").setDataType(7).addInt64Data(0))
            .addNode(node("MatMul", "a", "x", "W"))
            .addNode(node("Gather", "first", "h", "ZERO"))
            .addNode(node("Add", "b", "a", "first"))
            .addNode(node("MatMul", "c", "b", "W"))
            .addNode(node("Cast", "rate", "r").addAttribute(toFloat()))
            .addNode(node("Mul", "y", "c", "rate"))
            .addNode(node("MatMul", "hn", "h", "W"));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build();
  }

  private static AttributeProto.Builder toFloat() {
    return AttributeProto.newBuilder()
        .setName("to")
        .setType(AttributeProto.AttributeType.INT)
        .setI(1);
  }

  private static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static ValueInfoProto value(String name, int type, String... dims) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type);
    tensor.getShapeBuilder();
    for (String dim : dims) {
      if (Character.isDigit(dim.charAt(0))) {
        tensor.getShapeBuilder().addDimBuilder().setDimValue(Long.parseLong(dim));
      } else {
        tensor.getShapeBuilder().addDimBuilder().setDimParam(dim);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static RecordedConsole run(String output, int batch, String inputs, int exit)
      throws IOException {
    Path conf =
        Files.writeString(
            folder.resolve(output + ".conf"),
            """
            model { path = m.onnx, inputs { %s } }
            data { batch = %d, calibration.path = data, evaluation { path = data, label = label } }
            validation.output = y
            output.path = %s
            """
                .formatted(inputs, batch, output));
    RecordedConsole console = new RecordedConsole();
    assertThat(new Job(conf, List.of()).run(console.console())).as(console.err()).isEqualTo(exit);
    return console;
  }

  private static double sqnr(JsonNode result, int output) {
    return result.get("outputs").get(output).get("sqnrDb").doubleValue();
  }

  private static JsonNode json(String output, String file) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(output).resolve(file).toFile());
  }

  @Test
  void whatIsCalibratedDoesNotDependOnTheBatch() throws IOException {
    String inputs = "r = { value = 2 }, h = { batchAxis = 1 }";
    run("one", 1, inputs, 0);
    run("five", 5, inputs, 0);

    JsonNode five = json("five", "result.json");
    assertThat(five.get("samples").intValue()).isEqualTo(SAMPLES);
    assertThat(five.get("sqnrDb").doubleValue()).isGreaterThan(20);
    assertThat(five.get("outputs").get(1).get("samples").textValue()).isEqualTo("separate");
    for (int output = 0; output < 2; output++) {
      assertThat(sqnr(five, output)).isCloseTo(sqnr(json("one", "result.json"), output), ROUNDING);
    }
    run("other", 5, "r = { value = 20 }, h = { batchAxis = 1 }", 0);
    assertThat(folder.resolve("other/model.int8.onnx"))
        .binaryContent()
        .isNotEqualTo(Files.readAllBytes(folder.resolve("five/model.int8.onnx")));
  }

  @Test
  void theKeyThatIsMissingIsNamed() throws IOException {
    assertThat(run("scalar", 5, "h = { batchAxis = 1 }", 3).err())
        .contains("Cannot batch input r", "expected model.inputs.r with a value or a batchAxis")
        .contains("or data.batch = 1");
    assertThat(run("state", 5, "r = { value = 2 }", 3).err())
        .contains("input h: axis 1 is symbolic ('N')", "or inputs.h.batchAxis = 1");
    assertThat(run("typo", 5, "rr = { value = 2 }, h = { batchAxis = 1 }", 3).err())
        .contains("Cannot import with input rr: the model has no such input", "r");
    assertThat(run("kind", 5, "r = { valu = 2 }", 2).err())
        .contains("model.inputs", "{ value = NUMBER }, { batchAxis = NUMBER }");
  }
}
