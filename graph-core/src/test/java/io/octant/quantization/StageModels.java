package io.octant.quantization;

import static io.octant.quantization.GraphModels.random;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.GraphPrinter;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.nn.activation.LeakyReLU;
import io.octant.nn.activation.ReLU;
import io.octant.nn.activation.Tanh;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.embedding.Embedding;
import io.octant.nn.embedding.EmbeddingBag;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.nn.recurrent.GRU;
import io.octant.nn.recurrent.LSTM;
import io.octant.nn.recurrent.LSTMCell;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.backend.DTypeConfig;
import io.octant.quantization.backend.ObservationType;
import io.octant.quantization.convert.ConvertCustomConfig;
import io.octant.quantization.equalization.EqualizationObservers;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.prepare.StandaloneModuleConfig;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.EqualizationQConfigMapping;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.qconfig.QuantType;
import io.octant.reference.kernel.Embedding.Mode;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One small network for every way to quantize, and its graphs as text: the nodes, then what each
 * called module is, then the names of the root's own tensors.
 */
public final class StageModels {
  /** A network, how to prepare it, and inputs to calibrate it with. */
  public record Stage(
      GraphModule model, PrepareOptions options, ConvertCustomConfig custom, List<Object> inputs) {

    private static Stage of(GraphModels g, Object output, QConfigMapping mapping, Tensor... x) {
      return new Stage(
          g.returning(output), PrepareOptions.of(mapping), ConvertCustomConfig.empty(), List.of(x));
    }

    private Stage with(PrepareOptions changed) {
      return new Stage(model, changed, custom, inputs);
    }

    private Stage with(PrepareCustomConfig prepare, ConvertCustomConfig convert) {
      return new Stage(model, options.withCustomConfig(prepare), convert, inputs);
    }

    /** The calibrated network. */
    public GraphModule prepared() {
      GraphModule out = QuantizeFx.prepare(model, options);
      out.run(inputs.toArray());
      return out;
    }
  }

  private static final QConfigMapping X86 = DefaultQConfigMappings.ptq(QuantizedEngine.X86);
  private static final QConfigMapping ONEDNN = DefaultQConfigMappings.ptq(QuantizedEngine.ONEDNN);
  private static final String F = "torch.nn.functional.";

  private final Map<String, Stage> stages = new LinkedHashMap<>();

  private StageModels() {
    weightedModules();
    onednnFusions();
    functions();
    arithmetic();
    dynamic();
    weightOnly();
    shapes();
    interfaces();
    customModules();
    training();
    equalized();
  }

  /** Every network by name. */
  public static Map<String, Stage> all() {
    return new StageModels().stages;
  }

  private static QConfigMapping only(QConfig qconfig) {
    return QConfigMapping.empty().withGlobal(qconfig);
  }

  private void weightedModules() {
    GraphModels g = new GraphModels();
    Node fc = g.call("fc", new Linear(4, 4), g.input("x"));
    Node relu = g.call("relu", new ReLU(), fc);
    stages.put("linear_relu", Stage.of(g, g.call("head", new Linear(4, 2), relu), X86, rows()));
    g = new GraphModels();
    Node conv = g.call("block.conv", new Conv2d(2, 3, 1), g.input("x"));
    Node functional = g.function(F + "relu", conv);
    stages.put("conv_functional_relu", Stage.of(g, functional, X86, image()));
    g = new GraphModels();
    Node norm = g.call("bn", new BatchNorm1d(4), g.call("fc", new Linear(4, 4), g.input("x")));
    stages.put("linear_bn_relu", Stage.of(g, g.call("relu", new ReLU(), norm), X86, rows()));
    stages.get("linear_bn_relu").model().train(false);
    g = new GraphModels();
    norm = g.call("bn", new BatchNorm2d(2), g.input("x"));
    stages.put("bn_relu", Stage.of(g, g.call("relu", new ReLU(), norm), X86, image()));
    g = new GraphModels();
    Node up = g.call("up", new ConvTranspose2d(ConvSettings.of(2, 3, 2)), g.input("x"));
    stages.put("conv_transpose", Stage.of(g, up, X86, image()));
    g = new GraphModels();
    Node a = g.call("fc", new Linear(4, 4), g.input("x"));
    stages.put(
        "read_by_float_too", Stage.of(g, List.of(g.function("torch.cos", a), a), X86, rows()));
  }

  private void onednnFusions() {
    GraphModels g = new GraphModels();
    Node x = g.input("x");
    Node sum = g.function("torch.add", g.call("conv", new Conv2d(2, 2, 1), x), x);
    put("conv_add", Stage.of(g, sum, ONEDNN, image()));
    g = new GraphModels();
    x = g.input("x");
    sum = g.function("torch.add", x, g.call("conv", new Conv2d(2, 2, 1), x));
    put("conv_add_relu", Stage.of(g, g.call("relu", new ReLU(), sum), ONEDNN, image()));
    g = new GraphModels();
    Node fc = g.call("fc", new Linear(4, 4), g.input("x"));
    put("linear_leaky_relu", Stage.of(g, g.call("act", new LeakyReLU(0.1), fc), ONEDNN, rows()));
    g = new GraphModels();
    fc = g.call("fc", new Linear(4, 4), g.input("x"));
    QConfigMapping oneRange = only(QConfigs.ptq(QuantizedEngine.ONEDNN));
    put("linear_tanh", Stage.of(g, g.call("tanh", new Tanh(), fc), oneRange, rows()));
  }

  private void put(String name, Stage onednn) {
    stages.put(name, onednn.with(onednn.options().withBackend(BackendConfigs.of("onednn"))));
  }

  private void functions() {
    GraphModels g = new GraphModels();
    Node linear =
        g.function(
            F + "linear", g.input("x"), g.parameter("w", rows()), g.parameter("b", random(2, 3)));
    stages.put("functional_linear_relu", Stage.of(g, g.function(F + "relu", linear), X86, rows()));
    g = new GraphModels();
    Node x = g.input("x");
    Node conv =
        g.function(
            F + "conv2d", List.of(x), Map.of("weight", g.parameter("w", random(3, 3, 2, 2, 2))));
    stages.put("functional_conv", Stage.of(g, g.call("relu", new ReLU(), conv), X86, image()));
    g = new GraphModels();
    x = g.input("x");
    Node same =
        g.function(
            F + "conv2d",
            List.of(x, g.parameter("w", random(3, 3, 2, 3, 3))),
            Map.of("padding", "same"));
    stages.put("functional_conv_same", Stage.of(g, same, X86, image()));
    g = new GraphModels();
    x = g.input("x");
    Node up = g.function(F + "conv_transpose2d", x, g.parameter("w", random(4, 2, 3, 2, 2)));
    stages.put("functional_conv_transpose", Stage.of(g, up, X86, image()));
    g = new GraphModels();
    Node norm =
        g.function(F + "layer_norm", g.input("x"), List.of(4), g.parameter("w", random(3, 4)));
    stages.put("functional_layer_norm", Stage.of(g, norm, X86, rows()));
  }

  private void arithmetic() {
    GraphModels g = new GraphModels();
    Node x = g.input("x");
    Node y = g.input("y");
    Node sum = g.call("relu", new ReLU(), g.function("torch.add", x, y));
    stages.put("add_relu", Stage.of(g, sum, X86, rows(), rows()));
    g = new GraphModels();
    Node scaled = g.function("operator.mul", g.function("operator.add", g.input("x"), 1), 2.5);
    stages.put("scalars", Stage.of(g, g.function("torch.relu", scaled), X86, rows()));
    g = new GraphModels();
    x = g.input("x");
    Node square = g.function("torch.matmul", x, g.method("transpose", x, 0, 1));
    stages.put("matmul", Stage.of(g, square, X86, rows()));
    g = new GraphModels();
    x = g.input("x");
    Node cat = g.function("torch.cat", List.of(x, g.function("operator.mul", x, x)), 1);
    stages.put("cat", Stage.of(g, g.call("fc", new Linear(8, 2), cat), X86, rows()));
  }

  private void dynamic() {
    for (String name : List.of("dynamic", "half")) {
      QConfigMapping mapping =
          only(name.equals("half") ? QConfigs.FLOAT16_DYNAMIC : QConfigs.DEFAULT_DYNAMIC);
      GraphModels g = new GraphModels();
      Node fc = g.call("fc", new Linear(4, 4), g.input("x"));
      Node relu = g.call("relu", new ReLU(), fc);
      stages.put(
          name + "_linear", Stage.of(g, g.call("fc2", new Linear(4, 2), relu), mapping, rows()));
      g = new GraphModels();
      Node x = g.input("x");
      Node linear = g.function(F + "linear", x, g.parameter("w", rows()));
      Node second = g.function(F + "linear", x, g.parameter("v", rows()));
      Object output = List.of(g.function(F + "relu", linear), second);
      stages.put(name + "_functional", Stage.of(g, output, mapping, rows()));
      g = new GraphModels();
      x = g.input("x");
      Node lstm = g.call("lstm", new LSTM(4, 3), x);
      Node gru = g.call("gru", new GRU(4, 3), x);
      stages.put(name + "_recurrent", Stage.of(g, List.of(lstm, gru), mapping, random(5, 2, 1, 4)));
      g = new GraphModels();
      Node cell = g.call("cell", new LSTMCell(4, 3), g.input("x"));
      stages.put(name + "_cell", Stage.of(g, cell, mapping, rows()));
    }
    GraphModels g = new GraphModels();
    QConfig symmetric =
        QConfigs.DEFAULT_DYNAMIC.withActivation(
            ObserverSpec.of(ObserverSpec.TORCH + "MinMaxObserver")
                .with("dtype", DType.QINT8)
                .with("quant_min", -127)
                .with("quant_max", 127)
                .with("qscheme", QScheme.PER_TENSOR_SYMMETRIC)
                .with("is_dynamic", true));
    Node fc = g.call("fc", new Linear(4, 4), g.input("x"));
    Stage stage = Stage.of(g, fc, only(symmetric), rows());
    ModuleType linear = new ModuleType("torch.nn.Linear");
    BackendConfig backend =
        BackendConfig.named("symmetric")
            .with(
                BackendPatternConfig.builder(linear)
                    .dtypeConfig(
                        DTypeConfig.fromMap(
                            Map.of(
                                "input_dtype", DType.QINT8,
                                "output_dtype", DType.FLOAT32,
                                "weight_dtype", DType.QINT8,
                                "is_dynamic", true)))
                    .rootModule(linear)
                    .referenceQuantizedModule(
                        new ModuleType("torch.ao.nn.quantized.reference.Linear"))
                    .build());
    g = new GraphModels();
    Node flat = g.function("torch.flatten", g.input("x"));
    Stage half = Stage.of(g, flat, only(QConfigs.FLOAT16_STATIC), rows());
    BackendConfig copying =
        BackendConfig.named("half")
            .with(
                BackendPatternConfig.builder(FunctionType.of("torch.flatten"))
                    .observationType(ObservationType.OUTPUT_SHARE_OBSERVER_WITH_INPUT)
                    .dtypeConfig(DTypeConfig.ofActivations(DType.FLOAT16))
                    .build());
    stages.put("half_static", half.with(half.options().withBackend(copying)));
    stages.put("dynamic_symmetric", stage.with(stage.options().withBackend(backend)));
  }

  private void weightOnly() {
    GraphModels g = new GraphModels();
    Tensor indices = Tensor.of(DType.INT64, Shape.of(2), new long[] {1, 3});
    Node x = g.input("x");
    Node embedded = g.call("table", new Embedding(5, 4), x);
    stages.put(
        "embedding", Stage.of(g, embedded, only(QConfigs.FLOAT_QPARAMS_WEIGHT_ONLY), indices));
    g = new GraphModels();
    x = g.input("x");
    Node bag = g.call("bag", new EmbeddingBag(5, 4, Mode.SUM), x, g.input("offsets"));
    Tensor offsets = Tensor.of(DType.INT64, Shape.of(1), new long[] {0});
    stages.put(
        "embedding_bag",
        Stage.of(g, bag, only(QConfigs.FLOAT_QPARAMS_WEIGHT_ONLY_4BIT), indices, offsets));
  }

  private void shapes() {
    GraphModels g = new GraphModels();
    Node x = g.input("x");
    Node fc = g.call("fc", new Linear(4, 4), x);
    Node shape = g.function("builtins.getattr", fc, "shape");
    Node rows = g.function("operator.getitem", shape, 0);
    Node width = g.function("operator.mul", g.method("size", fc, 1), 1);
    Node moved = g.method("reshape", fc, g.function("operator.floordiv", rows, 1), width);
    stages.put("sizes", Stage.of(g, g.call("fc2", new Linear(4, 4), moved), X86, rows()));
    g = new GraphModels();
    fc = g.call("fc", new Linear(4, 4), g.input("x"));
    Node mask = g.input("mask");
    Node filled = g.method("masked_fill", fc, mask, 0.0);
    Tensor zeros = Tensor.of(DType.BOOL, Shape.of(3, 4), new int[12]);
    stages.put("masked_fill", Stage.of(g, filled, X86, rows(), zeros));
  }

  private void interfaces() {
    GraphModels g = new GraphModels();
    Node x = g.input("x");
    Node y = g.input("y");
    Node a = g.call("a", new Linear(4, 4), x);
    Node b = g.call("b", new Linear(4, 4), y);
    Object output =
        new Tuple(
            List.of(
                List.of(a, new Tuple(List.of(b))), Map.of("sum", g.function("torch.add", a, b))));
    stages.put("nested_outputs", Stage.of(g, output, X86, rows(), rows()));
    g = new GraphModels();
    a = g.call("a", new Linear(4, 4), g.input("x"));
    Node z = g.input("z");
    b = g.call("b", new Linear(4, 4), z);
    Stage declared = Stage.of(g, List.of(List.of(a), b), X86, rows(), rows());
    stages.put(
        "declared_interface",
        declared.with(
            PrepareCustomConfig.empty()
                .withInputQuantizedIndexes(List.of(1))
                .withOutputQuantizedIndexes(List.of(0)),
            ConvertCustomConfig.empty()));
    GraphModels inner = new GraphModels();
    GraphModule child = inner.returning(inner.call("fc", new Linear(4, 4), inner.input("y")));
    g = new GraphModels();
    Node first = g.call("first", new Linear(4, 4), g.input("x"));
    Node whole = g.call("whole", child, first);
    Stage standalone = Stage.of(g, g.call("last", new Linear(4, 2), whole), X86, rows());
    stages.put(
        "standalone",
        standalone.with(
            PrepareCustomConfig.empty()
                .withStandaloneModuleName(
                    "whole",
                    StandaloneModuleConfig.likeParent()
                        .withPrepareCustomConfig(
                            PrepareCustomConfig.empty()
                                .withInputQuantizedIndexes(List.of(0))
                                .withOutputQuantizedIndexes(List.of(0)))),
            ConvertCustomConfig.empty()));
  }

  private void customModules() {
    GraphModels g = new GraphModels();
    Node lstm = g.call("lstm", new LSTM(4, 3), g.input("x"));
    Node output = g.function("operator.getitem", lstm, 0);
    Node hidden = g.function("operator.getitem", g.function("operator.getitem", lstm, 1), 0);
    Stage stage =
        Stage.of(
            g, List.of(g.call("fc", new Linear(3, 2), output), hidden), X86, random(5, 2, 1, 4));
    stages.put("static_lstm", custom(stage, "LSTM"));
  }

  private static Stage custom(Stage stage, String name) {
    ModuleType observed = new ModuleType("torch.ao.nn.quantizable." + name);
    return stage.with(
        PrepareCustomConfig.empty()
            .withFloatToObserved(new ModuleType("torch.nn." + name), observed, QuantType.STATIC),
        ConvertCustomConfig.empty()
            .withObservedToQuantized(
                observed, new ModuleType("torch.ao.nn.quantized." + name), QuantType.STATIC));
  }

  private void training() {
    GraphModels g = new GraphModels();
    Node conv = g.call("conv", new Conv2d(2, 3, 1), g.input("x"));
    Node relu = g.call("relu", new ReLU(), g.call("bn", new BatchNorm2d(3), conv));
    Stage stage = Stage.of(g, relu, DefaultQConfigMappings.qat(QuantizedEngine.X86), image());
    stage.model().train(true);
    stages.put("training", stage.with(stage.options().forTraining()));
  }

  private void equalized() {
    GraphModels g = new GraphModels();
    Node fc = g.call("fc", new Linear(4, 4), g.input("x"));
    Node fc2 = g.call("fc2", new Linear(4, 4), g.call("relu", new ReLU(), fc));
    Node last = g.function(F + "linear", fc2, g.parameter("w", rows()));
    Stage stage = Stage.of(g, last, only(QConfigs.DEFAULT), rows());
    stages.put(
        "equalized",
        stage.with(
            stage
                .options()
                .withEqualization(
                    EqualizationQConfigMapping.empty().withGlobal(EqualizationObservers.DEFAULT))));
  }

  private static Tensor rows() {
    return random(1, 3, 4);
  }

  private static Tensor image() {
    return random(2, 1, 2, 4, 4);
  }

  /** A graph, its modules and its own tensors as text. */
  public static String print(GraphModule model) {
    StringBuilder out = new StringBuilder(GraphPrinter.print(model.graph()));
    Map<Module, String> observers = new LinkedHashMap<>();
    Set<String> printed = new java.util.LinkedHashSet<>();
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m && printed.add(m.target())) {
        Module module = model.moduleOf(node);
        String shared = observers.putIfAbsent(module, m.target());
        out.append(m.target()).append(": ").append(shared == null ? describe(module) : shared);
        out.append('\n');
      }
    }
    List<String> tensors = new ArrayList<>(new TreeMap<>(model.buffers()).keySet());
    tensors.addAll(new TreeMap<>(model.parameters()).keySet());
    tensors.addAll(new TreeMap<>(model.attributes()).keySet());
    return tensors.isEmpty()
        ? out.toString()
        : out.append("tensors: ").append(tensors).append('\n').toString();
  }

  private static String describe(Module module) {
    String name = module.type().name();
    if (module instanceof ActivationPostProcess observer) {
      return name + " " + observer.dtype() + observer.range().map(r -> " " + r).orElse("");
    }
    if (module instanceof FusedModule fused) {
      return name + " of " + fused.parts().stream().map(p -> p.type().name()).toList();
    }
    return module instanceof GraphModule graph ? name + " of {\n" + print(graph) + "}" : name;
  }

  /** Sections of a text resource, each under a line "== name". */
  public static Map<String, String> sections(Class<?> test, String resource) {
    try (InputStream in = test.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("Cannot find resource: " + resource);
      }
      Map<String, String> out = new LinkedHashMap<>();
      for (String section :
          new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^== ")) {
        if (!section.isEmpty()) {
          int end = section.indexOf('\n');
          out.put(section.substring(0, end), section.substring(end + 1));
        }
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
