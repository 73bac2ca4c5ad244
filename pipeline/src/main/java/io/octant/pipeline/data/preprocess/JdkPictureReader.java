package io.octant.pipeline.data.preprocess;

import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The JDK's own decoder of a format, whatever others there are on the class path. Gives samples as
 * the file has them, without the JDK's conversions of colours. What the decoder warns of is data
 * that it made up.
 */
final class JdkPictureReader {
  private final String format;

  JdkPictureReader(String format) {
    this.format = format;
  }

  /**
   * Decodes a file.
   *
   * @throws ValueException if it is damaged
   */
  Raster read(byte[] file) {
    ImageReader reader = reader();
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener(
        (IIOReadWarningListener) (source, warning) -> warnings.add(warning));
    try (ImageInputStream in = new Bytes(file)) {
      reader.setInput(in, true, true);
      Raster raster =
          reader.canReadRaster()
              ? reader.readRaster(0, null)
              : reader.readAsRenderedImage(0, null).getData();
      for (String warning : warnings) {
        if (!warning.contains("extraneous bytes")) {
          throw damaged(warning);
        }
      }
      return raster;
    } catch (IOException | RuntimeException e) {
      if (e instanceof ValueException refused) {
        throw refused;
      }
      throw damaged(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    } finally {
      reader.dispose();
    }
  }

  private ValueException damaged(String why) {
    return new ValueException("a damaged " + format + " (" + why + ")", "a whole picture");
  }

  private ImageReader reader() {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
    while (all.hasNext()) {
      ImageReaderSpi provider = all.next();
      if (provider.getClass().getModule() == ImageReaderSpi.class.getModule()
          && List.of(provider.getFormatNames()).contains(format)) {
        try {
          return provider.createReaderInstance();
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    throw new ValueException("a " + format + " picture", "a JDK that decodes " + format);
  }

  /** A file in memory. */
  private static final class Bytes extends ImageInputStreamImpl {
    private final byte[] bytes;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      bitOffset = 0;
      return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      bitOffset = 0;
      if (streamPos >= bytes.length) {
        return -1;
      }
      int count = (int) Math.min(length, bytes.length - streamPos);
      System.arraycopy(bytes, (int) streamPos, to, offset, count);
      streamPos += count;
      return count;
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }
}
