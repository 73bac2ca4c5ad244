package io.octant.pipeline.data;

import io.octant.pipeline.data.splits.PlannedRows;
import io.octant.pipeline.data.splits.SplitFile;
import io.octant.pipeline.data.splits.SplitPlan;
import io.octant.pipeline.data.splits.TaskPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Files of one {@link DataFormat} on any Hadoop file system. A model input is one column; a sample
 * is one row. Immutable: the {@code with…} methods return another source.
 *
 * <ul>
 *   <li>List columns hold the elements of one sample, row-major in one list, or in lists of lists
 *       as the input's shape has them, with or without its axes of size 1. Binary columns hold the
 *       elements as little-endian bytes. Elements convert as {@link ElementCopy} and {@link
 *       ColumnBinding} say; integers that do not fit are refused.
 *   <li>A limit takes the first rows in the order of file path and row index: the same rows in
 *       every run, however the files are split.
 *   <li>Splits are {@link SplitPlan}'s. A partition count says how many tasks read them, by {@link
 *       TaskPlan}; without one it is as many as Spark would make of so many bytes.
 * </ul>
 */
public final class FileSource implements DataSource {
  private final DataFormat format;
  private final List<String> paths;
  private final Map<String, ColumnBinding> columns;
  private final Optional<String> label;
  private final OptionalLong limit;
  private final Selection selection;
  private final OptionalInt partitions;
  private final Damaged damaged;
  private final String once = UUID.randomUUID().toString();

  private FileSource(
      DataFormat format,
      List<String> paths,
      Map<String, ColumnBinding> columns,
      Optional<String> label,
      OptionalLong limit,
      Selection selection,
      OptionalInt partitions,
      Damaged damaged) {
    this.format = format;
    this.paths = List.copyOf(paths);
    this.columns = Map.copyOf(columns);
    this.label = label;
    this.limit = limit;
    this.selection = selection;
    this.partitions = partitions;
    this.damaged = damaged;
  }

  /** Files, directories or globs of one schema. */
  public static FileSource of(DataFormat format, List<String> paths) {
    if (paths.isEmpty()) {
      throw new DataException(
          "Cannot read " + format.title() + " data: no path, expected at least one");
    }
    return new FileSource(
        format,
        paths,
        Map.of(),
        Optional.empty(),
        OptionalLong.empty(),
        Selection.ALL,
        OptionalInt.empty(),
        Damaged.REFUSE);
  }

  /** Binds a model input to a column; without, it takes the column of its own name. */
  public FileSource withColumn(String input, String column) {
    return withColumn(input, ColumnBinding.of(column));
  }

  /** Binds a model input to a column whose values are converted. */
  public FileSource withColumn(String input, ColumnBinding column) {
    Map<String, ColumnBinding> more = new LinkedHashMap<>(columns);
    more.put(input, column);
    return new FileSource(format, paths, more, label, limit, selection, partitions, damaged);
  }

  /** Reads class numbers from an integer column. */
  public FileSource withLabel(String column) {
    return new FileSource(
        format, paths, columns, Optional.of(column), limit, selection, partitions, damaged);
  }

  /**
   * Takes only rows of which a condition is true, of those within the limit.
   *
   * @param condition Spark's SQL on the columns of the files, folder columns included
   */
  public FileSource withFilter(String condition) {
    Selection filtered = selection.withFilter(condition);
    return new FileSource(format, paths, columns, label, limit, filtered, partitions, damaged);
  }

  /** Takes only a part of the rows by chance, of those within the limit. */
  public FileSource withSubset(Subset subset) {
    Selection part = selection.withSubset(subset);
    return new FileSource(format, paths, columns, label, limit, part, partitions, damaged);
  }

  /** Takes only one of two parts of what filter and sample keep. */
  public FileSource withHoldOut(HoldOut part) {
    Selection kept = selection.withHoldOut(part);
    return new FileSource(format, paths, columns, label, limit, kept, partitions, damaged);
  }

  /** Takes only the first rows. */
  public FileSource withLimit(long samples) {
    if (samples < 1) {
      throw new DataException(
          "Cannot limit " + description() + ": " + samples + " samples, expected at least 1");
    }
    return new FileSource(
        format, paths, columns, label, OptionalLong.of(samples), selection, partitions, damaged);
  }

  /** Reads in so many tasks. */
  public FileSource withPartitions(int count) {
    if (count < 1) {
      throw new DataException(
          "Cannot partition " + description() + ": " + count + " partitions, expected at least 1");
    }
    return new FileSource(
        format, paths, columns, label, limit, selection, OptionalInt.of(count), damaged);
  }

  /**
   * Says what becomes of files that are damaged, as far as the format looks for them, and of rows
   * that do not fit.
   */
  public FileSource withDamaged(Damaged what) {
    return new FileSource(format, paths, columns, label, limit, selection, partitions, what);
  }

  @Override
  public boolean hasLabels() {
    return label.isPresent();
  }

  @Override
  public String description() {
    return String.join(", ", paths);
  }

  /**
   * Partitions are not part of it: they change no result. Where rows name further files, no two
   * sources are the same.
   */
  @Override
  public String identity(Configuration hadoop) {
    StringBuilder text = new StringBuilder(formatName()).append(' ');
    text.append(new TreeMap<>(columns)).append(' ').append(label).append(' ').append(limit);
    text.append('\n').append(selection);
    if (damaged == Damaged.SKIP) {
      text.append("\ndamaged files and rows left out");
    }
    if (namesFiles()) {
      // They are not looked at before they are read.
      text.append("\nat ").append(once);
    }
    for (DataFile file : list(hadoop).files()) {
      text.append('\n').append(file);
    }
    return text.toString();
  }

  @Override
  public Optional<FileListing> files(Configuration hadoop) {
    return Optional.of(list(hadoop));
  }

  @Override
  public Optional<String> check(Configuration hadoop, List<SampleField> inputs) {
    List<ColumnBinding> bindings = BoundRows.bindings(columns, inputs);
    Optional<DataFile> first =
        list(hadoop).files().stream().filter(DataFile::isNamedAsData).findFirst();
    Optional<StructType> schema = first.flatMap(file -> columns(hadoop, file));
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    String uri = first.orElseThrow().uri();
    TableColumns types = new TableColumns(description(), schema.get());
    Set<String> folders = first.orElseThrow().columnsOfFolders();
    Predicate<String> isOfFolder =
        name -> folders.contains(name) && ColumnPath.in(schema.get(), name).isEmpty();
    for (int i = 0; i < inputs.size(); i++) {
      if (bindings.get(i).columns().stream().noneMatch(isOfFolder)) {
        types.input(bindings.get(i), inputs.get(i));
      }
    }
    label.filter(isOfFolder.negate()).ifPresent(types::label);
    selection.keys().stream()
        .filter(isOfFolder.negate())
        .forEach(key -> types.load(key, "the sample or split"));
    return Optional.of(DataFile.readable(uri));
  }

  /** Those of a file; empty if they cannot be told, whatever is wrong with it. */
  private Optional<StructType> columns(Configuration hadoop, DataFile file) {
    try {
      return format.columns(file.path().getFileSystem(hadoop), file);
    } catch (Exception e) {
      // Spark's are checked and unchecked. The run says what is wrong.
      return Optional.empty();
    }
  }

  @Override
  public Samples<InternalRow> open(SparkSession spark, List<SampleField> inputs) {
    List<ColumnBinding> bindings = BoundRows.bindings(columns, inputs);
    List<String> names = new ArrayList<>(bindings.stream().map(ColumnBinding::column).toList());
    bindings.forEach(b -> names.addAll(b.columns().subList(1, b.columns().size())));
    label.ifPresent(names::add);
    names.addAll(selection.columns(spark, description()));
    FileListing listing = list(ClassicSession.of(spark).sparkContext().hadoopConfiguration());
    DamagedFiles unreadable = new DamagedFiles(damaged);
    Table table = format.look(spark, listing, new TableRequest(names, inputs, limit, unreadable));
    SkippedFiles skipped = listing.skipped().withOtherFormat(table.otherFormat());
    requireFiles(table, skipped, unreadable.faults());
    List<SplitFile> files = files(listing, table);
    SplitPlan plan = SplitPlan.of(files, limit);
    BoundRows bound = bound(spark, table, bindings, inputs, listing.base());
    PlannedRows rows = new PlannedRows(bound.rows(), bound.index(), files, Unchanged.of(spark));
    return new Samples<>(
        rows.read(plan.reads()),
        namesFiles() ? List.of() : plan.splits(),
        namesFiles() ? plan.splits() : List.of(),
        rows.read(TaskPlan.of(plan, taskCount(spark, plan))),
        binding(bindings, inputs, table) + "\n" + selection.meaning(spark, listing.base()),
        bound.decoder(),
        inputs,
        description(),
        new DataFacts(
            table.files().size(),
            plan.rows(),
            skipped,
            unreadable.faults(),
            table.filesWithoutChecksums()));
  }

  private BoundRows bound(
      SparkSession spark,
      Table table,
      List<ColumnBinding> bindings,
      List<SampleField> inputs,
      String base) {
    Optional<PlainRows> plain =
        BoundRows.plainColumns(bindings, label, selection).flatMap(table::plain);
    if (plain.isPresent()) {
      TableColumns types = new TableColumns(description(), plain.get().schema());
      return BoundRows.of(spark, plain.get(), types, bindings, inputs, label, damaged);
    }
    TableRows all = table.rows();
    TableColumns types = new TableColumns(description(), all.rows().schema());
    return BoundRows.of(all, types, bindings, inputs, label, selection, base, damaged);
  }

  private FileListing list(Configuration hadoop) {
    return FileListing.of(hadoop, paths, format.extensions(), format.folders());
  }

  private void requireFiles(Table table, SkippedFiles skipped, List<String> faults) {
    if (table.files().isEmpty()) {
      String other = skipped.inWords(format.title());
      String broken = faults.isEmpty() ? "" : faults.size() + " damaged";
      String lies = other + (other.isEmpty() || broken.isEmpty() ? "" : ", ") + broken;
      throw new DataException(
          "Cannot read data: "
              + description()
              + ": no "
              + format.title()
              + " file in it"
              + (lies.isEmpty() ? "" : " (files left out: " + lies + ")")
              + ", expected at least one");
    }
  }

  /** What the samples of a split are made of besides its rows. */
  private String binding(List<ColumnBinding> bindings, List<SampleField> inputs, Table table) {
    String types = table.types().isEmpty() ? "" : "\ntypes " + table.types();
    String rows = damaged == Damaged.SKIP ? "\ndamaged rows left out" : "";
    return "format " + formatName() + "\ncolumns " + bindings + "\ninputs " + inputs + types + rows;
  }

  private boolean namesFiles() {
    return columns.values().stream().anyMatch(ColumnBinding::readsFiles);
  }

  private String formatName() {
    Map<String, String> options = new TreeMap<>(format.options());
    return format.name() + (options.isEmpty() ? "" : " " + options);
  }

  private static List<SplitFile> files(FileListing listing, Table table) {
    Map<String, DataFile> listed = new HashMap<>();
    listing.files().forEach(file -> listed.put(file.uri(), file));
    return table.files().stream()
        .map(
            content -> {
              DataFile file = Objects.requireNonNull(listed.get(content.uri()), content.uri());
              return new SplitFile(content, file.length(), file.stamp());
            })
        .toList();
  }

  private int taskCount(SparkSession spark, SplitPlan plan) {
    return partitions.orElseGet(
        () -> TaskPlan.count(plan, spark.sparkContext().defaultParallelism()));
  }
}
