package io.octant.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a model in ONNX Runtime, one thread, for comparison. */
public final class OnnxRuntime implements AutoCloseable {
  private final OrtSession session;

  /** With its optimizations, as users run it: quantized layers on integers. */
  public static OnnxRuntime optimized(OnnxModel model) {
    return new OnnxRuntime(model.proto().toByteArray(), OrtSession.SessionOptions.OptLevel.ALL_OPT);
  }

  private OnnxRuntime(byte[] model, OrtSession.SessionOptions.OptLevel level) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(level);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session = OrtEnvironment.getEnvironment().createSession(model, options);
    } catch (OrtException e) {
      throw new AssertionError("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  /** Node by node as the file says, without its optimizations. */
  public static List<Tensor> run(OnnxModel model, Map<String, Tensor> inputs) {
    try (OnnxRuntime runtime =
        new OnnxRuntime(model.proto().toByteArray(), OrtSession.SessionOptions.OptLevel.NO_OPT)) {
      return runtime.run(inputs);
    }
  }

  public List<Tensor> run(Map<String, Tensor> inputs) {
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Tensor> e : inputs.entrySet()) {
        fed.put(e.getKey(), feed(e.getValue()));
      }
      try (OrtSession.Result result = session.run(fed)) {
        List<Tensor> out = new ArrayList<>();
        for (Map.Entry<String, OnnxValue> e : result) {
          out.add(fetch((OnnxTensor) e.getValue()));
        }
        return out;
      }
    } catch (OrtException e) {
      throw new AssertionError("ONNX Runtime fails: " + e.getMessage(), e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor feed(Tensor t) throws OrtException {
    int[] dims = t.shape().toArray();
    long[] shape = new long[dims.length];
    for (int i = 0; i < dims.length; i++) {
      shape[i] = dims[i];
    }
    ByteBuffer raw =
        ByteBuffer.allocateDirect(t.numel() * t.dtype().bytes()).order(ByteOrder.nativeOrder());
    raw.put(OnnxTensors.encode("", t).getRawData().asReadOnlyByteBuffer()).flip();
    OnnxJavaType type =
        switch (t.dtype()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case FLOAT64 -> OnnxJavaType.DOUBLE;
          case INT64 -> OnnxJavaType.INT64;
          case INT32 -> OnnxJavaType.INT32;
          case INT8 -> OnnxJavaType.INT8;
          case UINT8 -> OnnxJavaType.UINT8;
          case BOOL -> OnnxJavaType.BOOL;
          default -> throw new AssertionError("Cannot feed " + t);
        };
    return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), raw, shape, type);
  }

  private static Tensor fetch(OnnxTensor t) {
    long[] dims = t.getInfo().getShape();
    int[] shape = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      shape[i] = (int) dims[i];
    }
    DType dtype =
        switch (t.getInfo().type) {
          case FLOAT -> DType.FLOAT32;
          case DOUBLE -> DType.FLOAT64;
          case INT64 -> DType.INT64;
          case INT32 -> DType.INT32;
          case INT8 -> DType.INT8;
          case UINT8 -> DType.UINT8;
          case BOOL -> DType.BOOL;
          default -> throw new AssertionError("Cannot fetch " + t.getInfo());
        };
    byte[] raw = new byte[Shape.of(shape).numel() * dtype.bytes()];
    if (raw.length > 0) {
      t.getByteBuffer().get(raw);
    }
    var proto =
        ai.onnx.proto.OnnxMl.TensorProto.newBuilder()
            .setDataType(OnnxTypes.onnxType(dtype).getNumber())
            .setRawData(com.google.protobuf.ByteString.copyFrom(raw));
    for (int d : shape) {
      proto.addDims(d);
    }
    return OnnxTensors.decode(proto.build());
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new AssertionError(e);
    }
  }
}
