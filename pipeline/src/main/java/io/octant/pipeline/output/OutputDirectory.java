package io.octant.pipeline.output;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The place of an output and its siblings: {@code .NAME.staging-…} under way, {@code
 * .NAME.previous} while it is replaced.
 */
final class OutputDirectory {
  private static final String MANIFEST_UNDER_WAY = ".manifest.json.part";

  private final FileSystem fileSystem;
  private final Path path;

  private OutputDirectory(FileSystem fileSystem, Path path) {
    this.fileSystem = fileSystem;
    this.path = path;
  }

  static OutputDirectory at(Configuration hadoop, String text) {
    try {
      Path path = new Path(text);
      FileSystem fs = path.getFileSystem(hadoop);
      // The local file system of Hadoop leaves a hidden checksum file beside each file.
      FileSystem plain = fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
      Path qualified = plain.makeQualified(path);
      if (qualified.isRoot()) {
        throw new OutputException(
            "Cannot write output: " + text + ", expected a directory below the root");
      }
      return new OutputDirectory(plain, qualified);
    } catch (IOException | IllegalArgumentException e) {
      throw new OutputException(
          "Cannot write output: " + text + " (" + e.getMessage() + "), expected a writable path",
          e);
    }
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  Path sibling(String role) {
    return new Path(path.getParent(), "." + path.getName() + "." + role);
  }

  private Path previous() {
    return sibling("previous");
  }

  OutputException notWritable(IOException e) {
    return new OutputException(
        "Cannot write output: " + path + " (" + e.getMessage() + "), expected a writable directory",
        e);
  }

  /** Undoes a replacement whose process died halfway. */
  void recover() throws IOException {
    if (!fileSystem.exists(previous())) {
      return;
    }
    if (isComplete()) {
      // The new output had its manifest: only the cleaning up was left.
      fileSystem.delete(previous(), true);
      return;
    }
    fileSystem.delete(path, true);
    rename(previous(), path);
  }

  private boolean isComplete() throws IOException {
    return fileSystem.exists(new Path(path, Manifest.FILE_NAME));
  }

  /** Checks that a run may put its output here. */
  void requireFree(OutputCommit.IfPresent ifPresent) throws IOException {
    Optional<List<String>> names = names();
    if (names.isEmpty() || isLeftOver(names.get())) {
      return;
    }
    if (!isComplete()) {
      throw new OutputException(
          "Cannot write output: "
              + path
              + " holds "
              + names.get().get(0)
              + " but no "
              + Manifest.FILE_NAME
              + ", expected an earlier output or nothing");
    }
    if (ifPresent == OutputCommit.IfPresent.REFUSE) {
      throw new OutputExistsException(
          "Cannot write output: "
              + path
              + " exists, expected a new directory, or overwriting allowed");
    }
    requireManifest();
  }

  private void requireManifest() throws IOException {
    try (InputStream in = fileSystem.open(new Path(path, Manifest.FILE_NAME))) {
      Manifest.fromBytes(in.readAllBytes());
    }
  }

  /** Names in the directory, empty if there is none. */
  private Optional<List<String>> names() throws IOException {
    try {
      FileStatus status = fileSystem.getFileStatus(path);
      if (!status.isDirectory()) {
        throw new OutputException(
            "Cannot write output: " + path + " is a file, expected a directory");
      }
      return Optional.of(
          Arrays.stream(fileSystem.listStatus(path))
              .map(s -> s.getPath().getName())
              .sorted()
              .toList());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** An empty directory, or one that holds nothing but the report of a run that failed. */
  private static boolean isLeftOver(List<String> names) {
    return names.isEmpty() || names.equals(List.of(RunReport.FILE_NAME));
  }

  /** Moves a finished directory into place and writes the manifest. */
  void replaceBy(Path staging, Manifest manifest) {
    Progress reached = Progress.NOTHING_MOVED;
    try {
      if (fileSystem.exists(path)) {
        rename(path, previous());
        reached = Progress.OLD_ASIDE;
      }
      rename(staging, path);
      reached = reached == Progress.OLD_ASIDE ? Progress.REPLACED : Progress.NEW_IN_PLACE;
      Path part = new Path(path, MANIFEST_UNDER_WAY);
      try (OutputStream out = fileSystem.create(part, true)) {
        out.write(manifest.toBytes());
      }
      rename(part, new Path(path, Manifest.FILE_NAME));
    } catch (IOException e) {
      throw undo(reached, e);
    }
    deleteQuietly(previous());
  }

  private enum Progress {
    NOTHING_MOVED,
    OLD_ASIDE,
    NEW_IN_PLACE,
    REPLACED
  }

  private OutputException undo(Progress reached, IOException cause) {
    OutputException failure = notWritable(cause);
    try {
      if (reached == Progress.NEW_IN_PLACE || reached == Progress.REPLACED) {
        fileSystem.delete(path, true);
      }
      if (reached == Progress.OLD_ASIDE || reached == Progress.REPLACED) {
        rename(previous(), path);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** Puts the report of a failed run where it disturbs no output: here, or else beside. */
  Path writeFailure(byte[] report) throws IOException {
    Optional<List<String>> names = names();
    Path place = names.isEmpty() || isLeftOver(names.get()) ? path : failedSibling();
    Path file = new Path(place, RunReport.FILE_NAME);
    try (OutputStream out = fileSystem.create(file, true)) {
      out.write(report);
    }
    return file;
  }

  private Path failedSibling() {
    return new Path(path.getParent(), path.getName() + ".failed");
  }

  private void rename(Path from, Path to) throws IOException {
    // A rename onto a directory would move into it: say so instead.
    if (fileSystem.exists(to)) {
      throw new IOException(to + " appeared meanwhile");
    }
    if (!fileSystem.rename(from, to)) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }

  /** Deletes what nobody reads; a failure to do so changes nothing for readers. */
  void deleteQuietly(Path unread) {
    try {
      fileSystem.delete(unread, true);
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(OutputDirectory.class)
          .warn("Left behind {}: {}", unread, e.toString());
    }
  }
}
