package io.octant.pipeline.data.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.pipeline.data.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Columns that Spark has no type for, of which it refuses the whole file. What is read a page at a
 * time does without Spark.
 */
class ForeignTypesTest {
  @TempDir java.nio.file.Path dir;

  @ParameterizedTest
  @CsvSource({"2, FLOAT16", "12, INTERVAL"})
  void areNamedWhereSparkReads(int bytes, String type) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required float x;"
                + " required group g { required fixed_len_byte_array(%d) h (%s); } }"
                    .formatted(bytes, type));
    java.nio.file.Path file = dir.resolve("foreign.parquet");
    Group row = new SimpleGroupFactory(schema).newGroup().append("x", 1f);
    row.addGroup("g").append("h", Binary.fromConstantByteArray(new byte[bytes]));
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new Path(file.toUri())).withType(schema).build()) {
      writer.write(row);
    }
    DataFile data = new DataFile(file.toUri().toString(), Files.size(file), "", true);
    FileFacts facts =
        new FooterReader(List.of("x", "g")).read(FileSystem.getLocal(new Configuration()), data);
    assertThat(facts.state()).as(facts.fault()).isEqualTo(FileFacts.State.UNFIT);
    assertThat(facts.fault())
        .startsWith("its column g.h is of type " + type)
        .endsWith(", with which Spark reads none of its columns");
    FileFacts plain =
        new FooterReader(List.of("x")).read(FileSystem.getLocal(new Configuration()), data);
    assertThat(plain.state()).as(plain.fault()).isEqualTo(FileFacts.State.READABLE);
    assertThat(plain.reader()).isEqualTo(FileFacts.Reader.PAGES);
  }
}
