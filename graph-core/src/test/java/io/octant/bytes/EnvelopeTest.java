package io.octant.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  private static final Envelope LETTERS = new Envelope("letter", "OCTLETTR", 2, 4);

  @Test
  void hasMagicVersionContentAndChecksum() {
    byte[] sealed = LETTERS.seal(3, out -> out.text("hi"));
    assertThat(HexFormat.of().formatHex(sealed)).startsWith("4f43544c45545452" + "0300" + "026869");
    Envelope.Opened opened = LETTERS.open("of today", sealed);
    assertThat(opened.version()).isEqualTo(3);
    assertThat(opened.content().text()).isEqualTo("hi");
    opened.content().requireEnd();
    assertThat(LETTERS.open(LETTERS.seal(out -> {})).version()).isEqualTo(4);
  }

  @Test
  void everyByteCounts() {
    byte[] sealed = LETTERS.seal(out -> out.f64(Math.PI));
    for (int i = 0; i < sealed.length; i++) {
      byte[] damaged = sealed.clone();
      damaged[i] ^= 1;
      assertThatThrownBy(() -> LETTERS.open("of today", damaged))
          .as("byte %d", i)
          .isInstanceOf(OctantException.class)
          .hasMessageStartingWith("Cannot read letter of today: ");
      byte[] cut = Arrays.copyOf(sealed, i);
      assertThatThrownBy(() -> LETTERS.open(cut)).isInstanceOf(OctantException.class);
    }
  }

  @Test
  void refusalsSayWhatIsExpected() {
    assertThatThrownBy(() -> LETTERS.open("x", new byte[9]))
        .hasMessage("Cannot read letter x: not a letter, expected it to begin with OCTLETTR");
    assertThatThrownBy(() -> LETTERS.open(LETTERS.seal(5, out -> {})))
        .hasMessage("Cannot read letter: version 5, expected 2 to 4");
  }

  @Test
  void contentEndsBeforeTheChecksum() {
    ByteSource content = LETTERS.open(LETTERS.seal(out -> out.u8(7))).content();
    assertThat(content.u8()).isEqualTo(7);
    assertThatThrownBy(content::u8)
        .hasMessage("Cannot read letter: truncated at byte 11 of 11, expected 1 more");
  }

  @Test
  void numbersComeBack() {
    ByteSink out = new ByteSink();
    out.i64(Long.MIN_VALUE + 1);
    out.f64(-0.0);
    out.varint(Integer.MAX_VALUE);
    out.varint(1L << 31);
    ByteSource in = new ByteSource("numbers", out.toBytes());
    assertThat(in.i64()).isEqualTo(Long.MIN_VALUE + 1);
    assertThat(Double.doubleToRawLongBits(in.f64())).isEqualTo(Long.MIN_VALUE);
    assertThat(in.varint31("count")).isEqualTo(Integer.MAX_VALUE);
    assertThatThrownBy(() -> in.varint31("count"))
        .hasMessageContaining("count 2147483648, expected at most 2^31 - 1");
  }

  @Test
  void hashesAreThoseOfTheStandards() throws java.io.IOException {
    byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
    String sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(Hash.sha256().update(abc, 1).update(new byte[] {98, 99, 0}, 2).hex())
        .isEqualTo(sha256);
    Hash piped = Hash.sha256();
    piped.asOutput().write(abc);
    assertThat(piped.hex()).isEqualTo(sha256).isEqualTo(Digest.of(abc).hex());
    assertThat(Hash.sha1().update(abc, 3).hex())
        .isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
  }
}
