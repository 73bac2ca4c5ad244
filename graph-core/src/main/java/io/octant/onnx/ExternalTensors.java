package io.octant.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.octant.bytes.Hash;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Brings the tensors that a model keeps in other files into the model, so that it is whole: it can
 * be sent to executors, digested and exported.
 *
 * <p>Each file is read once, front to back; tensors of the same bytes share them.
 */
final class ExternalTensors {
  /** What one protobuf message can hold, with room for the graph itself. */
  private static final long LIMIT = Integer.MAX_VALUE - (64L << 20);

  private static final int CHUNK = 1 << 20;

  private ExternalTensors() {}

  /**
   * The model with every external tensor as raw data; the same model if it has none.
   *
   * @throws OnnxException naming the tensor, and the file that is missing, outside of the folder,
   *     too short or another one
   */
  static ModelProto embed(ModelProto model, ModelFolder folder) {
    Map<String, Map<ExternalRange, TensorProto>> files = new LinkedHashMap<>();
    mapTensors(
        model,
        t -> {
          ExternalRange range = ExternalRange.of(t);
          files.computeIfAbsent(range.file(), f -> new LinkedHashMap<>()).putIfAbsent(range, t);
          return t;
        });
    if (files.isEmpty()) {
      return model;
    }
    requireRoom(files);
    Map<ExternalRange, ByteString> contents = new HashMap<>();
    files.forEach((file, ranges) -> read(folder, file, ranges, contents));
    return mapTensors(
        model,
        t ->
            t.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(contents.get(ExternalRange.of(t)))
                .build());
  }

  private static void requireRoom(Map<String, Map<ExternalRange, TensorProto>> files) {
    long total = 0;
    for (Map<ExternalRange, TensorProto> ranges : files.values()) {
      for (Map.Entry<ExternalRange, TensorProto> e : ranges.entrySet()) {
        total += e.getKey().length();
        if (total > LIMIT) {
          throw ExternalRange.error(
              e.getValue(), total + " bytes of external tensors", "at most " + LIMIT);
        }
      }
    }
  }

  private static void read(
      ModelFolder folder,
      String file,
      Map<ExternalRange, TensorProto> ranges,
      Map<ExternalRange, ByteString> contents) {
    TensorProto first = ranges.values().iterator().next();
    try {
      long size = folder.size(file);
      for (Map.Entry<ExternalRange, TensorProto> e : ranges.entrySet()) {
        ExternalRange r = e.getKey();
        if (r.offset() > size || r.length() > size - r.offset()) {
          throw ExternalRange.error(
              e.getValue(),
              r.length() + " bytes from " + r.offset() + " of file '" + file + "'",
              "them within its " + size + " bytes");
        }
      }
      Map<ExternalRange, byte[]> parts = new LinkedHashMap<>();
      ranges.keySet().forEach(r -> parts.put(r, new byte[(int) r.length()]));
      try (InputStream in = folder.open(file)) {
        fill(in, parts, ranges);
      }
      parts.forEach((r, bytes) -> contents.put(r, UnsafeByteOperations.unsafeWrap(bytes)));
    } catch (NoSuchFileException e) {
      throw failed(first, file, "no such file", e);
    } catch (IOException e) {
      throw failed(first, file, String.valueOf(e.getMessage()), e);
    } catch (OutOfMemoryError e) {
      throw failed(first, file, "more than the memory of this process", e);
    }
  }

  private static OnnxException failed(TensorProto t, String file, String why, Throwable cause) {
    OnnxException failure =
        ExternalRange.error(
            t, "file '" + file + "' (" + why + ")", "one in the folder of the model");
    failure.initCause(cause);
    return failure;
  }

  /** Copies each range out of a stream, as far as the last one reaches or a checksum asks. */
  private static void fill(
      InputStream in, Map<ExternalRange, byte[]> parts, Map<ExternalRange, TensorProto> tensors)
      throws IOException {
    boolean whole = parts.keySet().stream().anyMatch(r -> r.sha1() != null);
    long end =
        whole
            ? Long.MAX_VALUE
            : parts.keySet().stream().mapToLong(r -> r.offset() + r.length()).max().orElse(0);
    Hash hash = Hash.sha1();
    byte[] chunk = new byte[CHUNK];
    long at = 0;
    while (at < end) {
      int n = in.readNBytes(chunk, 0, (int) Math.min(CHUNK, end - at));
      if (n == 0) {
        break;
      }
      if (whole) {
        hash.update(chunk, n);
      }
      for (Map.Entry<ExternalRange, byte[]> e : parts.entrySet()) {
        long from = Math.max(at, e.getKey().offset());
        long to = Math.min(at + n, e.getKey().offset() + e.getKey().length());
        if (from < to) {
          System.arraycopy(
              chunk,
              (int) (from - at),
              e.getValue(),
              (int) (from - e.getKey().offset()),
              (int) (to - from));
        }
      }
      at += n;
    }
    if (!whole && at < end) {
      throw new IOException("ends after " + at + " of " + end + " bytes");
    }
    String found = hash.hex();
    for (ExternalRange r : parts.keySet()) {
      if (r.sha1() != null && !r.sha1().toLowerCase(Locale.ROOT).equals(found)) {
        throw ExternalRange.error(
            Objects.requireNonNull(tensors.get(r)),
            "checksum " + found + " of file '" + r.file() + "'",
            r.sha1());
      }
    }
  }

  // ---- every place that holds tensors

  private static ModelProto mapTensors(ModelProto model, UnaryOperator<TensorProto> replace) {
    GraphProto graph = graph(model.getGraph(), replace);
    List<FunctionProto> functions = new ArrayList<>();
    boolean same = graph == model.getGraph();
    for (FunctionProto f : model.getFunctionsList()) {
      List<NodeProto> nodes = nodes(f.getNodeList(), replace);
      same &= nodes == f.getNodeList();
      functions.add(
          nodes == f.getNodeList() ? f : f.toBuilder().clearNode().addAllNode(nodes).build());
    }
    return same
        ? model
        : model.toBuilder().setGraph(graph).clearFunctions().addAllFunctions(functions).build();
  }

  private static GraphProto graph(GraphProto graph, UnaryOperator<TensorProto> replace) {
    List<TensorProto> tensors = tensors(graph.getInitializerList(), replace);
    List<NodeProto> nodes = nodes(graph.getNodeList(), replace);
    return tensors == graph.getInitializerList() && nodes == graph.getNodeList()
        ? graph
        : graph.toBuilder()
            .clearInitializer()
            .addAllInitializer(tensors)
            .clearNode()
            .addAllNode(nodes)
            .build();
  }

  private static List<TensorProto> tensors(
      List<TensorProto> tensors, UnaryOperator<TensorProto> replace) {
    List<TensorProto> out = tensors;
    for (int i = 0; i < tensors.size(); i++) {
      TensorProto t = tensors.get(i);
      if (t.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        TensorProto other = replace.apply(t);
        if (other != t) {
          out = out == tensors ? new ArrayList<>(tensors) : out;
          out.set(i, other);
        }
      }
    }
    return out;
  }

  private static List<NodeProto> nodes(List<NodeProto> nodes, UnaryOperator<TensorProto> replace) {
    List<NodeProto> out = nodes;
    for (int i = 0; i < nodes.size(); i++) {
      NodeProto node = nodes.get(i);
      for (int a = 0; a < node.getAttributeCount(); a++) {
        AttributeProto before = node.getAttribute(a);
        AttributeProto after = attribute(before, replace);
        if (after != before) {
          node = node.toBuilder().setAttribute(a, after).build();
        }
      }
      if (node != nodes.get(i)) {
        out = out == nodes ? new ArrayList<>(nodes) : out;
        out.set(i, node);
      }
    }
    return out;
  }

  private static AttributeProto attribute(
      AttributeProto attribute, UnaryOperator<TensorProto> replace) {
    AttributeProto.Builder out = null;
    if (attribute.hasT()) {
      TensorProto t = tensors(List.of(attribute.getT()), replace).get(0);
      out = t == attribute.getT() ? null : attribute.toBuilder().setT(t);
    }
    if (attribute.hasG()) {
      GraphProto g = graph(attribute.getG(), replace);
      out = g == attribute.getG() ? out : (out == null ? attribute.toBuilder() : out).setG(g);
    }
    List<TensorProto> tensors = tensors(attribute.getTensorsList(), replace);
    if (tensors != attribute.getTensorsList()) {
      out = (out == null ? attribute.toBuilder() : out).clearTensors().addAllTensors(tensors);
    }
    return out == null ? attribute : out.build();
  }
}
