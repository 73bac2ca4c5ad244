package io.octant.pipeline.data.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.data.preprocess.RecordedPictures.Case;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PictureInputTest {

  static List<Case> cases() {
    return RecordedPictures.cases();
  }

  /** Not one value of 255 differs. */
  @ParameterizedTest
  @MethodSource("cases")
  void tensorsAreThoseOfPillowAndTorchvision(Case recorded) {
    int[] made = new int[recorded.tensor().length + 2];
    Arrays.fill(made, -1);
    input(recorded.steps(), recorded.dims()).bytes(RecordedPictures.file(recorded.file()), made, 1);
    int[] expected = new int[made.length];
    Arrays.fill(expected, -1);
    for (int i = 0; i < recorded.tensor().length; i++) {
      expected[i + 1] = recorded.tensor()[i] & 0xFF;
    }
    int most = 0;
    int different = 0;
    for (int i = 0; i < made.length; i++) {
      most = Math.max(most, Math.abs(made[i] - expected[i]));
      different += made[i] == expected[i] ? 0 : 1;
    }
    assertThat(different).as("values that differ, by up to %s", most).isZero();
  }

  /** Torch rounds each step to float32; here the steps are one, rounded once. */
  @Test
  void valuesAreScaledAndNormalizedByChannel() {
    Case recorded =
        cases().stream().filter(c -> c.name().equals("normalized")).findFirst().orElseThrow();
    PictureSteps s = recorded.steps();
    PictureSteps steps =
        new PictureSteps(
            s.stored(),
            s.channels(),
            s.orientation(),
            s.square(),
            s.resize(),
            s.crop(),
            List.of(new Normalize(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225))),
            s.layout());
    float[] made = new float[recorded.tensor().length];
    new PictureInput(steps, recorded.dims(), 1 / 255., 0)
        .floats(RecordedPictures.file(recorded.file()), made, 0);
    ByteBuffer torch =
        ByteBuffer.wrap(RecordedPictures.file("normalized.f32")).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < made.length; i++) {
      float expected = torch.getFloat(4 * i);
      assertThat(Math.abs(made[i] - expected)).isLessThanOrEqualTo(4 * Math.ulp(1f));
    }
  }

  @Test
  void memoryOfOnePictureLeavesNothingInTheNext() {
    Case large = named("bicubic_110_40x30");
    Case small = named("padded_one_way");
    PictureInput input = input(small.steps(), small.dims());
    int[] first = new int[small.tensor().length];
    input.bytes(RecordedPictures.file(large.file()), first, 0);
    int[] second = new int[small.tensor().length];
    input.bytes(RecordedPictures.file(small.file()), second, 0);
    for (int i = 0; i < second.length; i++) {
      assertThat((byte) second[i]).isEqualTo(small.tensor()[i]);
    }
  }

  @ParameterizedTest
  @CsvSource({"s420.jpg", "progressive.jpg", "mode_RGB.png", "mode_P.png"})
  void noTruncatedFileIsAPicture(String name) {
    byte[] whole = RecordedPictures.file(name);
    PictureInput input = input(exact(8, 8), List.of(3, 8, 8));
    for (int length = 0; length < whole.length - 12; length += 1 + whole.length / 97) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> input.bytes(cut, new int[192], 0))
          .as("%s bytes of %s", length, whole.length)
          .isInstanceOf(ValueException.class);
    }
  }

  @Test
  void noDamagedPngIsAPicture() {
    byte[] whole = RecordedPictures.file("mode_RGB.png");
    PictureInput input = input(exact(8, 8), List.of(3, 8, 8));
    for (int at = 8; at < whole.length; at += 61) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      assertThatThrownBy(() -> input.bytes(damaged, new int[192], 0))
          .isInstanceOf(ValueException.class);
    }
  }

  @Test
  void sizesAreReadBeforePixels() {
    byte[] jpeg = RecordedPictures.file("s444.jpg");
    int frame = frame(jpeg);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) -1).putShort(frame + 7, (short) -1);
    assertRefused(jpeg, "JPEG of 65535 × 65535 pixels", "1 to 67108864 pixels");

    byte[] png = RecordedPictures.file("mode_L.png");
    ByteBuffer.wrap(png).putInt(16, Integer.MAX_VALUE).putInt(20, 0);
    resealHeader(png);
    assertRefused(png, "PNG of 2147483647 × 0 pixels", "1 to 67108864 pixels");
  }

  @Test
  void otherKindsAreRefusedByName() {
    assertRefused(new byte[] {'G', 'I', 'F', '8'}, "4 bytes of another format", "a JPEG or PNG");
    assertRefused(new byte[0], "no bytes", "a JPEG or PNG picture");
    byte[] arithmetic = RecordedPictures.file("s444.jpg");
    arithmetic[frame(arithmetic) + 1] = (byte) 0xC9;
    assertRefused(arithmetic, "a JPEG of kind arithmetic coding", "baseline or progressive");
    byte[] rows = RecordedPictures.file("s422.jpg");
    rows[frame(rows) + 11] = 0x12;
    assertRefused(rows, "(4:4:0)", "4:4:4, 4:2:2 or 4:2:0");
    byte[] grey = RecordedPictures.file("depth16.png");
    grey[25] = 0;
    resealHeader(grey);
    assertRefused(grey, "a grey PNG of 16 bits", "8 bits or less");
  }

  @Test
  void picturesOfAnotherSizeAreRefusedIfNothingMakesThemFit() {
    PictureSteps steps =
        PictureSteps.of(
            Channels.RGB,
            Orientation.IGNORE,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Layout.NCHW);
    PictureInput input = input(steps, List.of(3, 8, 8));
    assertThatThrownBy(() -> input.bytes(RecordedPictures.file("tiny.jpg"), new int[192], 0))
        .hasMessageContaining("a picture of 5 × 3 pixels, expected 8 × 8 for the input");
  }

  private static void assertRefused(byte[] file, String found, String expected) {
    PictureInput input = input(exact(8, 8), List.of(3, 8, 8));
    assertThatThrownBy(() -> input.bytes(file, new int[192], 0))
        .isInstanceOf(ValueException.class)
        .hasMessageContaining(found)
        .hasMessageContaining(expected);
  }

  /** Where the frame header of a baseline JPEG begins. */
  private static int frame(byte[] jpeg) {
    int at = 0;
    while ((jpeg[at] & 0xFF) != 0xFF || (jpeg[at + 1] & 0xFF) != 0xC0) {
      at++;
    }
    return at;
  }

  private static void resealHeader(byte[] png) {
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
  }

  private static Case named(String name) {
    return cases().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static PictureSteps exact(int height, int width) {
    return PictureSteps.of(
        Channels.RGB,
        Orientation.IGNORE,
        Optional.empty(),
        Optional.of(new Resize(height, width, Interpolation.BILINEAR)),
        Optional.empty(),
        Optional.empty(),
        Layout.NCHW);
  }

  private static PictureInput input(PictureSteps steps, List<Integer> dims) {
    assertThat(steps.misfit(dims)).isEmpty();
    return new PictureInput(steps, dims, 1, 0);
  }
}
