package io.octant.pipeline.output;

import io.octant.pipeline.execution.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * One output under way. Files are written into a directory beside the final one; {@link #publish}
 * moves it into place and writes the manifest last. Closing without publishing removes every trace.
 *
 * <p>An output that is being replaced stays where it is until the new one is complete but for its
 * manifest; then it steps aside, and comes back if the last steps fail. A process that dies within
 * those steps leaves the old output beside; the next run with the same path puts it back. On file
 * systems whose rename is not atomic (object stores) the manifest alone decides.
 */
public final class OutputCommit implements AutoCloseable {
  private final OutputDirectory directory;
  private final Path staging;
  private final List<Manifest.File> files = new ArrayList<>();
  private boolean published;

  private OutputCommit(OutputDirectory directory, Path staging) {
    this.directory = directory;
    this.staging = staging;
  }

  /** What to do with an output that is there. */
  public enum IfPresent {
    REFUSE,
    REPLACE
  }

  /**
   * Checks the place and makes the directory to write into.
   *
   * @param path where the output goes; any Hadoop file system
   * @throws OutputException if there is an output that may not be replaced, something that is no
   *     output, or if the place is not writable
   */
  public static OutputCommit begin(Configuration hadoop, String path, IfPresent ifPresent) {
    OutputDirectory directory = OutputDirectory.at(hadoop, path);
    try {
      directory.recover();
      directory.requireFree(ifPresent);
      Path staging = directory.sibling("staging-" + UUID.randomUUID());
      if (!directory.fileSystem().mkdirs(staging)) {
        throw directory.notWritable(new IOException("mkdirs failed"));
      }
      return new OutputCommit(directory, staging);
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  /** Writes a file that the manifest vouches for. */
  public void write(String name, byte[] bytes) {
    writeUnlisted(name, bytes);
    files.add(new Manifest.File(name, bytes.length, Sha256.of(bytes)));
  }

  /** Writes a file that differs from run to run. */
  public void writeUnlisted(String name, byte[] bytes) {
    try (OutputStream out = directory.fileSystem().create(new Path(staging, name), true)) {
      out.write(bytes);
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  /**
   * Makes the files the output.
   *
   * @param digests what they were made from, SHA-256 by name
   * @param versions version by component
   * @return the manifest written
   * @throws OutputException if that fails; an older output is back in its place
   */
  public Manifest publish(Map<String, String> digests, Map<String, String> versions) {
    Manifest manifest = new Manifest(files, new TreeMap<>(digests), new TreeMap<>(versions));
    directory.replaceBy(staging, manifest);
    published = true;
    return manifest;
  }

  /**
   * Writes the report of a run that failed: at the place of its output if that is free, else into
   * {@code NAME.failed} beside it, so that an older output stays as it is.
   *
   * @return the file written
   * @throws OutputException if it cannot be written
   */
  public static Path recordFailure(Configuration hadoop, String path, RunReport report) {
    OutputDirectory directory = OutputDirectory.at(hadoop, path);
    try {
      return directory.writeFailure(report.toBytes());
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
  }

  /** Removes what was written unless it was published. */
  @Override
  public void close() {
    if (!published) {
      directory.deleteQuietly(staging);
    }
  }
}
