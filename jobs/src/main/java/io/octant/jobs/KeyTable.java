package io.octant.jobs;

import io.octant.jobs.config.Key;
import io.octant.jobs.config.Key.Presence;
import io.octant.jobs.config.Keys;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/** Ends the help of a command with the table of configuration keys. */
final class KeyTable implements IModelTransformer {

  @Override
  public CommandSpec transform(CommandSpec command) {
    List<String> lines = new ArrayList<>();
    for (Key<?> key : Keys.all()) {
      lines.add("  @|bold %s|@ (%s)".formatted(key.path(), presence(key)));
      lines.add("    %s Expects %s.".formatted(key.meaning(), key.kind().description()));
    }
    lines.add("  @|bold %s.*|@".formatted(Keys.SPARK));
    lines.add("    Properties of Spark, passed on as they are.");
    command.usageMessage().footer(lines.toArray(String[]::new));
    return command;
  }

  private static String presence(Key<?> key) {
    if (key.presence() == Presence.REQUIRED) {
      return "required";
    }
    return key.defaultText().map(text -> "default " + text).orElse("optional");
  }
}
