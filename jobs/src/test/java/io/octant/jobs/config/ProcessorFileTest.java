package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.data.preprocess.Crop;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Normalize;
import io.octant.pipeline.data.preprocess.Resize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorFileTest {
  private static final Optional<Normalize> HALVES =
      Optional.of(new Normalize(List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5)));

  @TempDir Path dir;

  @Test
  void timmResizesByTheShareOfTheCrop() throws IOException {
    String inner =
        """
        {"input_size": [3, 224, 224], "crop_pct": 0.9, "interpolation": "bicubic", "crop_mode": "%s",
         "fixed_input_size": false, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "num_classes": 10,
         "tag": "a1", "pool_size": null}
        """;
    String outer = "{\"architecture\": \"resnet50\", \"pretrained_cfg\": " + inner + "}";
    assertThat(read(outer.formatted("center")))
        .isEqualTo(
            PictureBase.rgb(
                Optional.of(Resize.shorter(248, Interpolation.BICUBIC)),
                Optional.of(new Crop(224, 224)),
                1 / 255d,
                HALVES));
    assertThat(read(inner.formatted("squash")).steps().resize())
        .containsExactly(new Resize(248, 248, Interpolation.BICUBIC));
    assertRefused(
        inner.formatted("border"), "crop_mode: \"border\", expected one of center, squash");
    assertRefused(
        inner.formatted("center").replace("pool_size", "color_space"),
        "color_space: unknown, expected one of architecture");
    assertRefused(
        inner.formatted("center").replace("[3, 224, 224]", "[3, 224, 192]"),
        "expected 3 channels of a square");
  }

  @Test
  void huggingFaceFillsInTheDefaultsOfTheClass() throws IOException {
    assertThat(
            read(
                """
                {"do_normalize": true, "do_resize": true, "feature_extractor_type": "ViTFeatureExtractor",
                 "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "size": 224}
                """))
        .isEqualTo(
            PictureBase.rgb(
                Optional.of(new Resize(224, 224, Interpolation.BILINEAR)),
                Optional.empty(),
                1 / 255d,
                HALVES));
    assertThat(
            read(
                """
                {"crop_size": {"height": 192, "width": 224}, "do_center_crop": true, "do_convert_rgb": true,
                 "do_normalize": false, "do_rescale": true, "do_resize": true,
                 "image_processor_type": "CLIPImageProcessor", "resample": 1, "rescale_factor": 0.5,
                 "size": {"shortest_edge": 256}}
                """))
        .isEqualTo(
            PictureBase.rgb(
                Optional.of(Resize.shorter(256, Interpolation.LANCZOS)),
                Optional.of(new Crop(192, 224)),
                0.5,
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"do_resize\": false} | image_processor_type: absent, expected ViTImageProcessor",
        "{\"image_processor_type\": \"ConvNextImageProcessor\"} | image_processor_type:"
            + " \"ConvNextImageProcessor\", expected ViTImageProcessor",
        "{\"image_processor_type\": \"ViTImageProcessor\", \"do_pad\": true} | do_pad: unknown",
        "{\"image_processor_type\": \"ViTImageProcessor\", \"resample\": 5} | resample: 5",
        "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": {\"longest_edge\": 5}} |"
            + " size.longest_edge: unknown",
        "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": 5, \"image_mean\": [1],"
            + " \"image_std\": [2]} | image_mean: [1], expected 3 numbers",
        "{\"image_processor_type\": \"ViTImageProcessor\", \"size\": 5, \"image_mean\": [1],"
            + " \"image_std\": [0]} | image_std: [0], expected numbers other than 0",
        "{\"image_processor_type\": \"CLIPImageProcessor\", \"size\": 5} | crop_size: absent",
      })
  void whatIsNotUnderstoodIsRefusedByKey(String json, String message) throws IOException {
    assertRefused(json, message);
  }

  @Test
  void aFileThatIsNoneIsNamed() throws IOException {
    assertThatThrownBy(() -> ProcessorFile.read(dir.resolve("none.json").toString()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("none.json: no such file, expected a local JSON file");
    Path text = Files.writeString(dir.resolve("text.json"), "size = 3");
    assertThatThrownBy(() -> ProcessorFile.read(text.toString()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("expected JSON");
  }

  private PictureBase read(String json) throws IOException {
    return ProcessorFile.read(Files.writeString(dir.resolve("config.json"), json).toString());
  }

  private void assertRefused(String json, String message) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(Misread.class).hasMessageContaining(message);
  }
}
