package io.octant.operator;

import io.octant.NearestNames;
import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.TargetType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The operator table: one row an operator, data only. Immutable and thread-safe. */
public final class Operators {
  private static final List<String> FAMILIES =
      List.of(
          "arithmetic",
          "comparison",
          "math",
          "activation",
          "matrix",
          "convolution",
          "pooling",
          "normalization",
          "dropout",
          "recurrent",
          "shape",
          "padding",
          "rearrangement",
          "splitting",
          "indexing",
          "reduction",
          "order",
          "embedding",
          "image",
          "creation",
          "tensor-info",
          "number",
          "conversion",
          "gradient",
          "quantize",
          "decomposed",
          "quantized-arithmetic",
          "quantized-linear",
          "quantized-convolution",
          "quantized-combining",
          "quantized-normalization",
          "quantized-embedding");

  private static final Operators STANDARD = new Operators(load());

  private final Map<String, OperatorRow> byName = new LinkedHashMap<>();
  private final Map<String, OperatorRow> byCall = new HashMap<>();
  private final Map<String, OperatorRow> byModule = new HashMap<>();

  /**
   * A table of rows.
   *
   * @throws OctantException if two rows have one name, one function, method or module
   */
  Operators(List<OperatorRow> rows) {
    for (OperatorRow row : rows) {
      put(byName, row.name(), row);
      row.names().forEach(name -> put(byCall, name, row));
      row.modules().forEach(name -> put(byModule, name, row));
      row.fused().forEach(name -> put(byModule, name, row));
    }
    byName.values().stream().map(OperatorRow::real).filter(Objects::nonNull).forEach(this::row);
  }

  private static void put(Map<String, OperatorRow> into, String name, OperatorRow row) {
    OperatorRow other = into.put(name, row);
    if (other != null) {
      throw new OctantException(
          "Cannot tell operator: "
              + name
              + " is in the rows "
              + other.name()
              + " of "
              + other.family()
              + ".txt and "
              + row.name()
              + " of "
              + row.family()
              + ".txt, expected once");
    }
  }

  private static List<OperatorRow> load() {
    List<OperatorRow> out = new ArrayList<>();
    for (String family : FAMILIES) {
      try (InputStream in = Operators.class.getResourceAsStream(family + ".txt")) {
        if (in == null) {
          throw new OctantException(
              "Cannot load operator table: " + family + ".txt is not on the class path");
        }
        out.addAll(TableReader.read(family, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot load operator table " + family, e);
      }
    }
    return out;
  }

  /** Every operator that Octant knows. */
  public static Operators standard() {
    return STANDARD;
  }

  /** The rows, family by family. */
  public List<OperatorRow> rows() {
    return Collections.unmodifiableList(new ArrayList<>(byName.values()));
  }

  /**
   * A row by its name.
   *
   * @throws OctantException if there is none, with the nearest names
   */
  public OperatorRow row(String name) {
    OperatorRow row = byName.get(name);
    if (row == null) {
      throw new OctantException(
          "Cannot find operator: "
              + name
              + ", expected one of the table, such as "
              + NearestNames.list(name, byName.keySet(), 3));
    }
    return row;
  }

  /** The row of a function by its canonical name, or of a method with a leading dot. */
  public @Nullable OperatorRow findCall(String name) {
    return byCall.get(name);
  }

  /** The row of a module by its type, with or without package: quantized and fused ones too. */
  public @Nullable OperatorRow findModule(String type) {
    return byModule.get(type.substring(type.lastIndexOf('.') + 1));
  }

  /** Whether the weight of modules of a type is quantized in a way. */
  public boolean quantizesWeight(QuantizedWeights how, ModuleType type) {
    OperatorRow row = findModule(type.name());
    return row != null && row.quantized().quantizesWeight(how, type.name());
  }

  /** The row of what a node calls. */
  public @Nullable OperatorRow find(TargetType type) {
    if (type instanceof FunctionType) {
      return findCall(type.name());
    }
    return type instanceof MethodType ? findCall("." + type.name()) : findModule(type.name());
  }
}
