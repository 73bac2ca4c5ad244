package io.octant.pipeline.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.pipeline.output.OutputCommit.IfPresent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  private static final int RUNS = 10;

  @TempDir Path dir;

  /** The local disk, as far away as a store on the network. */
  public static final class FarAway extends RawLocalFileSystem {
    private static void travel() {
      try {
        Thread.sleep(25);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public URI getUri() {
      return URI.create("far:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path file,
        boolean overwrite,
        int buffer,
        short replication,
        long block,
        Progressable progress)
        throws IOException {
      travel();
      return super.create(file, overwrite, buffer, replication, block, progress);
    }

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path folder) throws IOException {
      travel();
      return super.listStatus(folder);
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path file, boolean recursive) throws IOException {
      travel();
      return super.delete(file, recursive);
    }
  }

  /** They get in each other's way; yet one goes on, or nobody would write. */
  @Test
  void ofManyThatBeginAtOnceOneHasTheOutput() throws Exception {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs.far.impl", FarAway.class.getName());
    ExecutorService threads = Executors.newFixedThreadPool(RUNS);
    try {
      for (int round = 0; round < 5; round++) {
        String out = "far://" + dir.resolve("out-" + round);
        CyclicBarrier together = new CyclicBarrier(RUNS);
        List<Callable<Boolean>> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
          runs.add(() -> begins(hadoop, out, together));
        }
        List<Boolean> began = new ArrayList<>();
        for (Future<Boolean> run : threads.invokeAll(runs)) {
          began.add(run.get());
        }
        assertThat(began).as("round %d", round).containsOnlyOnce(true);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** One that has begun keeps the output until all have tried. */
  private static boolean begins(Configuration hadoop, String out, CyclicBarrier together)
      throws Exception {
    together.await();
    try (OutputCommit commit = OutputCommit.begin(hadoop, out, IfPresent.REPLACE)) {
      together.await();
      return commit.cancel();
    } catch (OutputUnavailableException e) {
      assertThat(e).hasMessageContaining("is being written by run ");
      together.await();
      return false;
    }
  }
}
