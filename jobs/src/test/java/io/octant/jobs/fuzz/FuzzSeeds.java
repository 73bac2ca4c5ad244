package io.octant.jobs.fuzz;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.bytes.Digest;
import io.octant.calibration.BatchExtrema;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.ChannelRanges;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.TensorStatistics;
import io.octant.calibration.ValueRange;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.InputRole;
import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.Int8Kernels;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.SolvedCalibration;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** Valid inputs, small, so that what changes in them is likely to matter. */
final class FuzzSeeds {
  private static final int CHECKSUM_BYTES = 4;

  private FuzzSeeds() {}

  private static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(t -> t.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** A calibration state with the checksum that its bytes want, which no mutation would find. */
  static byte[] sealed(byte[] body) {
    CRC32C crc = new CRC32C();
    crc.update(body);
    return ByteBuffer.allocate(body.length + CHECKSUM_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(body)
        .putInt((int) crc.getValue())
        .array();
  }

  private static CalibrationState state() {
    Digest digest = Digest.of(new byte[] {1});
    CalibrationState s = new CalibrationState(new CalibrationKey(digest, digest, digest));
    s.add("x", tensor());
    s.add("y", new TensorStatistics());
    s.add("c", new ChannelRanges(new float[] {-1, 0}, new float[] {2, 0.5f}));
    s.add("b", BatchExtrema.of(0, -1, 1).plus(BatchExtrema.of(300, -3, 0)));
    s.addSamples(new SampleCounts(5, 1, 1));
    s.addNumerics(Numerics.UNKNOWN);
    return s;
  }

  private static TensorStatistics tensor() {
    TensorStatistics t = new TensorStatistics();
    t.update(new float[] {0, 1, 1.5f, -2.25f, 1e6f, 1e-12f, Float.NaN, 1, 2, 3, -1e-20f});
    return t;
  }

  /** Without their checksums. */
  static List<byte[]> states() {
    return unsealed(state().toBytes());
  }

  private static List<byte[]> unsealed(byte[] sealed) {
    return List.of(Arrays.copyOf(sealed, sealed.length - CHECKSUM_BYTES));
  }

  static List<byte[]> statistics() {
    return List.of(tensor().toBytes(), new TensorStatistics().toBytes());
  }

  /** Without their checksums. */
  static List<byte[]> partitions() {
    return unsealed(
        new PartitionState(
                state(),
                DataCounts.NONE,
                new TreeSet<>(
                    List.of(new ExecutorIdentity("1", "host", Numerics.UNKNOWN, Int8Kernels.NONE))))
            .toBytes());
  }

  /** Without their checksums. */
  static List<byte[]> solved() {
    return unsealed(
        new SolvedCalibration(state(), new TreeMap<>(Map.of("x", new ValueRange(-1, 2))))
            .toBytes());
  }

  /** Without their checksums. */
  static List<byte[]> recipes() {
    return unsealed(
        new ModelSource(
                onnx().get(0),
                "m.onnx",
                ImportOptions.none()
                    .withSize("ids:1", 8)
                    .withInput("h", new InputRole.Batched(1))
                    .withInput("n", new InputRole.Constant(2))
                    .withInput("x", new InputRole.Whole()),
                "{}",
                "{\"name\": \"b\"}",
                QuantizedEngine.X86.toString())
            .toBytes());
  }

  static List<byte[]> safetensors() {
    String header =
        "{\"__metadata__\":{\"a\":\"b\"},\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"z\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[8,10]}}";
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    return List.of(
        ByteBuffer.allocate(8 + padded.length() + 10)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded.length())
            .put(padded.getBytes(StandardCharsets.UTF_8))
            .putFloat(1)
            .putFloat(-2)
            .putShort((short) 1)
            .array());
  }

  static List<byte[]> qconfigMappings() {
    return texts(
        DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS).toJson(),
        DefaultQConfigMappings.symmetricQnnpack().toJson());
  }

  static List<byte[]> backendConfigs() {
    return texts(
        """
        {"name": "b", "configs": [{"pattern": {"class": "torch.nn.Linear"}, "observation_type": "OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT",
          "dtype_configs": [{"input_dtype": {"dtype": {"dtype": "torch.quint8"}, "quant_min_lower_bound": 0,
            "quant_max_upper_bound": 127, "scale_min_lower_bound": 1e-3},
            "output_dtype": {"dtype": "torch.quint8"}, "weight_dtype": {"dtype": "torch.qint8"},
            "bias_dtype": "torch.float32", "is_dynamic": true}],
          "root_module": {"class": "torch.nn.Linear"}, "num_tensor_args_to_observation_type": {"0": "OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT"}}]}
        """);
  }

  static List<byte[]> customConfigs() {
    return texts(
        """
        {"preserved_attributes": ["a", "b"], "non_traceable_module_name": ["m"],
         "input_quantized_idxs": [0], "output_quantized_idxs": [1],
         "float_to_observed_custom_module_class": {"static": {"a.B": "a.C"}},
         "standalone_module_name": [["m", null, [], {}, null]]}
        """,
        """
        {"observed_to_quantized_custom_module_class": {"static": {"a.B": "a.C"}},
         "preserved_attributes": ["a"]}
        """,
        "{\"preserved_attributes\": [\"a\"]}");
  }

  static List<byte[]> jobs() {
    String model =
        """
        model { path = m.onnx, axes { "ids:1" = 8 } }
        data { batch = 32, calibration { path = "a b.parquet", columns { input = image }, limit = 5 }
          evaluation { path = y, label = label } }
        quantization { backend = x86, method = percentile, percentile = 99.9
          overrides = [{ name = "a.b", qconfig = null }] }
        validation { minSqnrDb = 20 }
        output { path = ${data.batch}/out }
        spark { master = "local[2]", "spark.speculation" = true, spark.speculation.interval = 5s }
        """;
    return texts(model, model + FuzzTargets.SET + "data.batch=8\nquantization.method=mse");
  }

  static List<byte[]> manifests() {
    String sha = "0".repeat(64);
    return texts(
        """
        {"format": "octant-output", "version": 2, "folder": "results/a",
         "files": [{"path": "model.int8.onnx", "bytes": 5, "sha256": "%s"}],
         "digests": {"model": "%s"}, "versions": {"octant": "1"}}
        """
            .formatted(sha, sha));
  }

  /** A convolution and a classifier; transposes, shapes and a slice. */
  static List<byte[]> onnx() {
    GraphProto.Builder vision = GraphProto.newBuilder().setName("v");
    vision.addInput(value("x", 0, 1, 6, 6));
    vision.addInitializer(floats("w", new long[] {2, 1, 3, 3}, 18));
    vision.addInitializer(floats("b", new long[] {2}, 2));
    vision.addInitializer(floats("g", new long[] {3, 8}, 24));
    vision.addNode(
        node("Conv", List.of("x", "w", "b"), "c")
            .addAttribute(ints("pads", 1, 1, 1, 1))
            .addAttribute(ints("strides", 1, 1)));
    vision.addNode(node("Relu", List.of("c"), "r"));
    vision.addNode(
        node("MaxPool", List.of("r"), "p")
            .addAttribute(ints("kernel_shape", 3, 3))
            .addAttribute(ints("strides", 3, 3)));
    vision.addNode(node("Flatten", List.of("p"), "f"));
    vision.addNode(node("Gemm", List.of("f", "g"), "y").addAttribute(number("transB", 1)));
    vision.addOutput(ValueInfoProto.newBuilder().setName("y"));

    GraphProto.Builder layout = GraphProto.newBuilder().setName("l");
    layout.addInput(value("x", 0, 4, 6));
    layout.addInitializer(integers("s", 0, -1, 3));
    layout.addInitializer(integers("from", 1));
    layout.addInitializer(integers("to", 3));
    layout.addInitializer(integers("axis", 1));
    layout.addNode(node("Transpose", List.of("x"), "t").addAttribute(ints("perm", 0, 2, 1)));
    layout.addNode(node("Reshape", List.of("t", "s"), "u"));
    layout.addNode(node("Slice", List.of("u", "from", "to", "axis"), "v"));
    layout.addNode(node("Softmax", List.of("v"), "m").addAttribute(number("axis", -1)));
    layout.addNode(node("Add", List.of("m", "v"), "y"));
    layout.addOutput(ValueInfoProto.newBuilder().setName("y"));
    return List.of(model(vision), model(layout));
  }

  private static byte[] model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static NodeProto.Builder node(String type, List<String> inputs, String output) {
    return NodeProto.newBuilder()
        .setName("n_" + output)
        .setOpType(type)
        .addAllInput(inputs)
        .addOutput(output);
  }

  private static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder out =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(out::addInts);
    return out.build();
  }

  private static AttributeProto number(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** A float input; a size of 0 is the batch. */
  private static ValueInfoProto value(String name, long... dims) {
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber());
    for (long dim : dims) {
      if (dim == 0) {
        type.getShapeBuilder().addDimBuilder().setDimParam("batch");
      } else {
        type.getShapeBuilder().addDimBuilder().setDimValue(dim);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static TensorProto floats(String name, long[] dims, int n) {
    TensorProto.Builder out =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    Arrays.stream(dims).forEach(out::addDims);
    for (int i = 0; i < n; i++) {
      out.addFloatData((i % 7 - 3) / 4f);
    }
    return out.build();
  }

  private static TensorProto integers(String name, long... values) {
    TensorProto.Builder out =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    Arrays.stream(values).forEach(out::addInt64Data);
    return out.build();
  }
}
