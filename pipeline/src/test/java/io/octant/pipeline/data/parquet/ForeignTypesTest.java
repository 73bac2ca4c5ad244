package io.octant.pipeline.data.parquet;

import static org.apache.parquet.hadoop.metadata.CompressionCodecName.GZIP;
import static org.apache.parquet.hadoop.metadata.CompressionCodecName.UNCOMPRESSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.SampleField;
import io.octant.tensor.DType;
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
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
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

  /** One reader reads all files: Spark's, if one of them takes it. */
  @Test
  void areNamedWhereAnotherFileTakesSpark() throws IOException {
    String foreign = "required fixed_len_byte_array(2) h (FLOAT16);";
    write("a.parquet", "message m { required float x; " + foreign + " }", UNCOMPRESSED);
    FileSource source = ParquetFormat.source(dir.toString());
    List<SampleField> x = List.of(SampleField.of("x", DType.FLOAT32, 1));
    assertThat(source.open(SharedSpark.session(), x).facts().samples()).isEqualTo(1);
    write("b.parquet", "message m { required float x; }", GZIP);
    assertThatThrownBy(() -> source.open(SharedSpark.session(), x))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "Cannot read data: .*/a[.]parquet: its column h is of type FLOAT16, with which Spark"
                + " reads none of its columns, expected a readable Parquet file");
  }

  private void write(String name, String type, CompressionCodecName codec) throws IOException {
    MessageType schema = MessageTypeParser.parseMessageType(type);
    Group row = new SimpleGroupFactory(schema).newGroup().append("x", 1f);
    if (schema.containsField("h")) {
      row.append("h", Binary.fromConstantByteArray(new byte[2]));
    }
    Path file = new Path(dir.resolve(name).toUri());
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(file).withType(schema).withCompressionCodec(codec).build()) {
      writer.write(row);
    }
  }
}
