package io.octant.pipeline.output;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write one output, which one run has at a time.
 *
 * <p>A run writes a claim of its own, then looks for others. Of two runs at least one sees the
 * other, whatever the file system, as long as it lists what was written before. A run that sees
 * another live one that has the output is refused. Of runs that meet before any has it, the first
 * by identity stays and looks again, the others withdraw and try anew, a few times. A claim lives
 * while its run renews it, by the clock of the file system. A run that takes over from a dead one
 * writes a mark beside the dead claim: that run, should it be alive after all, finds the mark
 * before its next step. Claims and marks are forgotten by age.
 */
final class Lease implements AutoCloseable {
  /** A claim that was not renewed for so long is given up. */
  static final long LIFETIME_SECONDS = 120;

  private static final long RENEWAL_SECONDS = 15;
  private static final int TRIES = 4;

  /** How often a run looks whether those that come after it have withdrawn: seconds. */
  private static final int WAITS = 25;

  private static final String CLAIM = ".claim";
  private static final String LOST = ".lost";
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  private final OutputStore store;
  private final Path output;
  private final Path claims;
  private final RunIdentity run;
  private final ScheduledExecutorService renewal;
  private volatile long now;

  private Lease(OutputStore store, Path output, Path claims, RunIdentity run) {
    this.store = store;
    this.output = output;
    this.claims = claims;
    this.run = run;
    this.renewal =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "octant-lease");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Takes the lease.
   *
   * @param claims the directory of claims
   * @throws OutputUnavailableException if another run has it
   */
  static Lease acquire(OutputStore store, Path output, Path claims) throws IOException {
    Lease lease = new Lease(store, output, claims, RunIdentity.create());
    try {
      lease.acquire();
      return lease;
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private void acquire() throws IOException {
    int tries = 0;
    int waits = 0;
    store.put(claim(run.id()), run.claim(false));
    for (Optional<byte[]> rival = rival(); rival.isPresent(); rival = rival()) {
      byte[] claim = rival.get();
      boolean mayWait = !RunIdentity.holds(claim) && isBefore(claim);
      if (!mayWait || ++waits > WAITS) {
        store.delete(claim(run.id()));
        if (RunIdentity.holds(claim) || mayWait || ++tries == TRIES) {
          throw isWrittenBy(RunIdentity.of(claim));
        }
        pause();
        store.put(claim(run.id()), run.claim(false));
      } else {
        pause();
      }
    }
    store.put(claim(run.id()), run.claim(true));
    renewal.scheduleWithFixedDelay(this::renew, RENEWAL_SECONDS, RENEWAL_SECONDS, TimeUnit.SECONDS);
  }

  private OutputUnavailableException isWrittenBy(RunIdentity other) {
    return new OutputUnavailableException(
        "Cannot write output: "
            + output
            + " is being written by "
            + other.description()
            + ", expected that run to end first, or to give no sign for "
            + LIFETIME_SECONDS
            + " s");
  }

  /** Whether this run goes before the one of a claim: one of those that meet must. */
  private boolean isBefore(byte[] claim) {
    return run.id().compareTo(RunIdentity.of(claim).id()) < 0;
  }

  /**
   * The claim of another run that lives: of one that has the output or goes before this run, if
   * there is any, else of one that comes after it. Takes over from those that do not live.
   */
  private Optional<byte[]> rival() throws IOException {
    List<FileStatus> found = store.list(claims);
    now = ownTime(found);
    Set<String> lost = ids(found, LOST);
    Optional<byte[]> after = Optional.empty();
    for (FileStatus status : found) {
      String id = id(status, CLAIM);
      if (id.isEmpty() || id.equals(run.id()) || lost.contains(id)) {
        continue;
      }
      // A claim that is gone again was withdrawn.
      Optional<byte[]> claim = store.read(status.getPath());
      if (claim.filter(c -> RunIdentity.of(c).isDead()).isPresent()) {
        store.delete(status.getPath());
      } else if (now - status.getModificationTime() > LIFETIME_SECONDS * 1000) {
        store.put(new Path(claims, id + LOST), run.claim(false));
        store.delete(status.getPath());
      } else if (claim.filter(c -> RunIdentity.holds(c) || !isBefore(c)).isPresent()) {
        return claim;
      } else if (claim.isPresent()) {
        after = claim;
      }
    }
    return after;
  }

  /** Whether some run, living or dead, has a claim. */
  static boolean isClaimed(OutputStore store, Path claims) throws IOException {
    List<FileStatus> found = store.list(claims);
    Set<String> claiming = ids(found, CLAIM);
    claiming.removeAll(ids(found, LOST));
    return !claiming.isEmpty();
  }

  private static void pause() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(10, 70));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutputUnavailableException("Cannot write output: interrupted", e);
    }
  }

  /**
   * Every step calls this first.
   *
   * @throws OutputUnavailableException if another run has taken over, or the claim is gone
   */
  void check() throws IOException {
    List<FileStatus> found = store.list(claims);
    if (ids(found, LOST).contains(run.id())) {
      throw lost();
    }
    now = Math.max(now, ownTime(found));
  }

  private OutputUnavailableException lost() throws IOException {
    Optional<byte[]> taker = store.read(new Path(claims, run.id() + LOST));
    return new OutputUnavailableException(
        "Cannot write output: "
            + output
            + taker.map(t -> " was taken over by " + RunIdentity.of(t).description()).orElse("")
            + (taker.isEmpty() ? " lost the claim of this run" : "")
            + ", expected a claim that is renewed every "
            + RENEWAL_SECONDS
            + " s");
  }

  /** The run that has the lease. */
  RunIdentity run() {
    return run;
  }

  /** The time of the file system when the claim was last renewed, in milliseconds. */
  long now() {
    return now;
  }

  private void renew() {
    try {
      check();
      store.put(claim(run.id()), run.claim(true));
    } catch (IOException | RuntimeException e) {
      LOG.warn("The claim on {} is not renewed: {}", output, e.toString());
    }
  }

  /** Gives the lease back; a claim that cannot be deleted expires. */
  @Override
  public void close() {
    renewal.shutdownNow();
    try {
      renewal.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      store.delete(claim(run.id()));
    } catch (IOException e) {
      LOG.warn("Left behind {}: {}", claim(run.id()), e.toString());
    }
  }

  private Path claim(String id) {
    return new Path(claims, id + CLAIM);
  }

  private long ownTime(List<FileStatus> found) throws IOException {
    for (FileStatus status : found) {
      if (status.getPath().getName().equals(run.id() + CLAIM)) {
        return status.getModificationTime();
      }
    }
    throw lost();
  }

  private static Set<String> ids(List<FileStatus> found, String suffix) {
    Set<String> ids = new HashSet<>();
    found.forEach(status -> ids.add(id(status, suffix)));
    ids.remove("");
    return ids;
  }

  private static String id(FileStatus status, String suffix) {
    String name = status.getPath().getName();
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
  }
}
