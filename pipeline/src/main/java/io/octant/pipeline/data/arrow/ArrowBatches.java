package io.octant.pipeline.data.arrow;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.splits.Block;
import io.octant.pipeline.data.splits.Piece;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a file from the one on in which a piece begins; of a stream, from the first on.
 */
final class ArrowBatches implements AutoCloseable {
  private final Path path;
  private final BufferAllocator memory = new RootAllocator();
  private final ArrowReader reader;
  private final List<ValueVector> decoded = new ArrayList<>();
  private int next;
  private long end;
  private int rows;
  private boolean isClosed;

  /** Whether Arrow has failed in a batch, and keeps memory that it took for it. */
  private boolean hasFailed;

  ArrowBatches(FSDataInputStream in, Path path, ArrowFile file, Piece piece) {
    this.path = path;
    this.reader =
        file.kind() == ArrowFile.Kind.FILE
            ? new ArrowFileReader(
                new HadoopChannel(in, file.file().length()),
                memory,
                CommonsCompressionFactory.INSTANCE)
            : new ArrowStreamReader(in, memory, CommonsCompressionFactory.INSTANCE);
    for (Block block : file.blocks()) {
      if (block.start() < piece.start()) {
        next++;
        end += block.rows();
      }
    }
  }

  /** Index in the file of the first row of the batch. */
  long start() {
    return end - rows;
  }

  /** Index in the file behind the last row of the batch. */
  long end() {
    return end;
  }

  Path path() {
    return path;
  }

  /** Loads the next batch in place of the last. */
  void load() {
    release();
    rows =
        guarded(
            () -> {
              if (!isLoaded()) {
                throw new DataException(
                    "Cannot read data: " + path + ": changed after it was looked at");
              }
              return reader.getVectorSchemaRoot().getRowCount();
            });
    end += rows;
  }

  private boolean isLoaded() throws IOException {
    if (reader instanceof ArrowFileReader file) {
      return file.loadRecordBatch(file.getRecordBlocks().get(next++));
    }
    return reader.loadNextBatch();
  }

  /** A column of the batch, with the values that a dictionary has for it. */
  @Nullable FieldVector column(String name) {
    return guarded(
        () -> {
          FieldVector vector = reader.getVectorSchemaRoot().getVector(name);
          if (vector == null || vector.getField().getDictionary() == null) {
            return vector;
          }
          ValueVector values =
              DictionaryEncoder.decode(
                  vector, reader.lookup(vector.getField().getDictionary().getId()));
          decoded.add(values);
          return (FieldVector) values;
        });
  }

  /** Does something that damage may let fail, in whatever way. */
  private <T extends @Nullable Object> T guarded(Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException | RuntimeException e) {
      hasFailed = true;
      throw ArrowRows.fault(path, e);
    } catch (OutOfMemoryError e) {
      hasFailed = true;
      throw ArrowRows.tooLarge(path, e);
    }
  }

  /** What Arrow does with bytes. */
  private interface Reading<T extends @Nullable Object> {
    T read() throws IOException;
  }

  private void release() {
    decoded.forEach(ValueVector::close);
    decoded.clear();
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    release();
    try {
      reader.close();
    } catch (IOException e) {
      throw ArrowRows.fault(path, e);
    } finally {
      // Of a batch that it could not read Arrow keeps memory, which its allocator would complain
      // of.
      if (!hasFailed || memory.getAllocatedMemory() == 0) {
        memory.close();
      }
    }
  }
}
