package io.octant.pipeline.output;

import io.octant.pipeline.data.DataException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A place of promotion:
 *
 * <pre>{@code
 * PLACE/current.json               which result is to be used
 * PLACE/history/0000000001.json    what current.json was before, by number
 * PLACE/.octant/claims/            who is at it, as at an output
 * }</pre>
 *
 * <p>Moving on writes what is current into the history, then replaces {@code current.json}: a
 * process that dies leaves the old one or the new one. One at a time moves it, see {@link Lease}.
 */
public final class CurrentFolder {
  private static final String HISTORY = "history";
  private static final String NEXT = ".octant/current-next.json";
  private static final String SUFFIX = ".json";

  /** How long to wait for others that move it, which takes each less than a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long PAUSE_MILLIS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(CurrentFolder.class);

  private final OutputDirectory directory;
  private final OutputStore store;

  private CurrentFolder(OutputDirectory directory) {
    this.directory = directory;
    this.store = directory.store();
  }

  /**
   * A place by its path or URI, there or not.
   *
   * @throws OutputException if there is no such file system
   */
  public static CurrentFolder at(Configuration hadoop, String path) {
    return new CurrentFolder(OutputDirectory.at(hadoop, path));
  }

  /**
   * What is current, or empty if nothing was promoted yet.
   *
   * @throws DataException if the document is damaged, or gone while its history is there
   * @throws OutputUnavailableException if the storage fails
   */
  public Optional<CurrentResult> read() {
    try {
      return current();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private Optional<CurrentResult> current() throws IOException {
    Path file = directory.file(CurrentResult.FILE_NAME);
    Optional<byte[]> bytes = store.read(file);
    if (bytes.isPresent()) {
      return Optional.of(CurrentResult.fromBytes(file.toString(), bytes.get()));
    }
    // Where replacing is a deletion and a rename, it may be on its way.
    Path next = directory.file(NEXT);
    Optional<byte[]> underWay = store.read(next);
    bytes = store.read(file);
    if (bytes.isPresent()) {
      return Optional.of(CurrentResult.fromBytes(file.toString(), bytes.get()));
    }
    Optional<CurrentResult> whole = underWay.flatMap(b -> whole(next, b));
    if (whole.isEmpty()) {
      requireNoHistory(file);
    }
    return whole;
  }

  /** What a process that died has written aside may be cut short. */
  private static Optional<CurrentResult> whole(Path next, byte[] bytes) {
    try {
      return Optional.of(CurrentResult.fromBytes(next.toString(), bytes));
    } catch (DataException cutShort) {
      return Optional.empty();
    }
  }

  /** Numbers only grow: without the last one nobody can tell which is next. */
  private void requireNoHistory(Path file) throws IOException {
    List<FileStatus> entries = entries();
    if (!entries.isEmpty()) {
      throw new DataException(
          "Cannot read %s: it is gone, and %s is there, expected both or none"
              .formatted(file, entries.get(entries.size() - 1).getPath()));
    }
  }

  private List<FileStatus> entries() throws IOException {
    return store.list(directory.file(HISTORY)).stream()
        .filter(status -> status.getPath().getName().endsWith(SUFFIX))
        .toList();
  }

  /**
   * What was current, by number; the last is current now.
   *
   * @throws DataException if a document is damaged, or the current one gone
   * @throws OutputUnavailableException if the storage fails
   */
  public List<CurrentResult> history() {
    try {
      Optional<CurrentResult> current = current();
      List<CurrentResult> all = new ArrayList<>();
      if (current.isEmpty()) {
        return all;
      }
      for (FileStatus status : entries()) {
        Path file = status.getPath();
        Optional<byte[]> bytes = store.read(file);
        if (bytes.isPresent()) {
          CurrentResult earlier = CurrentResult.fromBytes(file.toString(), bytes.get());
          // One that dies between its two writes leaves what is current in both places.
          if (earlier.number() < current.get().number()) {
            all.add(earlier);
          }
        }
      }
      all.add(current.get());
      return all;
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /**
   * Moves on, alone.
   *
   * @param decide what is to follow on what was; empty leaves it. May be called more than once
   * @return what is current now
   * @throws OutputUnavailableException if others do not let go of it, or the storage fails
   */
  public Optional<CurrentResult> move(
      Function<List<CurrentResult>, Optional<CurrentResult>> decide) {
    try {
      if (decide.apply(history()).isEmpty() && !isUnderWay()) {
        return current();
      }
      requirePlace();
      directory.make();
      try (Lease lease = lease()) {
        finish(lease);
        List<CurrentResult> history = history();
        Optional<CurrentResult> next = decide.apply(history);
        if (next.isEmpty()) {
          return current();
        }
        if (!history.isEmpty()) {
          CurrentResult now = history.get(history.size() - 1);
          lease.check();
          store.put(directory.file(name(now.number())), now.toBytes());
        }
        lease.check();
        put(next.get());
        return next;
      } finally {
        tidy();
      }
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  /** What fails here changes nothing that was done, and is done by the next promotion. */
  private void tidy() {
    try {
      directory.removeIfEmpty();
    } catch (IOException e) {
      LOG.warn("Left something behind in {}: {}", directory.path(), e.toString());
    }
  }

  /** Whether one that died has left what is current aside, where only Octant finds it. */
  private boolean isUnderWay() throws IOException {
    return store.status(directory.file(CurrentResult.FILE_NAME)).isEmpty() && current().isPresent();
  }

  private void finish(Lease lease) throws IOException {
    if (isUnderWay()) {
      Optional<CurrentResult> left = current();
      lease.check();
      if (left.isPresent()) {
        put(left.get());
      }
    }
  }

  private void put(CurrentResult result) throws IOException {
    store.put(directory.file(CurrentResult.FILE_NAME), directory.file(NEXT), result.toBytes());
  }

  private void requirePlace() throws IOException {
    Optional<FileStatus> status = store.status(directory.path());
    if (status.isPresent() && !status.get().isDirectory()) {
      throw new OutputException(
          "Cannot promote at " + directory.path() + ": a file, expected a folder");
    }
    if (store.status(directory.manifest()).isPresent()) {
      throw new OutputException(
          "Cannot promote at "
              + directory.path()
              + ": a result, expected a folder of its own for what is current");
    }
  }

  private Lease lease() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return Lease.acquire(store, directory.path(), directory.claims());
      } catch (OutputUnavailableException | FileAlreadyExistsException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new OutputUnavailableException("Cannot promote: interrupted", e);
      }
    }
  }

  private static String name(long number) {
    return String.format(Locale.ROOT, "%s/%010d%s", HISTORY, number, SUFFIX);
  }

  private OutputUnavailableException unavailable(IOException e) {
    return new OutputUnavailableException(
        "Cannot read what is current: "
            + directory.path()
            + " ("
            + e.getMessage()
            + "), expected storage that works",
        e);
  }

  @Override
  public String toString() {
    return directory.path().toString();
  }
}
