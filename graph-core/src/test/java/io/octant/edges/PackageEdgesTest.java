package io.octant.edges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The packages of graph-core, and what a table that is not true is told. */
class PackageEdgesTest extends PackageEdgesRules {
  private static final PackageEdges CODE =
      new PackageEdges(
          new TreeMap<>(
              Map.<String, Set<String>>of("a", Set.of(), "b", Set.of("a"), "c", Set.of("a", "b"))));

  @Test
  void trueTableHasNoProblems() {
    assertThat(problems("# all", "a:", "", "b: a", "c: a", "  b")).isEmpty();
  }

  @Test
  void importThatIsNotAllowedIsNamed() {
    assertThat(problems("a:", "b: a", "c: b"))
        .containsExactly("c imports a: the table does not allow it");
  }

  @Test
  void edgeThatNobodyUsesIsNamed() {
    assertThat(problems("a: elsewhere", "b: a", "c: a b"))
        .containsExactly("The table allows a to import elsewhere: nothing does");
  }

  @Test
  void missingAndSurplusPackagesAreNamed() {
    assertThat(problems("a:", "b: a", "d:"))
        .containsExactly(
            "Cannot find a row for package c, which imports [a, b]",
            "The table has a row for d: there is no such package");
    assertThat(problems("a:", "b: a", "b: a", "c: a b"))
        .containsExactly("Cannot read the row of b: it has two, expected one");
  }

  @Test
  void rowWithoutColonIsNamed() {
    assertThat(problems("a:", "b: a", "c a b", "c: a b"))
        .containsExactly("Cannot read row 'c a b': it has no colon, expected PACKAGE: IMPORTS");
  }

  @Test
  void circleIsNamed() {
    PackageEdges circle =
        new PackageEdges(new TreeMap<>(Map.of("a", Set.of("b"), "b", Set.of("a"))));
    assertThat(PackageEdges.problems(List.of("a: b", "b: a"), circle))
        .containsExactly(
            "Cannot allow a to import b: expected a row for it above, else there is a circle");
  }

  private static List<String> problems(String... table) {
    List<String> out = PackageEdges.problems(List.of(table), CODE);
    return out.stream().sorted().toList();
  }
}
