package io.octant.edges;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API of graph-core, a library throughout; and what code without comments is told. */
class PublicApiTest extends PublicApiRules {
  PublicApiTest() {
    super("");
  }

  @Test
  void whatHasNoCommentIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("A.java");
    Files.writeString(
        file,
        """
        /** Fine. */
        public class A<T> {
          public A() {}
          public A(int x) {}
          /** Fine. */ public int told() { return 0; }
          public int untold(int x) { return x; }
          @Override public String toString() { return ""; }
          protected void forSubclasses() {}
          void inside() {}
          private void own() {}
          public interface B { void abstractOne(); }
          /** Fine. */ public record C(int x) { public C {} public int x() { return x; } }
          private static class D { public void hidden() {} }
          public enum E { ONE }
        }
        """);
    assertThat(Undocumented.in(List.of(file)))
        .containsExactly(
            "A(int x)", "A.untold(int x)", "A.forSubclasses()", "B", "B.abstractOne()", "E");
  }
}
