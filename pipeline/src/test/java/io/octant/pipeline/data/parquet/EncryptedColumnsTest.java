package io.octant.pipeline.data.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.pipeline.data.DataFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.crypto.ColumnEncryptionProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose footer is legible and some of whose columns are not. */
class EncryptedColumnsTest {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message m { required float open; required float secret; }");
  private static final byte[] KEY = "sixteen letters.".getBytes(StandardCharsets.US_ASCII);

  @TempDir java.nio.file.Path dir;

  @Test
  void aColumnThatIsReadMustBeLegible() throws IOException {
    FileFacts facts = facts(List.of("open", "secret"));
    assertThat(facts.state()).as(facts.fault()).isEqualTo(FileFacts.State.UNFIT);
    assertThat(facts.fault()).isEqualTo("its column secret is encrypted");
  }

  @Test
  void anotherOneMayBeEncrypted() throws IOException {
    FileFacts facts = facts(List.of("open"));
    assertThat(facts.state()).as(facts.fault()).isEqualTo(FileFacts.State.READABLE);
    assertThat(facts.rows()).isEqualTo(3);
  }

  /** The footer then tells all of the columns but that their pages are illegible. */
  @Test
  void allMayBeEncryptedWithTheKeyOfTheFooter() throws IOException {
    FileFacts facts =
        facts(List.of("open"), FileEncryptionProperties.builder(KEY).withPlaintextFooter().build());
    assertThat(facts.state()).as(facts.fault()).isEqualTo(FileFacts.State.UNFIT);
    assertThat(facts.fault()).isEqualTo("its columns are encrypted with the key of its footer");
  }

  private FileFacts facts(List<String> columns) throws IOException {
    ColumnEncryptionProperties secret =
        ColumnEncryptionProperties.builder(ColumnPath.get("secret")).withKey(KEY).build();
    return facts(
        columns,
        FileEncryptionProperties.builder(KEY)
            .withPlaintextFooter()
            .withEncryptedColumns(Map.of(ColumnPath.get("secret"), secret))
            .build());
  }

  private FileFacts facts(List<String> columns, FileEncryptionProperties encryption)
      throws IOException {
    java.nio.file.Path file = dir.resolve("encrypted.parquet");
    SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new Path(file.toUri()))
            .withType(SCHEMA)
            .withEncryption(encryption)
            .build()) {
      for (int row = 0; row < 3; row++) {
        writer.write(groups.newGroup().append("open", 1f).append("secret", 2f));
      }
    }
    return new FooterReader(columns)
        .read(
            FileSystem.getLocal(new Configuration()),
            new DataFile(file.toUri().toString(), Files.size(file), "", true));
  }
}
