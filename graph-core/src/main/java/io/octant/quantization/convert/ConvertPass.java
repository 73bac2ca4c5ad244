package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.convert.ConvertOptions.Retention;
import io.octant.quantization.equalization.EqualizationPass;
import io.octant.quantization.fuse.UnusedModules;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.report.QuantizationReport;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * From a calibrated graph to a quantized one; {@code convert_fx}, {@code convert_to_reference_fx}
 * and {@code _convert_to_reference_decomposed_fx}. The argument is not changed; that it was
 * prepared is checked, as {@code _check_is_graph_module} does. The result carries a {@link
 * QuantizationReport}.
 */
public final class ConvertPass {
  private final GraphModule prepared;
  private final GraphModule model;
  private final PreparedState state;
  private final ConvertOptions options;
  private final QParamAttributes attributes;
  private final ObserverReplacement replacement;
  private final WeightedModules weighted;
  private final SpecialModules special;

  private ConvertPass(
      GraphModule prepared, GraphModule model, PreparedState state, ConvertOptions options) {
    this.prepared = prepared;
    this.model = model;
    this.state = state;
    this.options = options;
    BackendConfig backend = options.backend().orElse(state.backend());
    this.attributes = new QParamAttributes(model, state);
    this.replacement =
        options.form() == ConvertForm.DECOMPOSED
            ? new DecomposedQuantizeDequantize(model, attributes)
            : new QuantizeDequantize(model, attributes, options.engine());
    this.weighted = new WeightedModules(model, state, backend, options.form());
    this.special = new SpecialModules(model, options);
  }

  /**
   * Converts.
   *
   * @throws ConvertException if the model was not prepared, or the options do not fit how it was
   */
  public static GraphModule convert(GraphModule prepared, ConvertOptions options) {
    ConvertPass pass = begin(prepared, options);
    pass.quantize();
    return pass.finish(pass.model, options.form());
  }

  /**
   * Converts once, for the reference form and the lowered one.
   *
   * @param options of the lowered form
   * @throws ConvertException as {@link #convert}
   */
  public static ConvertedForms convertInBothForms(GraphModule prepared, ConvertOptions options) {
    ConvertOptions lowered = options.withForm(ConvertForm.LOWERED);
    if (holdsPrepared(prepared)) {
      return new ConvertedForms(
          convert(prepared, options.withForm(ConvertForm.REFERENCE)), convert(prepared, lowered));
    }
    ConvertPass pass = begin(prepared, lowered);
    pass.quantize();
    GraphModule reference = pass.finish(pass.model.copyGraphModule(), ConvertForm.REFERENCE);
    return new ConvertedForms(reference, pass.finish(pass.model, ConvertForm.LOWERED));
  }

  /** Whether modules inside were prepared on their own, which are converted into a form at once. */
  private static boolean holdsPrepared(GraphModule prepared) {
    AtomicBoolean found = new AtomicBoolean();
    prepared.forEachModule(
        (path, m) -> {
          if (m != prepared && m.attachment(PreparedState.class).isPresent()) {
            found.set(true);
          }
        });
    return found.get();
  }

  private static ConvertPass begin(GraphModule prepared, ConvertOptions options) {
    PreparedState original =
        prepared
            .attachment(PreparedState.class)
            .orElseThrow(
                () ->
                    new ConvertException(
                        "Cannot convert model: it carries no prepared state, expected one that must"
                            + " be produced by prepare"));
    GraphModule model = prepared.copyGraphModule();
    PreparedState state = ConvertMapping.apply(model, original, options);
    return new ConvertPass(prepared, model, state, options);
  }

  /** What all forms have in common. */
  private void quantize() {
    SharedCalls.separate(model, state);
    if (!state.nodeEqualizations().isEmpty()) {
      EqualizationPass.apply(model, state.nodeEqualizations());
    }
    WeightObservers.run(model, options.backend().orElse(state.backend()));
    int input = 0;
    for (Node node : model.graph().nodes()) {
      if (node.isPlaceholder()) {
        if (state.customConfig().inputQuantizedIndexes().contains(input++)) {
          special.dequantizeAfter(node);
        }
      } else if (node.isOutput()) {
        keepQuantizedOutputs(node);
      } else if (node.operation() instanceof Operation.CallModule) {
        ConvertException.naming(node, () -> convertCall(node));
      }
    }
    model.graph().eliminateDeadCode();
  }

  /** Makes a form of a graph that {@link #quantize} has made. */
  private GraphModule finish(GraphModule quantized, ConvertForm form) {
    QuantizationReport planned = quantized.attachment(QuantizationReport.class).orElseThrow();
    if (form == ConvertForm.LOWERED) {
      ReadState read = new ReadState(quantized);
      LoweringPass.lower(quantized, state, options);
      read.restore();
    }
    if (options.qconfigs() == Retention.DROP) {
      quantized.forEachModule((path, m) -> m.detach(QConfig.class));
    }
    List<String> warnings = new ArrayList<>(attributes.warnings());
    warnings.addAll(options.customConfig().unusedEntries(prepared));
    UnusedModules.remove(quantized, options.customConfig().preservedAttributes());
    quantized.detach(PreparedState.class);
    quantized.attach(
        QuantizationReport.class,
        new ConvertReport(quantized, state, form, weighted.refusals()).after(planned, warnings));
    return quantized.lint();
  }

  private void convertCall(Node node) {
    Module module = model.moduleOf(node);
    if (module instanceof ActivationPostProcess observer) {
      if (special.isQuantizedCustomModule((Node) node.arg(0))) {
        special.replaceByDequantize(node);
      } else {
        replaceObserver(node, observer);
      }
    } else if (!special.convert(node)) {
      weighted.convert(node);
    }
  }

  private void replaceObserver(Node node, ActivationPostProcess observer) {
    boolean nobodyIsQuantized =
        java.util.stream.Stream.concat(node.inputs().stream(), node.users().stream())
            .allMatch(n -> state.hasNoQConfig(n.name()));
    if (nobodyIsQuantized || !isConvertible(observer)) {
      node.replaceAllUsesWith((Node) node.arg(0));
      model.graph().erase(node);
    } else {
      replacement.replace(node, observer);
    }
  }

  private static boolean isConvertible(ActivationPostProcess observer) {
    DType dtype = observer.dtype();
    return observer.isDynamic()
        || dtype == DType.FLOAT16
        || dtype == DType.QUINT8
        || dtype == DType.QINT8
        || dtype == DType.QINT32;
  }

  private void keepQuantizedOutputs(Node output) {
    List<Integer> indexes = state.customConfig().outputQuantizedIndexes();
    Object value = output.arg(0);
    List<Object> items =
        value instanceof List<?> list
            ? List.copyOf(list)
            : value instanceof Tuple tuple ? tuple.items() : List.of(value);
    for (int index : indexes) {
      if (index >= 0 && index < items.size()) {
        keepQuantized(items.get(index), output);
      }
    }
  }

  private void keepQuantized(Object value, Node output) {
    if (value instanceof Node n) {
      if (QuantizeNodes.isDequantize(n)) {
        output.replaceInput(n, QuantizeNodes.quantizedInput(n));
      }
    } else if (value instanceof List<?> list) {
      list.forEach(v -> keepQuantized(v, output));
    } else if (value instanceof Tuple tuple) {
      tuple.items().forEach(v -> keepQuantized(v, output));
    } else if (value instanceof Map<?, ?> dict) {
      dict.values().forEach(v -> keepQuantized(v, output));
    }
  }
}
