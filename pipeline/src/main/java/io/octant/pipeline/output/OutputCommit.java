package io.octant.pipeline.output;

import io.octant.bytes.Digest;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One output under way. Its files lie in a folder of their own, which the manifest names:
 *
 * <pre>{@code
 * OUTPUT/manifest.json             the result is what this names
 * OUTPUT/NAME                      copies of its files
 * OUTPUT/.octant/results/DIGEST/   the files of a result
 * OUTPUT/.octant/claims/           who is at the output
 * OUTPUT/rejected/, result.json, report.html
 *                                  of a run that failed, if there is no result
 * OUTPUT.failed/                   of a run that failed, if there is one
 * }</pre>
 *
 * <p>Publishing writes the files into a new folder, then moves the manifest, then copies the files
 * beside it. A process that dies before the manifest has moved leaves the old result as it was; one
 * that dies later leaves the new one, whose copies the next run completes. Each step first checks
 * the {@link Lease}; a run that lost it can still not damage what another has published, since no
 * two results share a folder unless they are equal.
 *
 * <p>Nothing is written but claims before {@link #publish}. Thread-safe, so that a shutdown may
 * {@link #cancel} what another thread does.
 */
public final class OutputCommit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutputCommit.class);

  private final OutputDirectory directory;
  private final OutputStore store;
  private final IfPresent ifPresent;
  private final Lease lease;
  private final SortedMap<String, byte[]> listed = new TreeMap<>();
  private final SortedMap<String, byte[]> unlisted = new TreeMap<>();
  private State state = State.OPEN;

  private enum State {
    OPEN,
    PUBLISHED,
    CANCELLED
  }

  private OutputCommit(OutputDirectory directory, IfPresent ifPresent, Lease lease) {
    this.directory = directory;
    this.store = directory.store();
    this.ifPresent = ifPresent;
    this.lease = lease;
  }

  /** What to do with an output that is there. */
  public enum IfPresent {
    REFUSE,
    REPLACE
  }

  /**
   * Checks the place and takes its lease; completes what a run that died has published.
   *
   * @param path where the output goes; any Hadoop file system
   * @throws OutputException if there is an output that may not be replaced, something that is no
   *     output, or if the place is not writable
   * @throws OutputUnavailableException if another run is at it, or the storage fails
   */
  public static OutputCommit begin(Configuration hadoop, String path, IfPresent ifPresent) {
    OutputDirectory directory = OutputDirectory.at(hadoop, path);
    try {
      if (!directory.isClaimed()) {
        directory.requireFree(ifPresent);
      }
      directory.make();
      Lease lease = Lease.acquire(directory.store(), directory.path(), directory.claims());
      OutputCommit commit = new OutputCommit(directory, ifPresent, lease);
      try {
        commit.recover();
        directory.requireFree(ifPresent);
        return commit;
      } catch (IOException | RuntimeException e) {
        commit.close();
        throw e;
      }
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  /**
   * Checks the place as {@link #begin} does, and changes nothing.
   *
   * @throws OutputException if there is an output that may not be replaced, or something that is no
   *     output
   * @throws OutputUnavailableException if the storage fails
   */
  public static void requireFree(Configuration hadoop, String path, IfPresent ifPresent) {
    OutputDirectory directory = OutputDirectory.at(hadoop, path);
    try {
      directory.requireFree(ifPresent);
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  private Path manifestUnderWay() {
    return directory.manifestUnderWay(lease.run());
  }

  /**
   * Completes what a run has published that died before it was through, if there is such a result.
   *
   * @throws OutputUnavailableException if another run is at the output, or the storage fails
   */
  public static void recover(Configuration hadoop, String path) {
    OutputDirectory directory = OutputDirectory.at(hadoop, path);
    OutputStore store = directory.store();
    try {
      boolean moved = store.status(directory.manifest()).isPresent();
      if (moved && store.status(directory.copying()).isEmpty()) {
        return;
      }
      Lease lease = Lease.acquire(store, directory.path(), directory.claims());
      try (OutputCommit commit = new OutputCommit(directory, IfPresent.REFUSE, lease)) {
        commit.recover();
      }
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  private void recover() throws IOException {
    Optional<Manifest> published = directory.published();
    if (published.isEmpty()) {
      return;
    }
    if (store.status(directory.manifest()).isEmpty()) {
      store.put(directory.manifest(), manifestUnderWay(), published.get().toBytes());
    }
    if (store.status(directory.copying()).isPresent()) {
      complete(published.get());
    }
  }

  private void complete(Manifest manifest) throws IOException {
    for (Manifest.File file : manifest.files()) {
      copy(manifest, file.path());
    }
    copy(manifest, RunReport.FILE_NAME);
    copy(manifest, RunReport.PAGE_NAME);
    lease.check();
    store.delete(directory.copying());
  }

  private void copy(Manifest manifest, String name) throws IOException {
    Optional<byte[]> bytes = store.read(directory.in(manifest, name));
    if (bytes.isPresent()) {
      lease.check();
      store.put(directory.file(name), bytes.get());
    }
  }

  /** Adds a file that the manifest vouches for. */
  public synchronized void write(String name, byte[] bytes) {
    listed.put(name, bytes.clone());
  }

  /** Adds a file that differs from run to run. */
  public synchronized void writeUnlisted(String name, byte[] bytes) {
    unlisted.put(name, bytes.clone());
  }

  /**
   * Makes the files the output.
   *
   * @param digests what they were made from, SHA-256 by name
   * @param versions version by component
   * @return the manifest written
   * @throws OutputExistsException if there is an output by now that may not be replaced
   * @throws OutputException if it cannot be written; readers find the output that was there before,
   *     unless the message says otherwise
   */
  public Manifest publish(Map<String, String> digests, Map<String, String> versions) {
    Manifest manifest =
        Manifest.of(
            directory.results(),
            listed.entrySet().stream()
                .map(
                    f ->
                        new Manifest.File(
                            f.getKey(), f.getValue().length, Digest.of(f.getValue()).hex()))
                .toList(),
            digests,
            versions);
    try {
      Optional<Manifest> old = directory.published();
      if (old.isPresent() && ifPresent == IfPresent.REFUSE) {
        throw directory.exists();
      }
      for (Map.Entry<String, byte[]> file : all().entrySet()) {
        step(() -> store.put(directory.in(manifest, file.getKey()), file.getValue()));
      }
      step(() -> store.put(directory.copying(), new byte[0]));
      move(manifest);
      afterwards(manifest, old);
      return manifest;
    } catch (FileAlreadyExistsException e) {
      throw directory.exists();
    } catch (IOException e) {
      // Two that write at once disturb each other in many ways: say why.
      checkLease(e);
      throw directory.notWritable(e);
    }
  }

  private boolean isLost() {
    try {
      lease.check();
      return false;
    } catch (OutputUnavailableException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void checkLease(IOException cause) {
    try {
      lease.check();
    } catch (OutputUnavailableException e) {
      e.addSuppressed(cause);
      throw e;
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private SortedMap<String, byte[]> all() {
    SortedMap<String, byte[]> all = new TreeMap<>(listed);
    all.putAll(unlisted);
    return all;
  }

  /** The step that decides. */
  private void move(Manifest manifest) throws IOException {
    byte[] bytes = manifest.toBytes();
    try {
      step(
          () -> {
            if (ifPresent == IfPresent.REFUSE) {
              store.putNew(directory.manifest(), manifestUnderWay(), bytes);
            } else {
              store.put(directory.manifest(), manifestUnderWay(), bytes);
            }
            state = State.PUBLISHED;
          });
    } catch (IOException e) {
      if (!isInPlace(bytes, e)) {
        throw e;
      }
      state = State.PUBLISHED;
    }
  }

  /** A store may have done what it reports as failed. */
  private boolean isInPlace(byte[] manifest, IOException cause) {
    try {
      return store.read(directory.manifest()).filter(m -> Arrays.equals(m, manifest)).isPresent();
    } catch (IOException e) {
      cause.addSuppressed(e);
      throw new OutputUnavailableException(
          "Cannot tell whether the output is written: "
              + directory.path()
              + " ("
              + cause.getMessage()
              + "), expected storage that works; what "
              + Manifest.FILE_NAME
              + " names is whole either way",
          cause);
    }
  }

  private void afterwards(Manifest manifest, Optional<Manifest> old) throws IOException {
    try {
      for (Map.Entry<String, byte[]> file : all().entrySet()) {
        step(() -> store.put(directory.file(file.getKey()), file.getValue()));
      }
      for (String name : superseded(old)) {
        step(() -> store.delete(directory.file(name)));
      }
      step(() -> store.delete(directory.copying()));
    } catch (OutputUnavailableException e) {
      // Whoever has the lease now found the result published, and completes or replaces it.
      LOG.warn("The result is published, but: {}", e.getMessage());
      return;
    } catch (IOException e) {
      if (isLost()) {
        LOG.warn("The result is published, another run is at it: {}", e.getMessage());
        return;
      }
      throw new OutputUnavailableException(
          "Cannot complete output: "
              + directory.path()
              + " ("
              + e.getMessage()
              + "), expected storage that works; "
              + Manifest.FILE_NAME
              + " names the new result, the next run copies its files",
          e);
    }
    tidy(manifest, old);
  }

  /** Names beside the manifest of an earlier result, or of a failure, that this one has not. */
  private Set<String> superseded(Optional<Manifest> old) {
    Set<String> names = new HashSet<>(Set.of(RunReport.PAGE_NAME));
    old.ifPresent(m -> m.files().forEach(f -> names.add(f.path())));
    names.removeAll(all().keySet());
    return names;
  }

  /** What fails here is done by the next run. */
  private void tidy(Manifest manifest, Optional<Manifest> old) {
    Set<String> kept = new HashSet<>(Set.of(manifest.folder()));
    // Who reads the old result may finish.
    old.ifPresent(m -> kept.add(m.folder()));
    try {
      lease.check();
      directory.sweep(kept, lease.now());
      directory.forgetFailures();
    } catch (IOException | OutputException e) {
      LOG.warn("Left something behind in {}: {}", directory.path(), e.toString());
    }
  }

  private interface Write {
    void run() throws IOException;
  }

  private synchronized void step(Write write) throws IOException {
    if (state == State.CANCELLED) {
      throw new OutputUnavailableException(
          "Cannot write output: " + directory.path() + ", the run was stopped");
    }
    lease.check();
    write.run();
  }

  /**
   * Ends what another thread does with this output before its next step, unless it is published.
   *
   * @return whether it is not published and will not be
   */
  public synchronized boolean cancel() {
    if (state == State.PUBLISHED) {
      return false;
    }
    state = State.CANCELLED;
    return true;
  }

  /**
   * Writes the report of a run that failed: at the place of its output if that is free, else into
   * {@code NAME.failed} beside it, so that an output stays as it is.
   *
   * @return the file written
   * @throws OutputException if it cannot be written
   */
  public static Path recordFailure(Configuration hadoop, String path, RunReport report) {
    return recordFailure(hadoop, path, report, Optional.empty(), Map.of());
  }

  /**
   * The same with files.
   *
   * @param page that shows the report, beside it
   * @param rejected content by name, of what goes into a folder {@code rejected} beside the report
   */
  public static Path recordFailure(
      Configuration hadoop,
      String path,
      RunReport report,
      Optional<byte[]> page,
      Map<String, byte[]> rejected) {
    OutputDirectory directory = OutputDirectory.at(hadoop, path);
    OutputStore store = directory.store();
    try {
      Path place = directory.isClaimed() ? directory.failedSibling() : directory.failurePlace();
      store.delete(directory.rejected(place));
      store.delete(new Path(place, RunReport.PAGE_NAME));
      for (Map.Entry<String, byte[]> file : new TreeMap<>(rejected).entrySet()) {
        store.put(new Path(directory.rejected(place), file.getKey()), file.getValue());
      }
      Path file = new Path(place, RunReport.FILE_NAME);
      store.put(file, report.toBytes());
      if (page.isPresent()) {
        store.put(new Path(place, RunReport.PAGE_NAME), page.get());
      }
      directory.removeIfEmpty();
      return file;
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  /** Deletes what runs that failed have left at an output that has a result. */
  public static void forgetFailures(Configuration hadoop, String path) {
    try {
      OutputDirectory.at(hadoop, path).forgetFailures();
    } catch (IOException | OutputException e) {
      LOG.warn("Left something behind at {}: {}", path, e.toString());
    }
  }

  /** Gives the lease back, and removes the directories made for it if nothing was published. */
  @Override
  public void close() {
    lease.close();
    try {
      directory.removeIfEmpty();
    } catch (IOException e) {
      LOG.warn("Left something behind in {}: {}", directory.path(), e.toString());
    }
  }
}
