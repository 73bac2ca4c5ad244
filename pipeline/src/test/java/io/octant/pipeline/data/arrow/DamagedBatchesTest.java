package io.octant.pipeline.data.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.splits.Piece;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every byte of a small file is another one; formats of Arrow have no checksums that would tell.
 */
class DamagedBatchesTest {
  private static final int[] FLIPS = {0x40, 1, 0xFF};

  @TempDir java.nio.file.Path dir;

  @ParameterizedTest
  @ValueSource(
      strings = {"list.arrow", "fixed.arrow", "bytes.arrow", "zstd.arrow", "stream.arrows"})
  void endInAMessageOfData(String name) throws Exception {
    URL original =
        DamagedBatchesTest.class.getResource("/io/octant/pipeline/data/cases/arrow/" + name);
    byte[] whole = Files.readAllBytes(java.nio.file.Path.of(original.toURI()));
    java.nio.file.Path file = dir.resolve(name);
    Files.write(file, whole);
    rows(file);
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      int flip = FLIPS[at % FLIPS.length];
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) flip;
      Files.write(file, damaged);
      try {
        rows(file);
      } catch (DataException e) {
        refused++;
      } catch (Exception | Error e) {
        throw new AssertionError("byte " + at + ", flipped " + flip, e);
      }
    }
    assertThat(refused).isBetween(1, whole.length - 1);
  }

  private static void rows(java.nio.file.Path local) throws IOException {
    FileSystem fs = FileSystem.getLocal(new Configuration(false)).getRawFileSystem();
    Path path = new Path(local.toUri());
    DataFile data = new DataFile(local.toUri().toString(), Files.size(local), "", true);
    ArrowFile file = ArrowFile.look(fs, data);
    if (file.kind() != ArrowFile.Kind.FILE && file.kind() != ArrowFile.Kind.STREAM) {
      throw new DataException(file.fault());
    }
    long rows = file.blocks().stream().mapToLong(block -> block.rows()).sum();
    Piece piece = new Piece(data.uri(), 0, data.length(), 0, Math.min(rows, 100), Piece.Extent.CUT);
    try (ArrowBatches batches = new ArrowBatches(fs.open(path), path, file, piece)) {
      ArrowIterator all =
          new ArrowIterator(batches, piece, file.columns(), Set.of(file.columns().fieldNames()));
      while (all.hasNext()) {
        InternalRow row = all.next();
        assertThat(row.numFields()).isEqualTo(file.columns().size() + 2);
      }
    } catch (IOException | RuntimeException e) {
      throw ArrowRows.fault(path, e);
    }
  }
}
