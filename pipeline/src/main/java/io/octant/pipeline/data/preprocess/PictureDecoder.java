package io.octant.pipeline.data.preprocess;

/** Decodes JPEG and PNG to pixels as Pillow has them. Keeps its memory; used by one thread. */
final class PictureDecoder {
  private final JdkPictureReader jpeg = new JdkPictureReader("JPEG");
  private final JdkPictureReader png = new JdkPictureReader("PNG");
  private final Picture decoded = new Picture();
  private final Picture upright = new Picture();

  /**
   * Decodes a file.
   *
   * @return valid until the next call
   * @throws ValueException if it is no such file, or damaged, or too large
   */
  Picture decode(byte[] file, Channels channels, Orientation orientation) {
    int turn = 1;
    if (JpegHeader.isJpeg(file)) {
      JpegHeader header = JpegHeader.of(file);
      requireSize("JPEG", header.width(), header.height());
      turn = header.orientation();
      JpegColors.decode(header, jpeg.read(file), decoded, channels);
    } else if (PngHeader.isPng(file)) {
      PngHeader header = PngHeader.of(file);
      requireSize("PNG", header.width(), header.height());
      turn = header.orientation();
      PngColors.decode(header, png.read(file), decoded, channels);
    } else {
      throw new ValueException(
          file.length == 0 ? "no bytes" : file.length + " bytes of another format",
          "a JPEG or PNG picture");
    }
    return orientation == Orientation.EXIF ? Exif.upright(decoded, turn, upright) : decoded;
  }

  private static void requireSize(String format, int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > Picture.MOST_PIXELS) {
      throw new ValueException(
          format + " of " + width + " × " + height + " pixels",
          "1 to " + Picture.MOST_PIXELS + " pixels");
    }
  }
}
