package io.octant.pipeline.data.preprocess;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What the chunks of a PNG file say (W3C, PNG specification, 2nd edition); all chunks are checked
 * against their checksums.
 *
 * @param depth bits of a sample
 * @param colorType 0 grey, 2 colours, 3 palette, 4 grey and alpha, 6 colours and alpha
 * @param palette three bytes a colour; empty without
 * @param orientation of Exif, 1 to 8; 1 if there is none
 */
record PngHeader(
    int width, int height, int depth, int colorType, ByteBuffer palette, int orientation) {

  private static final long SIGNATURE = 0x89504E470D0A1A0AL;

  static boolean isPng(byte[] file) {
    return file.length >= 8 && ByteBuffer.wrap(file).getLong() == SIGNATURE;
  }

  static PngHeader of(byte[] file) {
    ByteBuffer header = ByteBuffer.allocate(13);
    ByteBuffer palette = ByteBuffer.allocate(0);
    int orientation = 1;
    boolean first = true;
    String type = "";
    for (int at = 8; !type.equals("IEND"); first = false) {
      ByteBuffer chunk = chunk(file, at);
      type = type(chunk);
      int size = chunk.limit() - 12;
      if (first != type.equals("IHDR") || (first && size != 13)) {
        throw damaged("its header is not its first chunk");
      }
      if (first) {
        header = chunk.slice(8, 13);
      } else if (type.equals("PLTE")) {
        palette = chunk.slice(8, size);
      } else if (type.equals("eXIf")) {
        orientation = Exif.orientation(file, at + 8, size);
      }
      at += chunk.limit();
    }
    PngHeader png =
        new PngHeader(
            header.getInt(0), header.getInt(4), header.get(8), header.get(9), palette, orientation);
    if (png.depth == 16 && png.colorType == 0) {
      // Pillow clips such samples to 255, which is no picture either.
      throw new ValueException("a grey PNG of 16 bits", "8 bits or less");
    }
    if (png.colorType == 3 && palette.limit() < 3) {
      throw damaged("no palette");
    }
    return png;
  }

  private static ByteBuffer chunk(byte[] file, int at) {
    long size = file.length - at < 12 ? -1 : ByteBuffer.wrap(file, at, 4).getInt();
    if (size < 0 || size > file.length - at - 12) {
      throw damaged("it ends before its last chunk");
    }
    int length = (int) size;
    ByteBuffer chunk = ByteBuffer.wrap(file, at, length + 12).slice();
    CRC32 crc = new CRC32();
    crc.update(file, at + 4, length + 4);
    if ((int) crc.getValue() != chunk.getInt(length + 8)) {
      throw damaged("checksum of chunk " + type(chunk));
    }
    return chunk;
  }

  private static String type(ByteBuffer chunk) {
    byte[] name = new byte[4];
    chunk.get(4, name);
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  private static ValueException damaged(String why) {
    return new ValueException("a damaged PNG (" + why + ")", "a whole picture");
  }
}
