package io.octant.pipeline;

import java.util.List;

/**
 * How a run was asked for, for those who want to do it again. It reaches {@code result.json} and
 * the page, and nothing that is computed.
 *
 * @param command words of the command line, without secrets; empty of a run that is no command's
 * @param configuration with everything in its place and without secrets, as a JSON object
 * @param notRead keys of the configuration that the command has no use for
 */
public record RunOrigin(List<String> command, String configuration, List<String> notRead) {
  /** Of a run that a program has asked for. */
  public static final RunOrigin PROGRAM = new RunOrigin(List.of(), "{}", List.of());

  public RunOrigin {
    command = List.copyOf(command);
    notRead = List.copyOf(notRead);
  }
}
