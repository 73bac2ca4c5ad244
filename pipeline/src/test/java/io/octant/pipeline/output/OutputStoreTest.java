package io.octant.pipeline.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a local disk that use one directory at the same time. */
class OutputStoreTest {
  @TempDir java.nio.file.Path folder;

  private final SharedDisk disk = new SharedDisk();
  private java.nio.file.Path parts;
  private OutputStore store;

  /** A disk on which another run acts between two steps of this one. */
  private static final class SharedDisk extends RawLocalFileSystem {
    private int removals;
    private boolean adds;

    @Override
    protected OutputStream createOutputStreamWithMode(
        Path file, boolean append, FsPermission permission) throws IOException {
      if (removals-- > 0) {
        Files.delete(pathToFile(file.getParent()).toPath());
      }
      return super.createOutputStreamWithMode(file, append, permission);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      FileStatus[] found = super.listStatus(path);
      if (adds) {
        Files.writeString(pathToFile(path).toPath().resolve("theirs"), "theirs");
      }
      return found;
    }
  }

  @BeforeEach
  void open() throws IOException {
    disk.initialize(URI.create("file:///"), new Configuration(false));
    parts = folder.resolve(".octant/parts");
    store = OutputStore.of(disk, new Path(parts.toUri()));
  }

  @Test
  void aDirectoryThatVanishesBeforeTheFileIsThereIsMadeAgain() throws IOException {
    disk.removals = 2;
    store.put(new Path(folder.resolve("model").toUri()), "mine".getBytes(UTF_8));
    assertThat(folder.resolve("model")).hasContent("mine");
    assertThat(parts).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatNeverStaysIsReported() {
    disk.removals = Integer.MAX_VALUE;
    assertThatThrownBy(
            () -> store.put(new Path(folder.resolve("model").toUri()), "mine".getBytes(UTF_8)))
        .isInstanceOf(FileNotFoundException.class);
    assertThat(folder.resolve("model")).doesNotExist();
  }

  @Test
  void whatAppearsInAnEmptyDirectoryStays() throws IOException {
    Files.createDirectories(parts);
    disk.adds = true;
    store.deleteIfEmpty(new Path(parts.toUri()));
    assertThat(parts.resolve("theirs")).hasContent("theirs");
  }

  /** HDFS and S3A refuse to delete it then. */
  @Test
  void theSameOnOtherFileSystems() throws IOException {
    SimulatedFileSystem.Disk others = SimulatedFileSystem.DISK;
    for (SimulatedFileSystem.Kind kind : SimulatedFileSystem.Kind.values()) {
      others.format(kind);
      Path claims = new Path(SimulatedFileSystem.SCHEME + ":///out/claims");
      OutputStore shared =
          OutputStore.of(claims.getFileSystem(SimulatedFileSystem.configuration()), claims);
      shared.makeDirectory(claims);
      Path theirs = new Path(claims, "theirs");
      others.fault =
          (call, what) -> {
            if (what.startsWith("delete")) {
              others.heal();
              shared.put(theirs, "theirs".getBytes(UTF_8));
            }
          };
      shared.deleteIfEmpty(claims);
      assertThat(shared.read(theirs)).as(kind.name()).hasValue("theirs".getBytes(UTF_8));
    }
  }

  /** As S3A says it. */
  private static final class RemoteFileChangedException extends IOException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsReadAgain() throws IOException {
    SimulatedFileSystem.DISK.format(SimulatedFileSystem.Kind.OBJECT_STORE);
    Path file = new Path(SimulatedFileSystem.SCHEME + ":///out/current.json");
    OutputStore shared =
        OutputStore.of(file.getFileSystem(SimulatedFileSystem.configuration()), file.getParent());
    shared.put(file, "old".getBytes(UTF_8));
    replacing(shared, file, 4);
    assertThat(shared.read(file)).hasValue("new".getBytes(UTF_8));
    replacing(shared, file, Integer.MAX_VALUE);
    assertThatThrownBy(() -> shared.read(file)).isInstanceOf(RemoteFileChangedException.class);
  }

  /** Others replace the file so many times, each while it is read. */
  private static void replacing(OutputStore shared, Path file, int times) throws IOException {
    shared.put(file, "new".getBytes(UTF_8));
    int[] left = {times};
    SimulatedFileSystem.DISK.fault =
        (call, what) -> {
          if (what.startsWith("open") && left[0]-- > 0) {
            throw new RemoteFileChangedException();
          }
        };
  }

  @AfterEach
  void heal() {
    SimulatedFileSystem.DISK.format(SimulatedFileSystem.Kind.HDFS);
  }

  @Test
  void anEmptyDirectoryGoes() throws IOException {
    Files.createDirectories(parts);
    store.deleteIfEmpty(new Path(parts.toUri()));
    store.deleteIfEmpty(new Path(parts.toUri()));
    assertThat(parts).doesNotExist();
    assertThat(parts.getParent()).isEmptyDirectory();
  }
}
