package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The launcher in a source tree of its own, with a stand-in for Maven that notes its calls and
 * leaves what a build leaves, and one for Java that prints its arguments.
 */
class LauncherTest {

  private static final List<String> MODULES =
      List.of("graph-core", "kernels-native", "pipeline", "jobs");
  private static final List<String> SYSTEM_TOOLS =
      List.of(
          "bash",
          "cat",
          "cmp",
          "cut",
          "dirname",
          "find",
          "flock",
          "grep",
          "head",
          "id",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sort",
          "timeout",
          "touch");

  @TempDir Path folder;
  private Path root;
  private Path tools;
  private Path calls;

  @BeforeEach
  void plantSourceTree() throws IOException {
    root = Files.createDirectory(folder.resolve("tree"));
    Files.copy(Path.of("../octant"), root.resolve("octant"));
    Files.createDirectories(root.resolve("dev"));
    Files.copy(Path.of("../dev/tools.sh"), root.resolve("dev/tools.sh"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.createDirectories(root.resolve(".mvn"));
    for (String module : MODULES) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Files.writeString(root.resolve("jobs/src/main/A.java"), "class A {}");
    Files.createDirectories(root.resolve("stores/s3"));
    Files.writeString(root.resolve("stores/s3/pom.xml"), "<project/>");

    tools = Files.createDirectories(root.resolve("tools"));
    calls = root.resolve("calls");
    for (String tool : SYSTEM_TOOLS) {
      script(tools.resolve(tool), "exec %s \"$@\"".formatted(systemTool(tool)));
    }
    script(tools.resolve("g++"), "exit 0");
    script(
        tools.resolve("mvn"),
        """
        echo "$@" >> 'CALLS'
        echo '[INFO] Building Octant :: jobs 0.1'
        if [ "${3#*stores}" != "$3" ]; then
          if grep -q broken stores/s3/pom.xml; then echo '[ERROR] no such jar'; exit 1; fi
          mkdir -p stores/s3/target
          printf pom.xml:s3.jar > stores/s3/target/classpath
          exit 0
        fi
        if grep -q broken jobs/src/main/A.java; then echo '[ERROR] A.java: broken'; exit 1; fi
        mkdir -p jobs/target/launcher
        echo jar > jobs/target/octant.jar
        echo pom.xml > jobs/target/spark.classpath
        echo > jobs/target/launcher/jvm.args
        """
            .replace("CALLS", calls.toString()));
    Path jdk = Files.createDirectories(root.resolve("jdk/bin"));
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
    script(jdk.resolve("javac"), "exit 0");
    script(
        jdk.resolve("java"),
        """
        for option in "$@"; do
          case $option in
            -XX:ArchiveClassesAtExit=*)
              if [ -f interrupt ]; then # the launcher, which has called through timeout
                kill -s "$(cat interrupt)" "$(cut -d ' ' -f 4 "/proc/$PPID/stat")"
                exit 130
              fi
              echo "java $@"
              [ ! -f no-archive ] || exit 1
              echo archive > "${option#*=}"
              exit 0
              ;;
          esac
        done
        echo "java $@"
        exit 7
        """);
  }

  @Test
  void buildsOnceAndThenStartsTheCommandLineWithItsArgumentsAndExitCode() throws Exception {
    Outcome first = launch("quantize", "my job.conf");
    Outcome second = launch("--help");

    assertThat(first.exitCode()).isEqualTo(7);
    assertThat(first.output())
        .contains("Building Octant, log in " + root.resolve("jobs/target/launcher.log"))
        .contains("io.octant.jobs.Main quantize my job.conf");
    assertThat(second.output()).doesNotContain("Building").contains("io.octant.jobs.Main --help");
    assertThat(Files.readAllLines(calls)).hasSize(1).first().asString().contains("package");
  }

  @Test
  void buildsAgainWhenASourceIsChangedAddedOrRemoved() throws Exception {
    launch();
    Files.writeString(root.resolve("jobs/src/main/A.java"), "class A { int x; }");
    launch();
    Files.writeString(root.resolve("pipeline/src/main/B.java"), "class B {}");
    launch();
    Files.delete(root.resolve("pipeline/src/main/B.java"));
    launch();
    launch();

    assertThat(Files.readAllLines(calls)).hasSize(4);
  }

  @Test
  void aFailedBuildShowsItsErrorsAndWhereTheLogIs() throws Exception {
    Files.writeString(root.resolve("jobs/src/main/A.java"), "broken");

    Outcome outcome = launch("--help");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .contains(
            "[ERROR] A.java: broken", "Cannot build Octant: Maven failed, the whole log is in ")
        .doesNotContain("[INFO]", "io.octant.jobs.Main");
    assertThat(launch("--help").exitCode()).as("a failed build is not taken for done").isEqualTo(1);
  }

  @Test
  void missingToolsAreNamedWithTheCommandThatInstallsThem() throws Exception {
    Files.delete(tools.resolve("g++"));
    Files.delete(tools.resolve("mvn"));
    script(tools.resolve("apt-get"), "exit 0");

    Outcome outcome = launch("--help");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .contains("Cannot build Octant: missing maven g++, expected JDK 17, Maven 3.8 and g++.")
        .contains("apt-get update && apt-get install -y maven g++");
    assertThat(calls).doesNotExist();
  }

  @Test
  void testsNeedABrowserAndNothingElseDoes() throws Exception {
    Files.copy(Path.of("../dev/test"), root.resolve("dev/test"));
    script(tools.resolve("apt-get"), "exit 0");

    Outcome without = start(Map.of(), List.of(root.resolve("dev/test").toString()));
    assertThat(without.exitCode()).isEqualTo(1);
    assertThat(without.output())
        .contains("Cannot test Octant: missing chromium, expected JDK 17, Maven 3.8, g++ and ")
        .containsPattern("Install with: (sudo )?apt-get update && apt-get install -y chromium\n");
    assertThat(calls).doesNotExist();
    assertThat(launch("--help").output()).contains("io.octant.jobs.Main --help");

    script(tools.resolve("chromium"), "exit 0");
    assertThat(start(Map.of(), List.of(root.resolve("dev/test").toString())).exitCode()).isZero();
    assertThat(Files.readAllLines(calls)).last().asString().contains("clean verify");
  }

  @Test
  void aStoreIsFetchedOnceAndGoesOntoTheClassPath() throws Exception {
    Outcome first = launch("--with", "s3", "quantize", "job.conf");
    Outcome second = launch("--with", "s3", "quantize", "job.conf");
    Outcome without = launch("quantize", "job.conf");

    assertThat(first.output())
        .contains("Fetching the jars for s3, log in " + root.resolve("stores/s3/target"))
        .contains("-Doctant.jars=pom.xml:s3.jar -cp ", ":pom.xml:s3.jar io.octant.jobs.Main")
        .contains("io.octant.jobs.Main quantize job.conf");
    assertThat(second.output())
        .doesNotContain("Fetching")
        .contains(":pom.xml:s3.jar io.octant.jobs.Main quantize job.conf");
    assertThat(without.output()).doesNotContain("s3.jar");
    assertThat(Files.readAllLines(calls))
        .as("one for the store, one for Octant")
        .hasSize(2)
        .first()
        .asString()
        .contains("-Pquick,stores -pl stores/s3 package");

    Files.writeString(root.resolve("stores/s3/pom.xml"), "<project>broken</project>");
    Outcome broken = launch("--with", "s3", "--help");
    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(broken.output())
        .contains("[ERROR] no such jar", "octant: Cannot fetch the jars for s3: Maven failed")
        .doesNotContain("io.octant.jobs.Main");
  }

  @Test
  void furtherJarsMustBeThereAndStoresKnown() throws Exception {
    Path jar = Files.writeString(root.resolve("my.jar"), "jar");

    assertThat(launch(Map.of("OCTANT_JARS", jar.toString()), "--with", "s3", "--help").output())
        .contains("-Doctant.jars=" + jar + ":pom.xml:s3.jar -cp ");
    Outcome absent = launch(Map.of("OCTANT_JARS", jar + ":none.jar"), "--help");
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.output())
        .isEqualTo(
            "octant: Cannot use OCTANT_JARS: no file none.jar, expected jars with colons between"
                + " them\n");
    for (String[] wrong : new String[][] {{"--with"}, {"--with", "s4", "--help"}}) {
      Outcome unknown = launch(wrong);
      assertThat(unknown.exitCode()).isEqualTo(2);
      assertThat(unknown.output()).contains("octant: Cannot use --with ", "expected one of: s3\n");
    }
  }

  @Test
  void aBuildArchivesTheClassesOfAJobAndStartsUseThem() throws Exception {
    Path launcher = root.resolve("jobs/target/launcher");
    Outcome first = launch("--help");

    assertThat(first.output())
        .contains("Archiving classes for quick starts, log in " + launcher.resolve("archive.log"))
        .contains(" -XX:SharedArchiveFile=" + launcher.resolve("classes.jsa") + " ");
    assertThat(launcher.resolve("archive.log"))
        .content()
        .contains("io.octant.jobs.Main quantize " + root.resolve("conf/examples/"));
    assertThat(launcher.resolve("archive")).doesNotExist();
    assertThat(launch("--help").output())
        .contains(" -XX:SharedArchiveFile=")
        .doesNotContain("Archiving");

    Files.writeString(root.resolve("no-archive"), "");
    Files.writeString(root.resolve("jobs/src/main/A.java"), "class A { int x; }");
    Outcome without = launch("--help");
    assertThat(without.exitCode()).isEqualTo(7);
    assertThat(without.output())
        .as("an archive of the jar before is gone")
        .contains("octant: Cannot archive classes, starts take seconds longer until the next build")
        .contains("io.octant.jobs.Main --help")
        .doesNotContain("SharedArchiveFile");
    assertThat(launch("--help").output()).as("is not tried again").doesNotContain("rchiv");
  }

  @Test
  void aStartDoesNotWaitForAnotherThatArchives() throws Exception {
    launch("--help");
    Path launcher = root.resolve("jobs/target/launcher");
    Files.delete(launcher.resolve("classes.jsa"));

    Process other =
        new ProcessBuilder(
                systemTool("flock").toString(),
                launcher.resolve("archive.lock").toString(),
                systemTool("cat").toString())
            .start();
    try (var held = other.getOutputStream()) {
      held.write('\n');
      held.flush();
      assertThat(other.getInputStream().read()).as("the lock is held").isEqualTo('\n');
      assertThat(launch("--help").output())
          .contains("io.octant.jobs.Main --help")
          .doesNotContain("Archiving", "SharedArchiveFile");
    }
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(launch("--help").output()).contains("Archiving", "SharedArchiveFile");
  }

  @Test
  void ofManyAtOnceOneBuildsAndTheOthersSayThatTheyWait() throws Exception {
    Path gate = root.resolve("gate");
    Path maven = tools.resolve("mvn");
    Files.move(maven, tools.resolve("build"));
    script(maven, "until [ -f gate ]; do sleep 0.05; done\nexec build \"$@\"");
    script(tools.resolve("sleep"), "exec %s \"$@\"".formatted(systemTool("sleep")));
    List<Path> outputs = new ArrayList<>();
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      outputs.add(root.resolve("output" + i));
      all.add(
          begin(Map.of(), List.of(root.resolve("octant").toString(), "--help"), outputs.get(i)));
    }
    while (outputs.stream().filter(o -> read(o).contains("Waiting for another octant")).count()
        < 2) {
      Thread.sleep(20);
    }
    Files.createFile(gate);

    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(read(outputs.get(i))).contains("io.octant.jobs.Main --help");
    }
    assertThat(Files.readAllLines(calls)).hasSize(1);
  }

  @Test
  void aTreeThatIsMovedIsNotBuiltAgainAndMayHaveSpacesInItsPath() throws Exception {
    launch("--help");
    Path moved = Files.move(root, folder.resolve("an other tree"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), moved.resolve("octant"));
    // The stand-ins call the system's tools, and Java, by the paths that they were planted under.
    Files.createSymbolicLink(root, moved);
    List<String> command = List.of(link.toString(), "--help");

    assertThat(start(Map.of(), command).output())
        .contains("-cp " + moved.resolve("jobs/target/octant.jar") + ":pom.xml ")
        .doesNotContain("Building");
    Files.writeString(root.resolve("jobs/src/main/A.java"), "class A { int x; }");
    assertThat(start(Map.of(), command).output())
        .contains("Building Octant, log in " + moved.resolve("jobs/target/launcher.log"))
        .contains("Archiving", " -XX:SharedArchiveFile=" + moved.resolve("jobs/target/launcher"));
    assertThat(Files.readAllLines(calls)).hasSize(2);
  }

  @Test
  void aTreeThatIsNeitherBuiltNorWritableIsNamed() throws Exception {
    Path target = Files.createFile(root.resolve("jobs/target"));

    Outcome outcome = launch("--help");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.output())
        .isEqualTo(
            "octant: Cannot build Octant in "
                + target
                + ": it cannot be written to, expected a tree that is built already or can be\n");
  }

  @Test
  void namesOfFilesAreReadWhereNoLanguageIsSet() throws Exception {
    Path java = root.resolve("jdk/bin/java");
    script(java, "echo \"$LC_ALL\"");

    assertThat(launch(Map.of("LANG", "", "LC_ALL", "", "LC_CTYPE", "")).output())
        .endsWith("\nC.UTF-8\n");
    assertThat(launch(Map.of("LANG", "", "LC_ALL", "de_DE.UTF-8", "LC_CTYPE", "")).output())
        .endsWith("de_DE.UTF-8\n");
  }

  /** A terminal and cron, whose languages order names otherwise. */
  @Test
  void anotherLanguageIsNoReasonToBuildAgain() throws Exception {
    script(
        tools.resolve("sort"),
        "[ \"$LC_ALL\" = de_DE.UTF-8 ] && set -- -r\nexec %s \"$@\"".formatted(systemTool("sort")));
    assertThat(launch(Map.of("LC_ALL", "de_DE.UTF-8")).output()).contains("Building");
    assertThat(launch(Map.of("LC_ALL", "")).output()).doesNotContain("Building");
    assertThat(Files.readAllLines(calls)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void whoeverInterruptsTheArchivingWantsNoCommandEither(String signal, int code) throws Exception {
    Path interrupt = Files.writeString(root.resolve("interrupt"), signal);

    Outcome interrupted = launch("--help");
    assertThat(interrupted.exitCode()).isEqualTo(code);
    assertThat(interrupted.output()).doesNotContain("io.octant.jobs.Main --help");
    assertThat(root.resolve("jobs/target/launcher/archive")).doesNotExist();

    Files.delete(interrupt);
    assertThat(launch("--help").output())
        .as("the next start does it")
        .contains("Archiving", " -XX:SharedArchiveFile=", "io.octant.jobs.Main --help");
  }

  @Test
  void theJvmTakesTheArchiveForTheJarsThatItIsOfAndPassesOverAnyOther() throws Exception {
    Path main = root.resolve("jobs/src/main/Main.java");
    Files.writeString(
        main,
        """
        package io.octant.jobs;
        class Main { public static void main(String[] a) { System.out.println("started"); } }
        """);
    Path lib = jar("lib.jar");
    Path more = jar("more.jar");
    script(
        tools.resolve("mvn"),
        """
        HOME/bin/javac -d classes 'MAIN'
        mkdir -p jobs/target/launcher
        HOME/bin/jar --create --file jobs/target/octant.jar -C classes .
        echo 'LIB' > jobs/target/spark.classpath
        echo > jobs/target/launcher/jvm.args
        """
            .replace("HOME", System.getProperty("java.home"))
            .replace("MAIN", main.toString())
            .replace("LIB", lib.toString()));
    Map<String, String> real = Map.of("JAVA_HOME", System.getProperty("java.home"));
    String taken = "io.octant.jobs.Main source: shared objects file (top)";

    assertThat(launch(real).output()).contains("Archiving").endsWith("started\n");
    assertThat(launch(real).output()).isEqualTo("started\n");
    assertThat(launch(loading(real, Map.of())).output()).contains(taken).contains("started\n");
    assertThat(launch(loading(real, Map.of("OCTANT_JARS", more.toString()))).output())
        .as("further jars stand behind")
        .contains(taken);
    Path own = root.resolve("own.jsa");
    assertThat(launch(own(real, "-XX:ArchiveClassesAtExit=" + own)).output()).contains("started\n");
    assertThat(own).exists();

    Path built = root.resolve("jobs/target/octant.jar");
    byte[] jar = Files.readAllBytes(built);
    Files.delete(built);
    Files.write(built, jar);
    Files.setLastModifiedTime(built, FileTime.fromMillis(1_000_000_000_000L));
    assertThat(launch(real).output()).as("another jar").isEqualTo("started\n");
    assertThat(launch(loading(real, Map.of())).output())
        .contains("io.octant.jobs.Main source: ")
        .doesNotContain(taken);

    Path archive = root.resolve("jobs/target/launcher/classes.jsa");
    Files.delete(archive);
    Files.writeString(archive, "no archive");
    assertThat(launch(real).output()).isEqualTo("started\n");
  }

  private static Map<String, String> loading(Map<String, String> a, Map<String, String> b) {
    Map<String, String> all = own(a, "-Xlog:class+load");
    all.putAll(b);
    return all;
  }

  private static Map<String, String> own(Map<String, String> environment, String options) {
    Map<String, String> all = new TreeMap<>(environment);
    all.put("OCTANT_JAVA_OPTS", options);
    return all;
  }

  private Path jar(String name) throws IOException {
    Path file = root.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
      out.putNextEntry(new ZipEntry("in/" + name));
      out.closeEntry();
    }
    return file;
  }

  private Outcome launch(String... arguments) throws IOException, InterruptedException {
    return launch(Map.of(), arguments);
  }

  private Outcome launch(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("octant").toString()));
    command.addAll(List.of(arguments));
    return start(environment, command);
  }

  private Outcome start(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Process process = begin(environment, command, root.resolve("output"));
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), read(root.resolve("output")));
  }

  private Process begin(Map<String, String> environment, List<String> command, Path output)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(root.toFile()).redirectErrorStream(true);
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("OCTANT_"));
    builder.environment().putAll(environment);
    return builder.redirectOutput(output.toFile()).start();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path systemTool(String name) {
    for (String folder : System.getenv("PATH").split(":", -1)) {
      Path candidate = Path.of(folder, name);
      if (Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw new AssertionError("No " + name + " on the path");
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!" + systemTool("bash") + "\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Outcome(int exitCode, String output) {}
}
