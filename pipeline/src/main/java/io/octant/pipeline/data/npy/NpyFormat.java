package io.octant.pipeline.data.npy;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.DataFormat;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.FileWaves;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import io.octant.pipeline.data.splits.Block;
import io.octant.pipeline.data.splits.FileBlocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * NumPy arrays, one in a file, as the column {@code array} of flat lists. Whether a file holds one
 * sample or many along its first axis follows from its shape and that of the model input that is
 * bound to the column ({@link NpyLayout}). All files have elements of one type.
 */
public final class NpyFormat implements DataFormat {
  private static final long BLOCK_BYTES = 32L << 20;

  /** Files, directories or globs. */
  public static FileSource source(String... paths) {
    return FileSource.of(new NpyFormat(), List.of(paths));
  }

  @Override
  public String name() {
    return "npy";
  }

  @Override
  public String title() {
    return "NumPy";
  }

  @Override
  public List<String> extensions() {
    return List.of(".npy");
  }

  @Override
  public Optional<StructType> columns(FileSystem fs, DataFile file) throws IOException {
    NpyHeader header = NpyFile.look(fs, file).header();
    return Optional.ofNullable(header)
        .map(of -> DataTypes.createArrayType(of.type().spark(), false))
        .map(elements -> new StructType().add(NpyTable.ARRAY, elements));
  }

  @Override
  public Table look(SparkSession spark, FileListing listing, TableRequest request) {
    SampleField field = field(request);
    FileWaves<NpyFile> waves = new FileWaves<>(spark, listing, request, NpyFile::look);
    List<FileBlocks> files = new ArrayList<>();
    NpyFile first = null;
    NpyType type = NpyType.F4;
    long other = 0;
    long left = request.limit().orElse(Long.MAX_VALUE);
    while (left > 0 && waves.hasNext()) {
      NpyFile file = waves.next();
      NpyHeader header = file.header();
      if (!file.fault().isEmpty()) {
        request.damaged().found(file.file(), file.fault(), "a readable NumPy array");
        continue;
      } else if (header == null) {
        other++;
        continue;
      }
      if (first == null) {
        first = file;
        type = header.type();
      } else if (header.type() != type) {
        throw fault(
            file.file(),
            "elements of type " + header.type(),
            type + " as in " + DataFile.readable(first.file().uri()));
      }
      NpyLayout layout =
          NpyLayout.of(header.shape(), field)
              .orElseThrow(
                  () ->
                      fault(
                          file.file(),
                          "an array of shape " + header.shape(),
                          "that of " + field + ", or an axis of samples before it"));
      files.add(new FileBlocks(file.file().uri(), blocks(file.file(), header, layout)));
      left -= layout.samples();
    }
    return new NpyTable(spark, files, other, field, type);
  }

  /** The input that the column is for; others that are bound to it have as many elements. */
  private static SampleField field(TableRequest request) {
    List<SampleField> bound = new ArrayList<>();
    for (int i = 0; i < request.inputs().size(); i++) {
      if (request.columns().get(i).equals(NpyTable.ARRAY)) {
        bound.add(request.inputs().get(i));
      }
    }
    // Without one, the missing column is reported as for every format.
    return bound.isEmpty() ? request.inputs().get(0) : bound.get(0);
  }

  /** Of an array in Fortran's order the whole is one block. */
  private static List<Block> blocks(DataFile file, NpyHeader header, NpyLayout layout) {
    long bytes = Math.max(1, (long) layout.numel() * header.type().bytes());
    long each =
        header.order() == NpyHeader.Order.FORTRAN
            ? Long.MAX_VALUE
            : Math.max(1, BLOCK_BYTES / bytes);
    List<Block> out = new ArrayList<>();
    long start = 0;
    for (long row = 0; row == 0 || row < layout.samples(); ) {
      long rows = Math.min(each, layout.samples() - row);
      row += rows;
      long end = row >= layout.samples() ? file.length() : header.start() + row * bytes;
      out.add(new Block(start, end - start, rows));
      start = end;
      if (rows == 0) {
        break;
      }
    }
    return out;
  }

  private static DataException fault(DataFile file, String found, String expected) {
    return new DataException(
        "Cannot read data: "
            + DataFile.readable(file.uri())
            + ": "
            + found
            + ", expected "
            + expected);
  }
}
