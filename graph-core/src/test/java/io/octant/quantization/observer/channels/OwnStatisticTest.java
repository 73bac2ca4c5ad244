package io.octant.quantization.observer.channels;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.Digest;
import io.octant.bytes.Envelope;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.TensorStatistics;
import io.octant.calibration.ValueRange;
import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.engine.reference.ReferenceEngine;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.nn.linear.Linear;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.quantization.observer.ObserverException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A statistic that no main code knows, all the way: observed by an engine, merged, through the
 * bytes of a state, to ranges. What it takes is the folder of this test and two lines in {@code
 * META-INF/services}.
 */
public class OwnStatisticTest {
  private static final CalibrationKey KEY = key();
  private static final int BATCH = 4;
  private static final String INPUT = "activation_post_process_0";

  /** Six samples of three channels; the last batch is padded. */
  private static final float[][] SAMPLES = {
    {1, -10, 0.5f}, {2, 0, 0.25f}, {-3, 30, 0}, {0, 5, -0.125f}, {4, 1, 0}, {1, 2, 0.75f}
  };

  private static CalibrationKey key() {
    Digest d = Digest.of(new byte[] {1});
    return new CalibrationKey(d, d, d);
  }

  /** A linear layer whose input the observer sees. */
  private static GraphModule prepared(int rank) {
    Graph graph = new Graph();
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    model.setChild("linear", new Linear(3, 3));
    graph.output(graph.callModule("linear", graph.placeholder("x")));
    ObserverSpec spec = ChannelObserver.SPEC.with("rank", rank);
    return QuantizeFx.prepare(
        model,
        DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS)
            .map(q -> q.withActivation(spec)));
  }

  /** The states of samples [from, to), as an executor makes them. */
  private static CalibrationState observe(Engine engine, int from, int to) {
    List<TensorSpec> inputs = List.of(new TensorSpec("x", DType.FLOAT32, Shape.of(BATCH, 3)));
    CalibrationState state = new CalibrationState(KEY);
    try (Session session = engine.compile(prepared(0), inputs);
        ExecutionContext context = session.newContext()) {
      for (int at = from; at < to; at += BATCH) {
        float[] rows = new float[BATCH * 3];
        java.util.Arrays.fill(rows, 1e9f); // padding that would be seen
        int valid = Math.min(BATCH, to - at);
        for (int i = 0; i < valid; i++) {
          System.arraycopy(SAMPLES[at + i], 0, rows, 3 * i, 3);
        }
        context.run(List.of(Tensor.of(rows, BATCH, 3)), valid);
      }
      context.drainStatistics().forEach(state::add);
    }
    state.addNumerics(engine.numerics());
    state.addSamples(new SampleCounts(to - from, 0, 0));
    return state;
  }

  /** Shared with the native engine's tests: the whole way on one engine. */
  public static void assertGoesAllTheWay(Engine engine) {
    CalibrationState whole = observe(engine, 0, 6);
    assertThat(whole.statistics(ChannelExtrema.KIND).get(INPUT).channels())
        .isEqualTo(
            Map.of(
                0, new ValueRange(-3, 4),
                1, new ValueRange(-10, 30),
                2, new ValueRange(-0.125f, 0.75f)));
    assertThat(whole.statistics(TensorStatistics.KIND)).isEmpty();

    byte[] bytes = whole.toBytes();
    for (int split : new int[] {0, 1, 4, 5}) {
      CalibrationState late = throughBytes(observe(engine, split, 6));
      late.merge(throughBytes(observe(engine, 0, split)));
      assertThat(late.toBytes()).as("split at %d", split).isEqualTo(bytes);
    }

    for (int rank = 0; rank < 3; rank++) {
      GraphModule calibrated = prepared(rank);
      MergeableObserver.feed(calibrated, throughBytes(whole).statistics(ChannelExtrema.KIND));
      ChannelObserver observer = (ChannelObserver) calibrated.module(INPUT);
      float width = List.of(40f, 7f, 0.875f).get(rank);
      assertThat(observer.calculateQParams().scale(0)).isEqualTo(width / 255);
      GraphModule int8 = QuantizeFx.convert(calibrated);
      assertThat(int8.buffers().values())
          .anySatisfy(t -> assertThat(t.doubleAt(0)).isEqualTo(width / 255));
    }
  }

  private static CalibrationState throughBytes(CalibrationState state) {
    CalibrationState read = CalibrationState.fromBytes("own", state.toBytes());
    assertThat(read).isEqualTo(state);
    return read;
  }

  @Test
  void theReferenceEngineGathersIt() {
    assertGoesAllTheWay(new ReferenceEngine());
  }

  @Test
  void whatIsReadAfterCalibrationIsNoPartOfWhatIsCollected() {
    ObserverSpec spec = ChannelObserver.SPEC.with("reduce_range", true);
    assertThat(spec.with("rank", 2).collecting()).isEqualTo(spec);
    assertThat(spec.isOctants()).isTrue();
    assertThat(ObserverSpec.of(ObserverSpec.TORCH + "MinMaxObserver").isOctants()).isFalse();
  }

  @Test
  void statisticsOfAnotherKindAreRefused() {
    assertThatThrownBy(
            () -> MergeableObserver.feed(prepared(0), Map.of(INPUT, new TensorStatistics())))
        .isInstanceOf(ObserverException.class)
        .hasMessage(
            "Cannot feed statistics to observer activation_post_process_0: tensors, expected"
                + " test.channel-extrema");
  }

  /** The bytes of version 3, which stay. */
  @Test
  void aStateOfAKnownKindHasKnownBytes() {
    CalibrationState state = new CalibrationState(KEY);
    state.add("a", ChannelExtrema.of(Tensor.of(new float[] {1, -2}, 1, 2)));
    String hex = HexFormat.of().formatHex(state.toBytes());
    assertThat(hex).startsWith("4f435443414c53540300" + KEY.model().hex());
    String kind = HexFormat.of().formatHex("test.channel-extrema".getBytes(UTF_8));
    assertThat(hex)
        .contains(
            "00"
                + "000000"
                + "000000" // numerics, samples, Octant's own sections
                + ("01" + "14" + kind + "01") // one kind, its name, one entry
                + ("01" + "61" + "13") // path, length
                + ("02" + "00" + "0000803f0000803f" + "01" + "000000c0000000c0"));
    assertThat(CalibrationState.fromBytes("own", state.toBytes())).isEqualTo(state);
  }

  /** A state of version 3 that ends in what a test writes. */
  private static void assertRefused(String complaint, Consumer<ByteSink> others) {
    byte[] bytes =
        new Envelope("calibration state", "OCTCALST", 3)
            .seal(
                out -> {
                  out.raw(new byte[3 * Digest.BYTES]);
                  for (int i = 0; i < 7; i++) {
                    out.varint(0);
                  }
                  others.accept(out);
                });
    assertThatThrownBy(() -> CalibrationState.fromBytes("s.octcal", bytes))
        .isInstanceOf(OctantException.class)
        .hasMessageStartingWith("Cannot read calibration state s.octcal")
        .hasMessageContaining(complaint);
  }

  private static void entry(ByteSink out, String kind, byte... block) {
    out.text(kind);
    out.varint(1);
    out.text("a");
    out.block(block);
  }

  @Test
  void otherFormsAreRefused() {
    String kind = ChannelExtrema.KIND.name();
    assertRefused("no further kinds of statistics", out -> out.varint(0));
    assertRefused(
        "statistics of kind nobody's, expected one of [test.channel-extrema]",
        out -> {
          out.varint(1);
          entry(out, "nobody's");
        });
    assertRefused(
        "statistics of a: corrupt at byte 1: 1 bytes left over",
        out -> {
          out.varint(1);
          entry(out, kind, (byte) 0, (byte) 0);
        });
    assertRefused(
        "kind test.channel-extrema without entries",
        out -> {
          out.varint(1);
          out.text(kind);
          out.varint(0);
        });
    byte[] twice = new byte[1 + 2 * 9];
    twice[0] = 2;
    assertRefused(
        "expected it in the bytes that it is written as",
        out -> {
          out.varint(1);
          entry(out, kind, twice);
        });
  }
}
