package io.octant.pipeline.output;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;

/**
 * The place of an output: who is at it, where its files lie, whether it is free. See {@link
 * OutputCommit} for the order in which they are written.
 */
final class OutputDirectory {
  private static final String OWN = ".octant";
  private static final String RESULTS = OWN + "/results";
  private static final String UNDER_WAY = "manifest-";
  private static final String REJECTED = "rejected";

  private final Path path;
  private final OutputStore store;

  private OutputDirectory(Path path, OutputStore store) {
    this.path = path;
    this.store = store;
  }

  static OutputDirectory at(Configuration hadoop, String text) {
    try {
      Path path = new Path(text);
      FileSystem fs = OutputStore.plain(path.getFileSystem(hadoop));
      Path qualified = fs.makeQualified(path);
      if (qualified.isRoot()) {
        throw new OutputException(
            "Cannot write output: " + text + ", expected a directory below the root");
      }
      return new OutputDirectory(
          qualified, OutputStore.of(fs, new Path(qualified, OWN + "/parts")));
    } catch (java.net.UnknownHostException | java.net.ConnectException e) {
      throw unavailable(text, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new OutputException(
          "Cannot write output: " + text + " (" + e.getMessage() + "), expected a writable path",
          e);
    }
  }

  OutputStore store() {
    return store;
  }

  Path path() {
    return path;
  }

  Path file(String name) {
    return new Path(path, name);
  }

  Path manifest() {
    return file(Manifest.FILE_NAME);
  }

  /** Where a run writes the manifest before it takes its place. */
  Path manifestUnderWay(RunIdentity run) {
    return file(OWN + "/" + UNDER_WAY + run.id());
  }

  private List<FileStatus> manifestsUnderWay() throws IOException {
    return store.list(file(OWN)).stream()
        .filter(s -> s.getPath().getName().startsWith(UNDER_WAY))
        .toList();
  }

  /** Is there while the files beside the manifest may not be those of the manifest. */
  Path copying() {
    return file(OWN + "/copying");
  }

  Path claims() {
    return file(OWN + "/claims");
  }

  String results() {
    return RESULTS;
  }

  Path in(Manifest manifest, String name) {
    return manifest.folder().isEmpty() ? file(name) : file(manifest.folder() + "/" + name);
  }

  /** Where what a gate refused is kept. */
  Path rejected(Path failurePlace) {
    return new Path(failurePlace, REJECTED);
  }

  /** The failure of writing here: of the place itself, or one that a later try may not meet. */
  OutputException notWritable(IOException e) {
    return isMisplaced(e)
        ? new OutputException(
            "Cannot write output: "
                + path
                + " ("
                + e.getMessage()
                + "), expected a writable directory",
            e)
        : unavailable(path.toString(), e);
  }

  private static OutputException unavailable(String place, IOException e) {
    String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new OutputUnavailableException(
        "Cannot write output: " + place + " (" + reason + "), expected storage that works", e);
  }

  /** Whether the same place fails the next time too. */
  private static boolean isMisplaced(IOException e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof AccessControlException
        || e instanceof java.nio.file.AccessDeniedException
        || e instanceof ParentNotDirectoryException
        // S3A's: there is no such bucket.
        || e.getClass().getSimpleName().equals("UnknownStoreException")
        || message.contains("cannot make directory")
        || message.contains("Permission denied")
        || message.contains("Not a directory")
        || message.contains("Read-only file system");
  }

  /** Makes the directory, which fails where it cannot be made. */
  void make() throws IOException {
    store.makeDirectory(claims());
  }

  /** The manifest of the output, or of one that took its place but for the last rename. */
  Optional<Manifest> published() throws IOException {
    Optional<byte[]> bytes = store.read(manifest());
    if (bytes.isPresent()) {
      return Optional.of(Manifest.fromBytes(bytes.get()));
    }
    List<byte[]> underWay = new ArrayList<>();
    for (FileStatus status : manifestsUnderWay()) {
      store.read(status.getPath()).ifPresent(underWay::add);
    }
    // It may have taken its place meanwhile.
    Optional<byte[]> again = store.read(manifest());
    if (again.isPresent()) {
      return Optional.of(Manifest.fromBytes(again.get()));
    }
    for (byte[] candidate : underWay) {
      Optional<Manifest> whole = whole(candidate);
      if (whole.isPresent()) {
        return whole;
      }
    }
    return Optional.empty();
  }

  private Optional<Manifest> whole(byte[] candidate) throws IOException {
    try {
      Manifest manifest = Manifest.fromBytes(candidate);
      return isWhole(manifest) ? Optional.of(manifest) : Optional.empty();
    } catch (OutputException cutShort) {
      return Optional.empty();
    }
  }

  private boolean isWhole(Manifest manifest) throws IOException {
    for (Manifest.File file : manifest.files()) {
      Optional<FileStatus> status = store.status(in(manifest, file.path()));
      if (status.isEmpty() || status.get().getLen() != file.bytes()) {
        return false;
      }
    }
    return true;
  }

  /** Checks that a run may put its output here. */
  void requireFree(OutputCommit.IfPresent ifPresent) throws IOException {
    Optional<FileStatus> status = store.status(path);
    if (status.isEmpty()) {
      return;
    }
    if (!status.get().isDirectory()) {
      throw new OutputException(
          "Cannot write output: " + path + " is a file, expected a directory");
    }
    // Listed before the manifest is looked for: it comes before the files beside it.
    List<String> foreign = foreign();
    if (published().isEmpty()) {
      if (!foreign.isEmpty()) {
        throw new OutputException(
            "Cannot write output: "
                + path
                + " holds "
                + foreign.get(0)
                + " but no "
                + Manifest.FILE_NAME
                + ", expected an earlier output or nothing");
      }
    } else if (ifPresent == OutputCommit.IfPresent.REFUSE) {
      throw exists();
    }
  }

  OutputExistsException exists() {
    return new OutputExistsException(
        "Cannot write output: "
            + path
            + " exists, expected a new directory, or overwriting allowed");
  }

  /** Names that no run leaves without a manifest. */
  private List<String> foreign() throws IOException {
    return store.list(path).stream()
        .map(s -> s.getPath().getName())
        .filter(n -> !Set.of(OWN, RunReport.FILE_NAME, RunReport.PAGE_NAME, REJECTED).contains(n))
        .toList();
  }

  /** Where the report of a failed run disturbs no output: here, or else beside. */
  Path failurePlace() throws IOException {
    Optional<FileStatus> status = store.status(path);
    boolean free =
        status.isEmpty()
            || (status.get().isDirectory() && foreign().isEmpty() && published().isEmpty());
    return free ? path : failedSibling();
  }

  Path failedSibling() {
    return new Path(path.getParent(), path.getName() + ".failed");
  }

  /** Whether some run is at the output. */
  boolean isClaimed() throws IOException {
    return Lease.isClaimed(store, claims());
  }

  /**
   * Deletes what nobody reads: results other than {@code kept} and files under way, if they are
   * older than any run that could still want them.
   */
  void sweep(Set<String> kept, long now) throws IOException {
    for (FileStatus result : store.list(file(RESULTS))) {
      if (!kept.contains(RESULTS + "/" + result.getPath().getName())
          && isOld(result.getPath(), result.getModificationTime(), now)) {
        store.delete(result.getPath());
      }
    }
    List<FileStatus> leftovers = new ArrayList<>(manifestsUnderWay());
    leftovers.addAll(store.list(claims()));
    leftovers.addAll(store.list(file(OWN + "/parts")));
    for (FileStatus file : leftovers) {
      if (now - file.getModificationTime() > RETENTION_MILLIS) {
        store.delete(file.getPath());
      }
    }
  }

  /** How long what a run has left lies before another deletes it. */
  static final long RETENTION_MILLIS = 3_600_000;

  /** The time of a folder counts only if it is empty: on an object store it is always now. */
  private boolean isOld(Path folder, long ownTime, long now) throws IOException {
    long newest =
        store.files(folder).stream()
            .mapToLong(FileStatus::getModificationTime)
            .max()
            .orElse(ownTime);
    return now - newest > RETENTION_MILLIS;
  }

  /** Removes the traces of failures from a directory, and the directory if that was all. */
  void forgetFailures() throws IOException {
    store.delete(rejected(path));
    Path failed = failedSibling();
    if (store.status(failed).isPresent()) {
      store.delete(new Path(failed, RunReport.FILE_NAME));
      store.delete(new Path(failed, RunReport.PAGE_NAME));
      store.delete(rejected(failed));
      store.deleteIfEmpty(failed);
    }
  }

  /** Removes directories that hold nothing. */
  void removeIfEmpty() throws IOException {
    for (Path empty : List.of(file(OWN + "/parts"), claims(), file(RESULTS), file(OWN), path)) {
      store.deleteIfEmpty(empty);
    }
  }
}
