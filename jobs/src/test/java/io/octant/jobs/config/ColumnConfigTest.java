package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.data.preprocess.Channels;
import io.octant.pipeline.data.preprocess.Crop;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Layout;
import io.octant.pipeline.data.preprocess.Normalize;
import io.octant.pipeline.data.preprocess.Orientation;
import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.Resize;
import io.octant.pipeline.data.preprocess.SequenceSteps;
import io.octant.pipeline.data.preprocess.Side;
import io.octant.pipeline.data.preprocess.Stored;
import io.octant.pipeline.data.preprocess.TokenSteps;
import io.octant.pipeline.data.preprocess.TokenizerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a column becomes an input: its parts, steps of pictures, tokens of texts. */
class ColumnConfigTest {

  private static final String MINIMAL =
      """
      model.path = model.onnx
      data.calibration.path = /data/train
      output.path = "s3a://bucket/out"
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scale=0 | scale: 0 | a number other than 0",
        "bias=1 | bias: unknown | one of axis, column, crop, decode",
        "type=f32 | type: \"f32\" | one of uint8",
        "crop=224 | crop: 224 | one of decode, preset, preprocess"
            + " beside it: it is a step of pictures",
        "{decode=hsv} | decode: \"hsv\" | one of rgb, bgr, grey",
        "{decode=rgb, type=uint8} | type: \"uint8\" | no type beside pictures",
        "{decode=rgb, crop=0} | crop: 0 | a size, or an object with height and width",
        "{decode=rgb, crop={height=2}} | crop.width: absent | a whole number from 1",
        "{decode=rgb, resize={size=2,width=3}} | resize: {\"size\":2,\"width\":3} | a size of the"
            + " shorter side",
        "{decode=rgb, resize={height=2}} | resize.width: absent | a whole number from 1",
        "{decode=rgb, resize={size=9, interpolation=area}} | resize.interpolation: \"area\" | one"
            + " of nearest, bilinear, bicubic, lanczos",
        "{decode=rgb, normalize={mean=[0,0,0],std=[1,0,1]}} | normalize.std: [1,0,1] | numbers"
            + " other than 0",
        "{decode=grey, normalize={mean=[0,0,0],std=[1,1,1]}} | normalize: {\"mean\" | 1 numbers"
            + " each in mean and std",
        "preset=cifar | preset: \"cifar\" | one of imagenet, clip",
        "{preset=clip, preprocess=a} | preset: \"clip\" | preset or preprocess, not both",
        "{preset=clip, decode=grey} | decode: \"grey\" | normalize beside it",
        "output=ids | output: \"ids\" | tokenizer beside it: it is of texts",
        "axis=1 | axis: 1 | pad or truncate beside it",
        "pad=square | pad: \"square\" | a number, or an object with value and side",
        "truncate=middle | truncate: \"middle\" | one of left, right",
        "{decode=rgb, truncate=left} | truncate: \"left\" | no truncate beside pictures",
        "{decode=rgb, pad=0} | pad: 0 | square, or an object with to = square and value",
        "{decode=rgb, pad={to=square, value=[1,2]}} | pad: {\"to\" | one value, or 3",
        "{decode=rgb, pad={to=square, value=256}} | pad.value: 256 | a whole number from 0 to 255",
        "pair=c | pair: \"c\" | tokenizer beside it: it is of texts",
        "tokenizer=t.json | output: absent | one of ids, mask, types",
        "{tokenizer=none.json, output=ids} | tokenizer: \"none.json\" | a local file that can be"
            + " read",
        "{decode=rgb, layout=chw} | layout: \"chw\" | one of nchw, nhwc",
        "{decode=rgb, orientation=auto} | orientation: \"auto\" | one of ignore, exif",
      })
  void aPartOfAColumnThatIsWrongIsNamedWithItsPlace(String part, String found, String expected) {
    String text =
        part.startsWith("{")
            ? "data.calibration.columns.x = " + part
            : "data.calibration.columns.x." + part;
    assertThatThrownBy(() -> load(MINIMAL + text + "\n"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("Cannot read key data.calibration.columns.x." + found)
        .hasMessageContaining("expected " + expected)
        .hasMessageMatching(".*\\(.*:\\d+\\)");
  }

  @Test
  void stepsOfPicturesAreReadIntoTheirOrder() throws IOException {
    QuantizeConfig config =
        load(
            MINIMAL
                + """
                data.calibration.columns {
                  a = { column = image, decode = bgr, orientation = exif, crop = { height = 20, width = 30 },
                        resize = { height = 40, width = 50, interpolation = bicubic }, layout = nhwc,
                        scale = 0.5, normalize = { mean = [1, 2, 3], std = [4, 5, 6] } }
                  b = { decode = grey, resize = 256, crop = 224 }
                  c = { decode = rgb, resize.size = 8 }
                  d = { decode = rgb, pad = square, resize.size = 8 }
                  e = { preset = clip, pad = { to = square, value = [122, 116, 104] } }
                  g = { column = file_name, stored = files, decode = rgb }
                  f = { decode = bgr, pad = { to = square, value = 9 }, resize.size = 8 }
                }
                """);
    Map<String, ColumnConfig> columns = config.data().calibration().columns();
    assertThat(columns.get("a"))
        .isEqualTo(
            new ColumnConfig(
                Optional.of("image"),
                Optional.empty(),
                0.5,
                0,
                Optional.of(
                    new PictureSteps(
                        Stored.INSIDE,
                        Channels.BGR,
                        Orientation.EXIF,
                        List.of(),
                        List.of(new Resize(40, 50, Interpolation.BICUBIC)),
                        List.of(new Crop(20, 30)),
                        List.of(new Normalize(List.of(1., 2., 3.), List.of(4., 5., 6.))),
                        Layout.NHWC))));
    assertThat(columns.get("b").preprocessing())
        .contains(
            new PictureSteps(
                Stored.INSIDE,
                Channels.GREY,
                Orientation.IGNORE,
                List.of(),
                List.of(Resize.shorter(256, Interpolation.BILINEAR)),
                List.of(new Crop(224, 224)),
                List.of(),
                Layout.NCHW));
    assertThat(columns.get("c").preprocessing().toString()).contains("Resize[height=8, width=0");
    assertThat(columns.get("g").preprocessing().toString()).contains("stored=FILES");
    for (String[] padded :
        new String[][] {{"d", "[0, 0, 0]"}, {"e", "[122, 116, 104]"}, {"f", "[9, 9, 9]"}}) {
      assertThat(columns.get(padded[0]).preprocessing().toString())
          .contains("square=[Square[color=" + padded[1] + "]]");
    }
  }

  @Test
  void aColumnStartsFromAPresetAndItsOwnStepsGoBefore() throws IOException {
    Map<String, ColumnConfig> columns =
        load(MINIMAL
                + """
                data.calibration.columns {
                  a = { column = image, preset = imagenet }
                  b = { preset = clip, crop = 192, scale = 0.5, layout = nhwc }
                }
                """)
            .data()
            .calibration()
            .columns();
    assertThat(columns.get("a").scale()).isEqualTo(1 / 255.);
    assertThat(columns.get("a").preprocessing())
        .contains(
            new PictureSteps(
                Stored.INSIDE,
                Channels.RGB,
                Orientation.IGNORE,
                List.of(),
                List.of(Resize.shorter(256, Interpolation.BILINEAR)),
                List.of(new Crop(224, 224)),
                List.of(new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225))),
                Layout.NCHW));
    assertThat(columns.get("b").scale()).isEqualTo(0.5);
    assertThat(columns.get("b").preprocessing())
        .contains(
            new PictureSteps(
                Stored.INSIDE,
                Channels.RGB,
                Orientation.IGNORE,
                List.of(),
                List.of(Resize.shorter(224, Interpolation.BICUBIC)),
                List.of(new Crop(192, 192)),
                List.of(
                    new Normalize(
                        List.of(0.48145466, 0.4578275, 0.40821073),
                        List.of(0.26862954, 0.26130258, 0.27577711))),
                Layout.NHWC));
  }

  @Test
  void listsOfDifferentLengthsAreCutAndFilledUp() throws IOException {
    Map<String, ColumnConfig> columns =
        load(MINIMAL
                + """
                data.calibration.columns {
                  a = { column = audio, pad = 0, truncate = right, scale = 0.5, type = int16 }
                  b = { pad = { value = -1, side = left } }
                  c = { truncate = left, axis = 2 }
                }
                """)
            .data()
            .calibration()
            .columns();
    assertThat(columns.get("a").preprocessing())
        .contains(
            new SequenceSteps(
                SequenceSteps.ONLY,
                List.of(new SequenceSteps.Pad(0, Side.RIGHT)),
                List.of(Side.RIGHT)));
    assertThat(columns.get("b").preprocessing())
        .contains(
            new SequenceSteps(
                SequenceSteps.ONLY, List.of(new SequenceSteps.Pad(-1, Side.LEFT)), List.of()));
    assertThat(columns.get("c").preprocessing())
        .contains(new SequenceSteps(2, List.of(), List.of(Side.LEFT)));
  }

  @Test
  void textsAreTokenizedByAFileBesideTheConfiguration() throws IOException {
    Path file =
        Path.of("../pipeline/src/test/resources/io/octant/pipeline/data/preprocess/tokenizer");
    Files.copy(file.resolve("wordpiece.json"), folder.resolve("tokenizer.json"));
    TokenizerFile tokenizer =
        TokenizerFile.of("it", Files.readAllBytes(folder.resolve("tokenizer.json")));
    Map<String, ColumnConfig> columns =
        load(MINIMAL
                + """
                data.calibration.columns {
                  input_ids = { column = text, tokenizer = tokenizer.json, output = ids }
                  attention_mask = { column = text, tokenizer = tokenizer.json, output = mask }
                  question = { column = q, pair = c, truncation = onlysecond, tokenizer = tokenizer.json, output = types }
                  both = { column = q, pair = c, tokenizer = tokenizer.json, output = ids }
                }
                """)
            .data()
            .calibration()
            .columns();
    assertThat(columns.get("input_ids"))
        .isEqualTo(
            new ColumnConfig(
                Optional.of("text"),
                Optional.empty(),
                1,
                0,
                Optional.of(new TokenSteps(tokenizer, TokenSteps.Output.IDS))));
    assertThat(columns.get("attention_mask").preprocessing())
        .contains(new TokenSteps(tokenizer, TokenSteps.Output.MASK));
    assertThat(columns.get("question").preprocessing())
        .contains(
            new TokenSteps(
                tokenizer,
                TokenSteps.Output.TYPES,
                List.of(new TokenSteps.Pair("c", TokenSteps.Truncation.ONLY_SECOND))));
    assertThat(columns.get("both").preprocessing().toString()).contains("LONGEST_FIRST");
    String beside = "data.calibration.columns.x = { tokenizer = tokenizer.json, output = ids, ";
    assertThatThrownBy(() -> load(MINIMAL + beside + "scale = 2 }"))
        .hasMessageContaining("columns.x.scale: 2, expected no scale beside texts");
    assertThatThrownBy(() -> load(MINIMAL + beside + "truncation = onlyfirst }"))
        .hasMessageContaining("columns.x.truncation: \"onlyfirst\", expected pair beside it");
    assertThatThrownBy(() -> load(MINIMAL + beside + "decode = rgb }"))
        .hasMessageContaining("columns.x.tokenizer: ")
        .hasMessageContaining("expected texts or pictures, not both");
  }

  private QuantizeConfig load(String text) throws IOException {
    Path file = folder.resolve("job.conf");
    Files.writeString(file, text);
    return ConfigurationSource.load(file, List.of());
  }
}
