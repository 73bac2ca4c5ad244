package io.octant.jobs;

import io.octant.jobs.config.CommandName;
import io.octant.jobs.config.Key;
import io.octant.jobs.config.Key.Presence;
import io.octant.jobs.config.Keys;
import io.octant.jobs.config.Readers;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/** Ends the help of a command with the table of the configuration keys that it reads. */
final class KeyTable implements IModelTransformer {

  @Override
  public CommandSpec transform(CommandSpec command) {
    List<String> lines = new ArrayList<>();
    CommandName name = CommandName.of(command.name());
    for (Key<?> key : Keys.all()) {
      if (!Readers.reads(name, key)) {
        continue;
      }
      lines.add("  @|bold %s|@ (%s)".formatted(key.path(), presence(key)));
      lines.add("    %s Expects %s.".formatted(key.meaning(), key.kind().description()));
    }
    lines.add("  @|bold %s|@".formatted(Readers.properties(name)));
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
