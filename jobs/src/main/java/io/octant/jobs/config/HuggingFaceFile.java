package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.octant.pipeline.data.preprocess.Crop;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Normalize;
import io.octant.pipeline.data.preprocess.Resize;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code preprocessor_config.json} of Hugging Face's Transformers, for processors that resize,
 * crop, rescale and normalize in this order. What a file leaves out is the default of its
 * processor's class.
 */
final class HuggingFaceFile {
  private static final Set<String> KEYS =
      Set.of(
          "image_processor_type",
          "feature_extractor_type",
          "processor_class",
          "do_resize",
          "size",
          "resample",
          "do_center_crop",
          "crop_size",
          "do_rescale",
          "rescale_factor",
          "do_normalize",
          "image_mean",
          "image_std",
          "do_convert_rgb");

  /** Classes of processors that differ in defaults alone. */
  private enum Processor {
    VIT(Interpolation.BILINEAR, false),
    /** And BiT, which has the same defaults. */
    CLIP(Interpolation.BICUBIC, true);

    private final Interpolation interpolation;
    private final boolean crops;

    Processor(Interpolation interpolation, boolean crops) {
      this.interpolation = interpolation;
      this.crops = crops;
    }
  }

  private static final Kind<Processor> PROCESSOR =
      new Kind<>(
          "ViTImageProcessor, CLIPImageProcessor or BitImageProcessor, or one of the same as a"
              + " FeatureExtractor or Fast",
          Kind.Syntax.VERBATIM,
          HuggingFaceFile::processor);

  /** Pillow's numbers of its filters. */
  private static final List<Interpolation> RESAMPLE =
      List.of(
          Interpolation.NEAREST,
          Interpolation.LANCZOS,
          Interpolation.BILINEAR,
          Interpolation.BICUBIC);

  private HuggingFaceFile() {}

  static PictureBase read(ConfigObject object) {
    Parts parts = Parts.of(object, KEYS);
    Processor processor =
        parts
            .find("image_processor_type", PROCESSOR)
            .or(() -> parts.find("feature_extractor_type", PROCESSOR))
            .orElseThrow(
                () ->
                    new Misread(
                        "image_processor_type",
                        "absent",
                        PROCESSOR.description(),
                        object.origin()));
    parts.find("processor_class", Kind.text());
    parts.find("do_convert_rgb", Kind.flag());
    Optional<Integer> filter = parts.find("resample", Kind.wholeNumber(0, RESAMPLE.size() - 1));
    Interpolation interpolation = filter.map(RESAMPLE::get).orElse(processor.interpolation);
    Optional<Resize> resize =
        parts.find("do_resize", Kind.flag()).orElse(true)
            ? Optional.of(resize(parts, processor, interpolation))
            : Optional.empty();
    Optional<Crop> crop =
        parts.find("do_center_crop", Kind.flag()).orElse(processor.crops)
            ? Optional.of(parts.require("crop_size", PictureKeys.CROP))
            : Optional.empty();
    double scale =
        parts.find("do_rescale", Kind.flag()).orElse(true)
            ? parts.find("rescale_factor", Kind.number(1e-300, 1e300)).orElse(1 / 255d)
            : 1;
    Optional<Normalize> normalize =
        parts.find("do_normalize", Kind.flag()).orElse(true)
            ? Optional.of(PictureKeys.normalizeRgb(parts, "image_mean", "image_std"))
            : Optional.empty();
    return PictureBase.rgb(resize, crop, scale, normalize);
  }

  /** One number is the shorter side for processors that crop, else both. */
  private static Resize resize(Parts parts, Processor processor, Interpolation interpolation) {
    Kind<Resize> kind =
        new Kind<>(
            "a size, an object with shortest_edge, or one with height and width",
            Kind.Syntax.HOCON,
            value -> {
              if (!(value instanceof ConfigObject object)) {
                return PictureKeys.SIDE
                    .reader()
                    .apply(value)
                    .map(
                        n ->
                            processor.crops
                                ? Resize.shorter(n, interpolation)
                                : new Resize(n, n, interpolation));
              }
              Parts size = Parts.of(object, Set.of("shortest_edge", "height", "width"));
              if (size.has("shortest_edge")) {
                return size.has("height") || size.has("width")
                    ? Optional.empty()
                    : Optional.of(
                        Resize.shorter(
                            size.require("shortest_edge", PictureKeys.SIDE), interpolation));
              }
              return Optional.of(
                  new Resize(
                      size.require("height", PictureKeys.SIDE),
                      size.require("width", PictureKeys.SIDE),
                      interpolation));
            });
    return parts.require("size", kind);
  }

  private static Optional<Processor> processor(ConfigValue value) {
    return switch (String.valueOf(value.unwrapped())) {
      case "ViTImageProcessor", "ViTImageProcessorFast", "ViTFeatureExtractor" ->
          Optional.of(Processor.VIT);
      case "CLIPImageProcessor",
          "CLIPImageProcessorFast",
          "CLIPFeatureExtractor",
          "BitImageProcessor",
          "BitImageProcessorFast" ->
          Optional.of(Processor.CLIP);
      default -> Optional.empty();
    };
  }
}
