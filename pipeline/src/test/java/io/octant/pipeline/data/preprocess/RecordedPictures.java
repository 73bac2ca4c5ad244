package io.octant.pipeline.data.preprocess;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What Pillow and torchvision made of the pictures beside generate.py. */
public final class RecordedPictures {
  private RecordedPictures() {}

  /** A file of the folder. */
  public static byte[] file(String name) {
    try (InputStream in = RecordedPictures.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One line of cases.csv with its tensor. */
  @SuppressWarnings("ArrayRecordComponent")
  record Case(String name, String file, PictureSteps steps, List<Integer> dims, byte[] tensor) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    byte[] tensors = file("tensors.u8");
    List<Case> cases = new ArrayList<>();
    int at = 0;
    for (String line :
        new String(file("cases.csv"), StandardCharsets.UTF_8).lines().skip(1).toList()) {
      String[] f = line.split(",", -1);
      Channels channels = Channels.valueOf(f[2].toUpperCase(Locale.ROOT));
      Layout layout = Layout.valueOf(f[7].toUpperCase(Locale.ROOT));
      Interpolation interpolation = Interpolation.valueOf(f[5].toUpperCase(Locale.ROOT));
      int height = Integer.parseInt(f[8]);
      int width = Integer.parseInt(f[9]);
      int c = channels.count();
      PictureSteps steps =
          PictureSteps.of(
              channels,
              Orientation.valueOf(f[3].toUpperCase(Locale.ROOT)),
              color(f[10]).map(Square::new),
              size(f[4]).map(s -> new Resize(s[0], s[1], interpolation)),
              size(f[6]).map(s -> new Crop(s[0], s[1])),
              Optional.empty(),
              layout);
      int length = c * height * width;
      cases.add(
          new Case(
              f[0],
              f[1],
              steps,
              layout == Layout.NCHW ? List.of(c, height, width) : List.of(height, width, c),
              Arrays.copyOfRange(tensors, at, at + length)));
      at += length;
    }
    if (at != tensors.length) {
      throw new IllegalStateException(tensors.length - at + " bytes of tensors.u8 are no case's");
    }
    return cases;
  }

  private static Optional<List<Integer>> color(String text) {
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(Arrays.stream(text.split(" ", -1)).map(Integer::valueOf).toList());
  }

  private static Optional<int[]> size(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = text.split("x");
    return Optional.of(
        new int[] {
          Integer.parseInt(parts[0]),
          parts.length == 1 ? Resize.KEEP_RATIO : Integer.parseInt(parts[1])
        });
  }
}
