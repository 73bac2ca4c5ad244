package io.octant.jobs.config;

import io.octant.pipeline.data.preprocess.Channels;
import io.octant.pipeline.data.preprocess.Crop;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Layout;
import io.octant.pipeline.data.preprocess.Normalize;
import io.octant.pipeline.data.preprocess.Orientation;
import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.Resize;
import java.util.List;
import java.util.Optional;

/**
 * Steps that a column starts from; its own keys go before them.
 *
 * @param scale factor of the pixels, before normalization
 */
record PictureBase(PictureSteps steps, double scale) {
  private static final double PER_255 = 1 / 255d;

  /** Without scaling and steps. */
  static PictureBase plain(Channels channels) {
    return new PictureBase(
        PictureSteps.of(
            channels,
            Orientation.IGNORE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Layout.NCHW),
        1);
  }

  static PictureBase rgb(
      Optional<Resize> resize, Optional<Crop> crop, double scale, Optional<Normalize> normalize) {
    return new PictureBase(
        PictureSteps.of(
            Channels.RGB,
            Orientation.IGNORE,
            Optional.empty(),
            resize,
            crop,
            normalize,
            Layout.NCHW),
        scale);
  }

  /** Steps that go by a name. */
  enum Preset {
    /** Of torchvision's first weights for ImageNet. */
    IMAGENET(
        256,
        Interpolation.BILINEAR,
        new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225))),
    /** Of OpenAI's CLIP. */
    CLIP(
        224,
        Interpolation.BICUBIC,
        new Normalize(
            List.of(0.48145466, 0.4578275, 0.40821073),
            List.of(0.26862954, 0.26130258, 0.27577711)));

    private final PictureBase base;

    Preset(int size, Interpolation interpolation, Normalize normalize) {
      base =
          rgb(
              Optional.of(Resize.shorter(size, interpolation)),
              Optional.of(new Crop(224, 224)),
              PER_255,
              Optional.of(normalize));
    }

    PictureBase base() {
      return base;
    }
  }
}
