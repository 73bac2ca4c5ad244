package io.octant.jobs.models;

import io.octant.pipeline.data.SampleField;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;

/**
 * Pictures of words from the definitions of {@code examples/text}, in the fonts that Java finds for
 * its logical families: text, size, colours and grain follow from the seed, the shapes of letters
 * from the machine's fonts.
 */
final class PrintedText {
  private static final List<String> FAMILIES =
      List.of(Font.SANS_SERIF, Font.SERIF, Font.MONOSPACED);

  private final Normalization normalization;
  private final Random random;
  private final List<String> texts = Topics.texts();

  PrintedText(Normalization normalization, Random random) {
    this.normalization = normalization;
    this.random = random;
  }

  /** A line of words that fills the height; its text is the sample's. */
  Sample line(SampleField field) {
    int width = field.dims().get(2);
    int height = field.dims().get(1);
    BufferedImage image = paper(width, height);
    String text = write(image, height * 0.62f, 6, 6, 4, true);
    Pictures.roughen(image, random);
    return new Sample(List.of(normalization.planes(image)), -1, text);
  }

  /** A line that is upright, label 0, or upside down, label 1. */
  Sample turned(SampleField field) {
    int width = field.dims().get(2);
    int height = field.dims().get(1);
    BufferedImage image = paper(width, height);
    write(image, height * 0.62f, 6, 6, 4, true);
    int label = random.nextInt(2);
    if (label == 1) {
      BufferedImage turned = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          turned.setRGB(width - 1 - x, height - 1 - y, image.getRGB(x, y));
        }
      }
      image = turned;
    }
    Pictures.roughen(image, random);
    return new Sample(List.of(normalization.planes(image)), label, "");
  }

  /** A sheet with lines of several sizes. */
  Sample page(SampleField field) {
    int width = field.dims().get(2);
    int height = field.dims().get(1);
    BufferedImage image = paper(width, height);
    for (float y = 8; y < height - 40; ) {
      float size = 14 + random.nextInt(16);
      write(image, size, 8 + random.nextInt(40), y, 8, false);
      y += size * (1.4f + random.nextFloat());
    }
    Pictures.roughen(image, random);
    return Sample.of(normalization.planes(image));
  }

  private BufferedImage paper(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    int light = 190 + random.nextInt(60);
    g.setColor(new Color(light, light - random.nextInt(25), light - random.nextInt(40)));
    g.fillRect(0, 0, width, height);
    g.dispose();
    return image;
  }

  /** Writes as many words as there is room for and returns them. */
  private String write(
      BufferedImage image, float size, int left, float top, int margin, boolean centred) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    String family = FAMILIES.get(random.nextInt(FAMILIES.size()));
    int style = random.nextInt(4) == 0 ? Font.BOLD : Font.PLAIN;
    g.setFont(new Font(family, style, 1).deriveFont(size));
    FontMetrics metrics = g.getFontMetrics();
    int room = image.getWidth() - left - margin;
    String[] words = texts.get(random.nextInt(texts.size())).split(" ");
    int from = random.nextInt(words.length);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < words.length; i++) {
      String longer = text + (text.isEmpty() ? "" : " ") + words[(from + i) % words.length];
      if (metrics.stringWidth(longer) > room) {
        break;
      }
      text.replace(0, text.length(), longer);
    }
    if (text.isEmpty()) {
      text.append("octant");
    }
    int dark = random.nextInt(90);
    g.setColor(new Color(dark, random.nextInt(90), random.nextInt(90)));
    float base =
        centred
            ? (image.getHeight() + metrics.getAscent() - metrics.getDescent()) / 2f
            : top + metrics.getAscent();
    g.drawString(text.toString(), left, base);
    g.dispose();
    return text.toString();
  }
}
