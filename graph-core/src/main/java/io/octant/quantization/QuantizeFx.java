package io.octant.quantization;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.convert.ConvertForm;
import io.octant.quantization.convert.ConvertOptions;
import io.octant.quantization.convert.ConvertPass;
import io.octant.quantization.convert.ConvertedForms;
import io.octant.quantization.fuse.FuseCustomConfig;
import io.octant.quantization.fuse.FusionPass;
import io.octant.quantization.prepare.ModelTracing;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.prepare.PreparePass;
import io.octant.quantization.qconfig.QConfigMapping;

/**
 * The entry points of graph mode quantization, {@code torch.ao.quantization.quantize_fx}. Each
 * returns a new module; the argument is not changed. Results of prepare and convert carry a {@link
 * io.octant.quantization.report.QuantizationReport}: {@code
 * model.attachment(QuantizationReport.class)}.
 *
 * <p>Models are graph modules, or models written in Java, which are traced first (see {@link
 * io.octant.trace.TraceableModule}).
 *
 * <p>Example inputs, which PyTorch asks for and does not read, are not asked for.
 */
public final class QuantizeFx {
  private QuantizeFx() {}

  /**
   * Traces a model written in Java, as every entry point of PyTorch does first.
   *
   * @param custom says which modules are called as one unit
   * @throws io.octant.trace.TraceException if the model cannot be traced
   */
  public static GraphModule trace(Module model, PrepareCustomConfig custom) {
    return ModelTracing.trace(model, custom);
  }

  /** {@link #trace(Module, PrepareCustomConfig)} without options. */
  public static GraphModule trace(Module model) {
    return trace(model, PrepareCustomConfig.empty());
  }

  /**
   * Fuses modules for inference on the native backend; {@code fuse_fx}.
   *
   * @throws io.octant.quantization.fuse.FusionException if a batch norm to fold is in training mode
   */
  public static GraphModule fuse(Module model) {
    return fuse(model, BackendConfigs.nativeBackend());
  }

  /** Fuses modules for inference as a backend wants it. */
  public static GraphModule fuse(Module model, BackendConfig backend) {
    return fuse(model, backend, FuseCustomConfig.empty());
  }

  /** Fuses modules for inference as a backend wants it, with options. */
  public static GraphModule fuse(Module model, BackendConfig backend, FuseCustomConfig custom) {
    PrepareCustomConfig tracing =
        PrepareCustomConfig.empty().withPreservedAttributes(custom.preservedAttributes());
    return FusionPass.fuse(graphOf(model, tracing), backend, FusionMode.INFERENCE, custom).lint();
  }

  /** Inserts observers for post-training quantization on the native backend; {@code prepare_fx}. */
  public static GraphModule prepare(Module model, QConfigMapping mapping) {
    return prepare(model, PrepareOptions.of(mapping));
  }

  /**
   * Fuses and inserts observers; {@code prepare_fx}, or {@code prepare_qat_fx} with {@link
   * PrepareOptions#forTraining}.
   *
   * @throws io.octant.OctantException if the model cannot be prepared as configured; the message
   *     names the node or module
   */
  public static GraphModule prepare(Module model, PrepareOptions options) {
    return PreparePass.prepare(graphOf(model, options.customConfig()), options);
  }

  /**
   * Prepares a module that its parent will treat as one operator; {@code
   * _prepare_standalone_module_fx}. Its quantized inputs and outputs are those of the custom
   * config.
   */
  public static GraphModule prepareStandalone(GraphModule model, PrepareOptions options) {
    return PreparePass.prepareStandalone(model, options);
  }

  private static GraphModule graphOf(Module model, PrepareCustomConfig custom) {
    return model instanceof GraphModule graph ? graph : ModelTracing.trace(model, custom);
  }

  /** Inserts fake quantizes for quantization-aware training; {@code prepare_qat_fx}. */
  public static GraphModule prepareQat(Module model, QConfigMapping mapping) {
    return prepare(model, PrepareOptions.of(mapping).forTraining());
  }

  /** Converts to operators on quantized tensors; {@code convert_fx}. */
  public static GraphModule convert(GraphModule prepared) {
    return convert(prepared, ConvertOptions.lowered());
  }

  /**
   * Converts in the form that the options say.
   *
   * @throws io.octant.quantization.convert.ConvertException if the model was not prepared, or the
   *     options do not fit how it was
   */
  public static GraphModule convert(GraphModule prepared, ConvertOptions options) {
    return ConvertPass.convert(prepared, options);
  }

  /**
   * Converts once for the reference and the lowered form, which {@link #convert} would both begin
   * alike.
   *
   * @param options of the lowered form
   * @throws io.octant.quantization.convert.ConvertException as {@link #convert}
   */
  public static ConvertedForms convertInBothForms(GraphModule prepared, ConvertOptions options) {
    return ConvertPass.convertInBothForms(prepared, options);
  }

  /**
   * Converts to float operators between quantize and dequantize; {@code convert_to_reference_fx}.
   */
  public static GraphModule convertToReference(GraphModule prepared) {
    return convert(prepared, ConvertOptions.of(ConvertForm.REFERENCE));
  }

  /**
   * Converts to float operators between quantize and dequantize on plain integers; {@code
   * _convert_to_reference_decomposed_fx}.
   */
  public static GraphModule convertToReferenceDecomposed(GraphModule prepared) {
    return convert(prepared, ConvertOptions.of(ConvertForm.DECOMPOSED));
  }
}
