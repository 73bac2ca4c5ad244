package io.octant.pipeline.data.preprocess;

/**
 * What the markers of a JPEG file say before its first scan (ITU-T T.81, annex B; JFIF 1.02; Adobe
 * Technical Note 5116).
 *
 * @param components 1, 3 or 4
 * @param colors what the components are
 * @param orientation of Exif, 1 to 8; 1 if there is none
 */
record JpegHeader(int width, int height, int components, Colors colors, int orientation) {

  /** What the components of a pixel are. */
  enum Colors {
    GREY,
    RGB,
    YCC,
    CMYK,
    /** Colours as YCC and black. */
    YCCK
  }

  private static final int NO_ADOBE = -1;

  static boolean isJpeg(byte[] file) {
    return file.length >= 3
        && (file[0] & 0xFF) == 0xFF
        && (file[1] & 0xFF) == 0xD8
        && (file[2] & 0xFF) == 0xFF;
  }

  static JpegHeader of(byte[] file) {
    boolean jfif = false;
    int adobe = NO_ADOBE;
    int orientation = 1;
    int frame = -1;
    int at = 2;
    while (true) {
      if (byteAt(file, at) != 0xFF) {
        throw damaged("no marker at byte " + at);
      }
      while (byteAt(file, at) == 0xFF) {
        at++;
      }
      int marker = byteAt(file, at++);
      if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
        continue;
      }
      if (marker == 0xD9) {
        throw damaged("it ends before its first scan");
      }
      int length = byteAt(file, at) << 8 | byteAt(file, at + 1);
      if (length < 2 || at + length > file.length) {
        throw damaged("a segment runs over its end");
      }
      int body = at + 2;
      int size = length - 2;
      if (marker == 0xDA) {
        break;
      } else if (marker == 0xE0 && startsWith(file, body, size, "JFIF\0")) {
        jfif = true;
      } else if (marker == 0xE1 && startsWith(file, body, size, "Exif\0\0")) {
        orientation = Exif.orientation(file, body + 6, size - 6);
      } else if (marker == 0xEE && size >= 12 && startsWith(file, body, size, "Adobe")) {
        adobe = byteAt(file, body + 11);
      } else if (isFrame(marker)) {
        requireKnown(marker, file, body, size);
        frame = body;
      }
      at += length;
    }
    if (frame < 0) {
      throw damaged("no frame before its first scan");
    }
    int components = byteAt(file, frame + 5);
    return new JpegHeader(
        byteAt(file, frame + 3) << 8 | byteAt(file, frame + 4),
        byteAt(file, frame + 1) << 8 | byteAt(file, frame + 2),
        components,
        colors(file, frame, components, jfif, adobe),
        orientation);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static void requireKnown(int marker, byte[] file, int body, int size) {
    if (size < 6 || size < 6 + 3 * byteAt(file, body + 5)) {
      throw damaged("a frame header too short");
    }
    String kind =
        switch (marker) {
          case 0xC0, 0xC1, 0xC2 -> "";
          case 0xC3, 0xC7, 0xCB, 0xCF -> "lossless";
          case 0xC9, 0xCA -> "arithmetic coding";
          default -> "hierarchical";
        };
    if (!kind.isEmpty()) {
      throw new ValueException("a JPEG of kind " + kind, "baseline or progressive");
    }
    if (byteAt(file, body) != 8) {
      throw new ValueException("a JPEG of " + byteAt(file, body) + " bits", "8 bits");
    }
    int components = byteAt(file, body + 5);
    if (components != 1 && components != 3 && components != 4) {
      throw new ValueException("a JPEG of " + components + " components", "1, 3 or 4");
    }
    requireSampling(file, body + 6, components);
  }

  /** Decoders differ in how they double rows alone: some repeat them, some interpolate. */
  private static void requireSampling(byte[] file, int at, int components) {
    int mostAcross = 0;
    int mostDown = 0;
    for (int i = 0; i < components; i++) {
      int factors = byteAt(file, at + 3 * i + 1);
      mostAcross = Math.max(mostAcross, factors >> 4);
      mostDown = Math.max(mostDown, factors & 15);
    }
    for (int i = 0; i < components; i++) {
      int factors = byteAt(file, at + 3 * i + 1);
      if (factors >> 4 == mostAcross && 2 * (factors & 15) == mostDown) {
        throw new ValueException(
            "a JPEG with half the rows of colours and all columns (4:4:0)",
            "4:4:4, 4:2:2 or 4:2:0");
      }
    }
  }

  /** The rules of libjpeg, which follow the markers and then the names of the components. */
  private static Colors colors(byte[] file, int frame, int components, boolean jfif, int adobe) {
    if (components == 1) {
      return Colors.GREY;
    } else if (components == 4) {
      return adobe == NO_ADOBE || adobe == 0 ? Colors.CMYK : Colors.YCCK;
    } else if (jfif) {
      return Colors.YCC;
    } else if (adobe != NO_ADOBE) {
      return adobe == 0 ? Colors.RGB : Colors.YCC;
    }
    boolean rgb =
        byteAt(file, frame + 6) == 'R'
            && byteAt(file, frame + 9) == 'G'
            && byteAt(file, frame + 12) == 'B';
    return rgb ? Colors.RGB : Colors.YCC;
  }

  private static boolean startsWith(byte[] file, int at, int size, String text) {
    if (size < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (file[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int byteAt(byte[] file, int at) {
    if (at >= file.length) {
      throw damaged("it ends in its header");
    }
    return file[at] & 0xFF;
  }

  private static ValueException damaged(String why) {
    return new ValueException("a damaged JPEG (" + why + ")", "a whole picture");
  }
}
