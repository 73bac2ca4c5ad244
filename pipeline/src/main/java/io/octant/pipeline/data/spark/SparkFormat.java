package io.octant.pipeline.data.spark;

import io.octant.NearestNames;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.DataFormat;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.FileWaves;
import io.octant.pipeline.data.HadoopProperties;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import io.octant.pipeline.data.splits.FileBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.csv.CSVOptions;
import org.apache.spark.sql.catalyst.json.JSONOptions;
import org.apache.spark.sql.execution.datasources.FileIndexOptions;
import org.apache.spark.sql.execution.datasources.orc.OrcOptions;
import org.apache.spark.sql.execution.datasources.text.TextOptions;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A format of files that Spark reads, with Spark's options. A record that is not as the columns say
 * is an error, unless the option {@code mode} has it permissive: its values are null then, and
 * refused as such.
 *
 * <p>Looking through files reads them, as nothing else tells how many rows they have. A file is
 * read from its start, by every task that reads of it.
 */
public abstract class SparkFormat implements DataFormat {
  private static final List<String> COMPRESSIONS =
      List.of("", ".gz", ".bz2", ".zst", ".snappy", ".lz4", ".deflate");

  /** What says which files are read, or leaves records out without a word. */
  private static final Set<String> REFUSED =
      Set.of(
          "path",
          "paths",
          "basepath",
          "recursivefilelookup",
          "pathglobfilter",
          "modifiedbefore",
          "modifiedafter",
          "ignorecorruptfiles",
          "ignoremissingfiles");

  private final String name;
  private final List<String> extensions;
  private final Supplier<scala.collection.Set<String>> known;
  private final Map<String, String> options;

  private SparkFormat(
      String name,
      List<String> extensions,
      Supplier<scala.collection.Set<String>> known,
      Map<String, String> options) {
    this.name = name;
    this.extensions = extensions;
    this.known = known;
    this.options = Map.copyOf(options);
  }

  private static List<String> compressed(String... extensions) {
    List<String> all = new ArrayList<>();
    for (String extension : extensions) {
      COMPRESSIONS.forEach(compression -> all.add(extension + compression));
    }
    return List.copyOf(all);
  }

  /** Comma-separated values, with or without a header. */
  public static final class Csv extends SparkFormat {
    /** Without options. */
    public Csv() {
      super("csv", compressed(".csv", ".tsv", ".txt"), CSVOptions::getAllOptions, Map.of());
    }
  }

  /** JSON, an object a line. */
  public static final class Json extends SparkFormat {
    /** Without options. */
    public Json() {
      super("json", compressed(".json", ".jsonl", ".ndjson"), JSONOptions::getAllOptions, Map.of());
    }
  }

  /** ORC. */
  public static final class Orc extends SparkFormat {
    /** Without options. */
    public Orc() {
      super("orc", List.of(".orc"), OrcOptions::getAllOptions, Map.of());
    }
  }

  /** Text, a line a row in the column {@code value}. */
  public static final class Text extends SparkFormat {
    /** Without options. */
    public Text() {
      super("text", compressed(".txt"), TextOptions::getAllOptions, Map.of());
    }
  }

  /** One of them with options. */
  private static final class Optioned extends SparkFormat {
    Optioned(SparkFormat format, Map<String, String> options) {
      super(format.name(), format.extensions(), format.known(), options);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return name.equals("text") ? name : name.toUpperCase(Locale.ROOT);
  }

  @Override
  public List<String> extensions() {
    return extensions;
  }

  @Override
  public Map<String, String> options() {
    return options;
  }

  /** The options that Spark's reader looks at; it takes others without a word. */
  private Supplier<scala.collection.Set<String>> known() {
    return known;
  }

  private void requireKnown(String option) {
    Set<String> names = new TreeSet<>(CollectionConverters.asJava(known.get()));
    names.addAll(CollectionConverters.asJava(FileIndexOptions.getAllOptions()));
    names.removeIf(each -> REFUSED.contains(each.toLowerCase(Locale.ROOT)));
    if (names.stream().noneMatch(option::equalsIgnoreCase)) {
      throw new DataException(
          "Cannot read data of format "
              + name
              + " with option "
              + option
              + ": unknown, expected "
              + NearestNames.list(option, names, 4)
              + " or another of Spark's for "
              + name);
    }
  }

  @Override
  public DataFormat withOptions(Map<String, String> more) {
    HadoopProperties.refuse(name, more.keySet());
    more.forEach(
        (option, value) -> {
          String lower = option.toLowerCase(Locale.ROOT);
          if (REFUSED.contains(lower)) {
            throw new DataException(
                "Cannot read data of format "
                    + name
                    + " with option "
                    + option
                    + ", expected paths and damaged files to be those of the job");
          }
          if (lower.equals("mode") && value.equalsIgnoreCase("DROPMALFORMED")) {
            throw new DataException(
                "Cannot read data of format "
                    + name
                    + " with option "
                    + option
                    + " = "
                    + value
                    + ", expected FAILFAST or PERMISSIVE, as rows are not left out uncounted");
          }
          requireKnown(option);
        });
    return new Optioned(this, more);
  }

  @Override
  public Table look(SparkSession spark, FileListing listing, TableRequest request) {
    List<DataFile> named = listing.files().stream().filter(DataFile::isNamedAsData).toList();
    long other = listing.files().size() - named.size();
    if (named.isEmpty()) {
      return new SparkTable.None(other);
    }
    SparkFiles files = SparkFiles.of(spark, this, listing.base(), named, request.columns());
    FileListing ours = new FileListing(listing.roots(), listing.base(), named, listing.skipped());
    FileWaves<RowCount.Found> waves =
        new FileWaves<>(spark, ours, request, new RowCount(files.reader()));
    List<FileBlocks> found = new ArrayList<>();
    long left = request.limit().orElse(Long.MAX_VALUE);
    while (left > 0 && waves.hasNext()) {
      RowCount.Found file = waves.next();
      if (!file.fault().isEmpty()) {
        request.damaged().found(file.uri(), file.fault(), "a readable " + title() + " file");
      } else {
        found.add(FileBlocks.whole(file.uri(), file.length(), file.rows()));
        left -= file.rows();
      }
    }
    return new SparkTable(spark, files, found, other);
  }
}
