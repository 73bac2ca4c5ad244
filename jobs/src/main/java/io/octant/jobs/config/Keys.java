package io.octant.jobs.config;

import static io.octant.jobs.config.Key.optional;
import static io.octant.jobs.config.Key.required;
import static io.octant.jobs.config.Key.withDefault;

import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.data.Damaged;
import io.octant.pipeline.data.DataFormats;
import io.octant.pipeline.data.HoldOut;
import io.octant.pipeline.data.NonFinite;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The table of all keys of a quantization job, in the order in which the documentation lists them.
 */
public final class Keys {

  /** Everything below this key goes to Spark as it is. */
  public static final String SPARK = "spark";

  private static final String PARQUET = "parquet";

  private static final String FORMATS =
      String.join(", ", DataFormats.names()) + ", or another that spark.read has, as a table";

  static final Key<String> MODEL_PATH =
      required("model.path", Kind.path(), "The ONNX model in 32-bit floating point.");

  static final Key<Map<String, Integer>> MODEL_AXES =
      withDefault(
          "model.axes",
          Kind.entries(Kind.wholeNumber(1)),
          Map.of(),
          "Sizes of symbolic axes other than the batch, by name as in { sequence = 64 } or by input"
              + " and position as in { \"input_ids:1\" = 64 }.");

  static final Key<Map<String, InputConfig>> MODEL_INPUTS =
      withDefault(
          "model.inputs",
          Kind.entries(Kind.input()),
          Map.of(),
          "Inputs that are no batch along their first axis, by name: { sr = { value = 16000 } } is"
              + " the same for all samples and reads no column, { state = { batchAxis = 1 } } has"
              + " its samples elsewhere, batchAxis = none takes a sample as a whole (data.batch = 1"
              + " then).");

  static final Key<Integer> DATA_BATCH =
      withDefault(
          "data.batch",
          Kind.wholeNumber(1),
          32,
          "Samples of one forward pass; a model that fixes its batch runs with that.");
  static final Key<Integer> DATA_PARTITIONS =
      optional(
          "data.partitions",
          Kind.wholeNumber(1),
          "Tasks that read the data, without a shuffle; without it, as many as Spark would make.");

  static final Key<NonFinite> DATA_NON_FINITE =
      withDefault(
          "data.nonFinite",
          Kind.choice(NonFinite.class),
          NonFinite.REFUSE,
          "What to do about NaN and infinities in the data: fail, or leave them out and count"
              + " them.");

  static final Key<Damaged> DATA_DAMAGED =
      withDefault(
          "data.damaged",
          Kind.choice(Damaged.class),
          Damaged.REFUSE,
          "What to do about files that are found damaged before anything is read, and rows that"
              + " hold no sample: fail, or leave them out and name them.");

  static final Key<String> CALIBRATION_PATH =
      optional(
          "data.calibration.path",
          Kind.path(),
          "File or folder with calibration data; this or data.calibration.table.");
  static final Key<String> CALIBRATION_TABLE =
      optional(
          "data.calibration.table",
          Kind.text(),
          "Table with calibration data, by the name that the Spark session has for it.");
  static final Key<String> CALIBRATION_FORMAT =
      withDefault("data.calibration.format", Kind.text(), PARQUET, "Its format: " + FORMATS + ".");
  static final Key<Map<String, String>> CALIBRATION_OPTIONS =
      withDefault(
          "data.calibration.options",
          Kind.entries(Kind.text()),
          Map.of(),
          "Options of a format that Spark reads, as in { header = true }.");
  static final Key<Map<String, ColumnConfig>> CALIBRATION_COLUMNS =
      withDefault(
          "data.calibration.columns",
          Kind.entries(Kind.column()),
          Map.of(),
          "Column of each model input, as in { input = image } or { input = { column = image, type"
              + " = uint8, scale = 0.00392, offset = 0 } }; without it, the column named as the"
              + " input.");
  static final Key<Integer> CALIBRATION_LIMIT =
      optional(
          "data.calibration.limit",
          Kind.wholeNumber(1),
          "Reads only so many samples, the first ones of the files in the order of their names.");
  static final Key<String> CALIBRATION_FILTER =
      optional(
          "data.calibration.filter",
          Kind.text(),
          "Condition in Spark's SQL on the columns of the files; rows of which it is not true are"
              + " left out and counted.");
  static final Key<Double> CALIBRATION_SAMPLE_FRACTION =
      optional(
          "data.calibration.sample.fraction",
          Kind.number(0, 1),
          "Share of the rows to use, chosen by a hash of each, the same in every run.");
  static final Key<Integer> CALIBRATION_SAMPLE_SEED =
      withDefault(
          "data.calibration.sample.seed",
          Kind.wholeNumber(0),
          0,
          "Another seed chooses other rows.");
  static final Key<String> CALIBRATION_SAMPLE_KEY =
      optional(
          "data.calibration.sample.key",
          Kind.text(),
          "Column whose value is hashed, so that its rows stay together; without it, the place of a"
              + " row.");

  static final Key<String> EVALUATION_PATH =
      optional(
          "data.evaluation.path",
          Kind.path(),
          "File or folder with evaluation data; without it, nothing is validated.");
  static final Key<String> EVALUATION_TABLE =
      optional(
          "data.evaluation.table", Kind.text(), "Table with evaluation data, instead of a path.");
  static final Key<String> EVALUATION_FORMAT =
      withDefault(
          "data.evaluation.format", Kind.text(), PARQUET, "Its format, as for calibration.");
  static final Key<Map<String, String>> EVALUATION_OPTIONS =
      withDefault(
          "data.evaluation.options",
          Kind.entries(Kind.text()),
          Map.of(),
          "Options of a format that Spark reads.");
  static final Key<Map<String, ColumnConfig>> EVALUATION_COLUMNS =
      optional(
          "data.evaluation.columns",
          Kind.entries(Kind.column()),
          "Column of each model input; without it, as data.calibration.columns.");
  static final Key<String> EVALUATION_LABEL =
      optional(
          "data.evaluation.label",
          Kind.text(),
          "Column of the class label; without it, no accuracy is measured.");
  static final Key<Integer> EVALUATION_LIMIT =
      optional(
          "data.evaluation.limit",
          Kind.wholeNumber(1),
          "Reads only so many samples, the first ones of the files in the order of their names.");
  static final Key<String> EVALUATION_FILTER =
      optional(
          "data.evaluation.filter",
          Kind.text(),
          "Condition in Spark's SQL on the columns of the files; rows of which it is not true are"
              + " left out and counted.");
  static final Key<Double> EVALUATION_SAMPLE_FRACTION =
      optional(
          "data.evaluation.sample.fraction",
          Kind.number(0, 1),
          "Share of the rows to use, chosen by a hash of each, the same in every run.");
  static final Key<Integer> EVALUATION_SAMPLE_SEED =
      withDefault(
          "data.evaluation.sample.seed",
          Kind.wholeNumber(0),
          0,
          "Another seed chooses other rows.");
  static final Key<String> EVALUATION_SAMPLE_KEY =
      optional(
          "data.evaluation.sample.key",
          Kind.text(),
          "Column whose value is hashed, so that its rows stay together; without it, the place of a"
              + " row.");

  static final Key<Double> EVALUATION_SPLIT_FRACTION =
      optional(
          "data.evaluation.split.fraction",
          Kind.number(0, 1),
          "Share of the rows, of those that filter and sample keep, that is held out: a sweep"
              + " chooses on the others, and runs its winner on these.");
  static final Key<Integer> EVALUATION_SPLIT_SEED =
      withDefault(
          "data.evaluation.split.seed",
          Kind.wholeNumber(0),
          0,
          "Another seed holds out other rows.");
  static final Key<String> EVALUATION_SPLIT_KEY =
      optional(
          "data.evaluation.split.key",
          Kind.text(),
          "Column whose value is hashed, so that its rows stay together; without it, the place of a"
              + " row.");
  static final Key<HoldOut.Part> EVALUATION_SPLIT_PART =
      withDefault(
          "data.evaluation.split.part",
          Kind.choice(HoldOut.Part.class),
          HoldOut.Part.SELECTION,
          "Which of the two is read by other commands than sweep: what choices are made on, or what"
              + " is held out.");

  static final Key<String> CALIBRATION_STATES =
      optional(
          "calibration.states",
          Kind.path(),
          "Folder, shared by executors and runs, that keeps the calibration state of each split of"
              + " the data: a run computes only those that are not there.");

  static final Key<Backend> BACKEND =
      withDefault(
          "quantization.backend",
          Kind.choice(Backend.class),
          Backend.X86,
          "Backend whose patterns, data types and observers apply.");
  static final Key<Method> METHOD =
      withDefault(
          "quantization.method",
          Kind.choice(Method.class),
          Method.byDefault(),
          "How the range of an activation follows from its histogram.");
  static final Key<Double> PERCENTILE =
      withDefault(
          "quantization.percentile",
          Kind.number(51, 100),
          99.99,
          "Share of values inside the range, for method percentile.");
  static final Key<Integer> ACTIVATION_BITS =
      withDefault(
          "quantization.activationBits",
          Kind.wholeNumber(7, 8),
          8,
          "Bits of an activation on x86 and fbgemm; 7 keeps the sums of CPUs without VNNI from"
              + " overflowing, as PyTorch does.");
  static final Key<Integer> WEIGHT_BITS =
      withDefault(
          "quantization.weightBits",
          Kind.wholeNumber(2, 8),
          8,
          "Bits of a weight, which is stored in 8 all the same; below 8 it usually takes training"
              + " to keep the accuracy.");
  static final Key<List<QConfigOverride>> OVERRIDES =
      withDefault(
          "quantization.overrides",
          Kind.list(QConfigOverride.DESCRIPTION, QConfigOverride::read),
          List.of(),
          "Exceptions from the backend's configuration; qconfig = null keeps a node in float.");

  static final Key<String> VALIDATION_OUTPUT =
      optional(
          "validation.output",
          Kind.text(),
          "Output of the model that labels and limits are about; without it, the first with a score"
              + " for each class.");
  static final Key<Double> MIN_ACCURACY =
      optional(
          "validation.minAccuracy",
          Kind.number(0, 1),
          "Least accuracy of the int8 model, a fraction.");
  static final Key<Double> MAX_ACCURACY_DROP =
      optional(
          "validation.maxAccuracyDrop",
          Kind.number(0, 1),
          "Largest loss of accuracy from float to int8, a fraction.");
  static final Key<Double> MIN_AGREEMENT =
      optional(
          "validation.minAgreement",
          Kind.number(0, 1),
          "Least share of samples on which float and int8 name the same class.");
  static final Key<Double> MIN_SQNR_DB =
      optional(
          "validation.minSqnrDb",
          Kind.number(-100, 200),
          "Least signal to quantization noise ratio of the output, in decibels.");
  static final Key<Double> MIN_COSINE =
      optional(
          "validation.minCosine",
          Kind.number(-1, 1),
          "Least mean cosine similarity of the output to that of the float model, such as that of"
              + " embeddings.");

  static final Key<Integer> VALIDATION_LAYERS =
      withDefault(
          "validation.layers",
          Kind.wholeNumber(0),
          QuantizationSpec.Validation.LAYER_SAMPLES,
          "Evaluation samples, the first ones, on which float and int8 are compared along the"
              + " network for result.json; 0 compares outputs only.");

  static final Key<String> EXECUTION_ISA =
      withDefault(
          "execution.isa",
          Kind.oneOf(ExecutionConfig.isaNames()),
          ExecutionConfig.AUTO,
          "Instruction set that every executor must have and runs on, so that float sums agree"
              + " between different CPUs; auto leaves each executor its own.");
  static final Key<ExecutionConfig.Mixed> EXECUTION_MIXED =
      withDefault(
          "execution.mixedNumerics",
          Kind.choice(ExecutionConfig.Mixed.class),
          ExecutionConfig.Mixed.REFUSE,
          "Executors whose float sums differ: refuse to calibrate on them, or accept them and"
              + " report the result as mixed.");

  static final Key<String> OUTPUT_PATH =
      required("output.path", Kind.path(), "Folder for the results; made by the job.");
  static final Key<Boolean> OUTPUT_OVERWRITE =
      withDefault(
          "output.overwrite", Kind.flag(), false, "Replaces results that are there; --overwrite.");

  static final Key<String> OUTPUT_CURRENT =
      optional(
          "output.current",
          Kind.path(),
          "Place of promote: the report says how far values have moved from those behind what is"
              + " current there.");

  private static final List<Key<?>> QUANTIZATION =
      List.of(
          MODEL_PATH,
          MODEL_AXES,
          MODEL_INPUTS,
          DATA_BATCH,
          DATA_PARTITIONS,
          DATA_NON_FINITE,
          DATA_DAMAGED,
          CALIBRATION_PATH,
          CALIBRATION_TABLE,
          CALIBRATION_FORMAT,
          CALIBRATION_OPTIONS,
          CALIBRATION_COLUMNS,
          CALIBRATION_LIMIT,
          CALIBRATION_FILTER,
          CALIBRATION_SAMPLE_FRACTION,
          CALIBRATION_SAMPLE_SEED,
          CALIBRATION_SAMPLE_KEY,
          EVALUATION_PATH,
          EVALUATION_TABLE,
          EVALUATION_FORMAT,
          EVALUATION_OPTIONS,
          EVALUATION_COLUMNS,
          EVALUATION_LABEL,
          EVALUATION_LIMIT,
          EVALUATION_FILTER,
          EVALUATION_SAMPLE_FRACTION,
          EVALUATION_SAMPLE_SEED,
          EVALUATION_SAMPLE_KEY,
          EVALUATION_SPLIT_FRACTION,
          EVALUATION_SPLIT_SEED,
          EVALUATION_SPLIT_KEY,
          EVALUATION_SPLIT_PART,
          CALIBRATION_STATES,
          BACKEND,
          METHOD,
          PERCENTILE,
          ACTIVATION_BITS,
          WEIGHT_BITS,
          OVERRIDES,
          VALIDATION_OUTPUT,
          MIN_ACCURACY,
          MAX_ACCURACY_DROP,
          MIN_AGREEMENT,
          MIN_SQNR_DB,
          MIN_COSINE,
          VALIDATION_LAYERS,
          EXECUTION_ISA,
          EXECUTION_MIXED,
          OUTPUT_PATH,
          OUTPUT_OVERWRITE,
          OUTPUT_CURRENT);

  private static final List<Key<?>> ALL = joined();

  private Keys() {}

  private static List<Key<?>> joined() {
    List<Key<?>> all = new ArrayList<>(QUANTIZATION);
    all.addAll(TrainingKeys.ALL);
    all.addAll(SweepKeys.ALL);
    return List.copyOf(all);
  }

  /** Every key but those below {@link #SPARK}. */
  public static List<Key<?>> all() {
    return ALL;
  }
}
