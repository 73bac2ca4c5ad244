package io.octant.pipeline.data.arrow;

import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.splits.Block;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.types.StructType;

/**
 * A file as its footer, or the messages of its stream, show it. Bytes are fetched first and parsed
 * afterwards, so that a failure of storage is never taken for a damaged file.
 *
 * @param kind how its batches are found
 * @param fault why it cannot be read, if it is damaged
 * @param columns those that can be read
 * @param blocks of a file one for each batch, of a stream one for all, as it is read from its start
 */
record ArrowFile(DataFile file, Kind kind, String fault, StructType columns, List<Block> blocks)
    implements Serializable {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL = 10;
  private static final int CONTINUATION = -1;
  private static final int MOST_METADATA_BYTES = 1 << 26;
  private static final long MOST_WITHOUT_BYTES = 1 << 20;

  /** How its batches are found. */
  enum Kind {
    FILE,
    STREAM,
    DAMAGED,
    OTHER
  }

  ArrowFile {
    blocks = List.copyOf(blocks);
  }

  /**
   * Looks through a file.
   *
   * @throws IOException if storage fails
   */
  static ArrowFile look(FileSystem fs, DataFile file) throws IOException {
    try (FSDataInputStream in = fs.open(file.path())) {
      byte[] start = bytes(in, file, 0, (int) Math.min(8, file.length()));
      boolean isFile = Arrays.equals(start, 0, Math.min(6, start.length), MAGIC, 0, 6);
      if (isFile) {
        return file(in, file);
      }
      boolean isStream = start.length == 8 && ByteBuffer.wrap(start).getInt() == CONTINUATION;
      if (isStream) {
        return stream(in, file);
      }
      return file.isNamedAsData()
          ? damaged(file, "no Arrow file or stream")
          : new ArrowFile(file, Kind.OTHER, "", new StructType(), List.of());
    } catch (CutShortException e) {
      return damaged(file, "it ends before what it tells of");
    } catch (RuntimeException e) {
      // What Arrow makes of bytes that are no flat buffers.
      return damaged(file, "its metadata is unreadable: " + e);
    }
  }

  private static ArrowFile file(FSDataInputStream in, DataFile file) throws IOException {
    byte[] tail = bytes(in, file, Math.max(0, file.length() - TAIL), TAIL);
    int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
    long begin = file.length() - TAIL - length;
    if (!Arrays.equals(tail, 4, TAIL, MAGIC, 0, 6) || length <= 0 || begin < 8) {
      return damaged(file, "it begins as Arrow but has no footer");
    }
    Footer footer = Footer.getRootAsFooter(buffer(bytes(in, file, begin, length)));
    Schema schema = schema(message(in, file, MAGIC.length + 2));
    // Flat buffers say little about damage; but the schema stands there twice.
    if (!schema.equals(Schema.convertSchema(footer.schema()))) {
      return damaged(file, "its footer has another schema than its beginning");
    }
    List<Block> blocks = new ArrayList<>();
    long start = 0;
    for (int i = 0; i < footer.recordBatchesLength(); i++) {
      org.apache.arrow.flatbuf.Block batch = footer.recordBatches(i);
      long end =
          i == footer.recordBatchesLength() - 1
              ? file.length()
              : batch.offset() + batch.metaDataLength() + batch.bodyLength();
      if (batch.offset() < start || end > file.length() || end <= start) {
        return damaged(file, "batch " + i + " lies beyond its end");
      }
      Message message = message(in, file, batch.offset());
      long rows = rows(message);
      blocks.add(new Block(start, end - start, rows));
      start = end;
    }
    if (blocks.isEmpty()) {
      blocks.add(new Block(0, file.length(), 0));
    }
    return new ArrowFile(file, Kind.FILE, "", ArrowTypes.of(schema), blocks);
  }

  private static ArrowFile stream(FSDataInputStream in, DataFile file) throws IOException {
    Schema schema = null;
    long rows = 0;
    long at = 0;
    while (at < file.length()) {
      ByteBuffer prefix = buffer(bytes(in, file, at, 8));
      prefix.getInt();
      int length = prefix.getInt();
      if (length == 0) {
        if (at + 8 < file.length()) {
          return damaged(file, (file.length() - at - 8) + " bytes behind its end");
        }
        break;
      }
      Message message = message(in, file, at);
      if (message.headerType() == MessageHeader.Schema) {
        schema = schema(message);
      } else if (message.headerType() == MessageHeader.RecordBatch) {
        rows += rows(message);
      }
      long body = message.bodyLength();
      at += 8 + (long) length + body;
      if (body < 0 || at > file.length()) {
        return damaged(file, "it ends within a batch");
      }
    }
    return schema == null
        ? damaged(file, "a stream without a schema")
        : new ArrowFile(
            file,
            Kind.STREAM,
            "",
            ArrowTypes.of(schema),
            List.of(new Block(0, file.length(), rows)));
  }

  /** A message behind its length, with the mark before it that old files do not have. */
  private static Message message(FSDataInputStream in, DataFile file, long at) throws IOException {
    ByteBuffer prefix = buffer(bytes(in, file, at, 8));
    int first = prefix.getInt();
    int length = first == CONTINUATION ? prefix.getInt() : first;
    if (length <= 0 || length > MOST_METADATA_BYTES) {
      throw new IllegalArgumentException("a message of " + length + " bytes");
    }
    return Message.getRootAsMessage(
        buffer(bytes(in, file, at + (first == CONTINUATION ? 8 : 4), length)));
  }

  private static Schema schema(Message message) {
    require(message, MessageHeader.Schema);
    return Schema.convertSchema(
        (org.apache.arrow.flatbuf.Schema) message.header(new org.apache.arrow.flatbuf.Schema()));
  }

  private static void require(Message message, byte type) {
    if (message.headerType() != type) {
      throw new IllegalArgumentException("a message of type " + message.headerType());
    }
  }

  private static long rows(Message message) {
    require(message, MessageHeader.RecordBatch);
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    requireRoom(batch, batch.length(), message.bodyLength());
    for (int i = 0; i < batch.nodesLength(); i++) {
      requireRoom(batch, batch.nodes(i).length(), message.bodyLength());
    }
    return batch.length();
  }

  /**
   * Refuses numbers of values that a body cannot hold, before Arrow takes memory for them. Without
   * compression, a body has a bit for each at least; of empty lists and nulls there may be more.
   */
  private static void requireRoom(RecordBatch batch, long values, long body) {
    long most = MOST_WITHOUT_BYTES + Byte.SIZE * body;
    if (values < 0 || batch.compression() == null && values > most) {
      throw new IllegalArgumentException("a batch of " + values + " values in " + body + " bytes");
    }
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] bytes(FSDataInputStream in, DataFile file, long position, int length)
      throws IOException {
    if (position < 0 || position > file.length() - length) {
      throw new CutShortException();
    }
    byte[] bytes = new byte[length];
    in.readFully(position, bytes);
    return bytes;
  }

  private static ArrowFile damaged(DataFile file, String fault) {
    return new ArrowFile(file, Kind.DAMAGED, fault, new StructType(), List.of());
  }

  /** What a file tells of lies beyond its length. */
  private static final class CutShortException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
