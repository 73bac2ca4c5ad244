package io.octant.jobs.models;

import io.octant.pipeline.data.SampleField;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The data that models are measured on: made up with a seed where no recorded data is small enough
 * for the repository, so that every run on every machine has the same. Written {@code KIND} or
 * {@code KIND:OPTION}.
 *
 * <ul>
 *   <li>{@code topics}: the definitions of {@code examples/text}
 *   <li>{@code photos:NORMALIZATION}: pictures, see {@link Pictures}
 *   <li>{@code lines:NORMALIZATION}, {@code turned:…}, {@code pages:…}: printed text, see {@link
 *       PrintedText}
 *   <li>{@code audio} or {@code audio:INPUT=OUTPUT,…}: sound, see {@link Sound}
 *   <li>{@code gaussian:MEAN,DEVIATION}: numbers without a structure
 * </ul>
 */
final class SampleKinds {
  /** A part of the data, which shares no sample with the other. */
  enum Part {
    CALIBRATION,
    EVALUATION
  }

  private SampleKinds() {}

  /**
   * Samples for a model.
   *
   * @param fields what it wants of each
   * @param model for kinds whose samples follow from the model's own states
   */
  static List<Sample> of(
      String spec, List<SampleField> fields, int count, Part part, FloatModel model) {
    int colon = spec.indexOf(':');
    String kind = colon < 0 ? spec : spec.substring(0, colon);
    String option = spec.substring(colon + 1);
    Random random = new Random(part == Part.CALIBRATION ? 1 : 2);
    List<Sample> out = new ArrayList<>();
    switch (kind) {
      case "topics" -> {
        return Topics.of(fields, count, part);
      }
      case "audio" -> {
        return Sound.of(fields, count, random, colon < 0 ? "" : option, model);
      }
      case "photos" -> {
        for (int i = 0; i < count; i++) {
          out.add(Sample.of(Pictures.photo(fields.get(0), random, Normalization.of(option))));
        }
      }
      case "lines", "turned", "pages" -> {
        PrintedText text = new PrintedText(Normalization.of(option), random);
        for (int i = 0; i < count; i++) {
          out.add(
              switch (kind) {
                case "lines" -> text.line(fields.get(0));
                case "turned" -> text.turned(fields.get(0));
                default -> text.page(fields.get(0));
              });
        }
      }
      case "gaussian" -> {
        String[] numbers = option.split(",");
        for (int i = 0; i < count; i++) {
          out.add(
              new Sample(
                  fields.stream()
                      .<Object>map(
                          f ->
                              gaussian(
                                  f,
                                  random,
                                  Double.parseDouble(numbers[0]),
                                  Double.parseDouble(numbers[1])))
                      .toList(),
                  -1,
                  ""));
        }
      }
      default ->
          throw new IllegalArgumentException(
              "Cannot make samples: "
                  + spec
                  + ", expected topics, photos, lines, turned, pages, audio or gaussian");
    }
    return out;
  }

  private static float[] gaussian(SampleField field, Random random, double mean, double sigma) {
    if (field.dtype() != DType.FLOAT32) {
      throw new IllegalArgumentException("Cannot make gaussian samples for " + field);
    }
    float[] values = new float[field.numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + sigma * random.nextGaussian());
    }
    return values;
  }
}
