package io.octant;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything public or protected in the packages that Java users type has a Javadoc comment: types,
 * constructors with parameters, and methods. What overrides has the comment of what it overrides; a
 * record's components are in the comment of the record.
 */
class PublicApiTest {
  private static final Path SOURCES = Path.of("src/main/java");

  /** The packages of the public API; {@code docs/architecture.md} lists them for readers. */
  static Stream<String> packages() {
    return Stream.of(
        "io.octant",
        "io.octant.tensor",
        "io.octant.graph",
        "io.octant.trace",
        "io.octant.nn",
        "io.octant.nn.activation",
        "io.octant.nn.attention",
        "io.octant.nn.container",
        "io.octant.nn.convolution",
        "io.octant.nn.distance",
        "io.octant.nn.dropout",
        "io.octant.nn.embedding",
        "io.octant.nn.factory",
        "io.octant.nn.intrinsic",
        "io.octant.nn.linear",
        "io.octant.nn.normalization",
        "io.octant.nn.padding",
        "io.octant.nn.pooling",
        "io.octant.nn.qat",
        "io.octant.nn.quantizable",
        "io.octant.nn.quantized",
        "io.octant.nn.quantized.dynamic",
        "io.octant.nn.quantized.reference",
        "io.octant.nn.recurrent",
        "io.octant.nn.shape",
        "io.octant.nn.state",
        "io.octant.quantization",
        "io.octant.quantization.backend",
        "io.octant.quantization.convert",
        "io.octant.quantization.custom",
        "io.octant.quantization.equalization",
        "io.octant.quantization.fakequant",
        "io.octant.quantization.fuse",
        "io.octant.quantization.mapform",
        "io.octant.quantization.observer",
        "io.octant.quantization.prepare",
        "io.octant.quantization.qconfig",
        "io.octant.quantization.report",
        "io.octant.onnx",
        "io.octant.onnx.importer",
        "io.octant.onnx.qdq",
        "io.octant.calibration",
        "io.octant.engine",
        "io.octant.engine.reference",
        "io.octant.shape",
        "io.octant.safetensors",
        "io.octant.reference.binding");
  }

  @ParameterizedTest
  @MethodSource("packages")
  void everythingPublicHasAComment(String name) throws IOException {
    assertThat(undocumented(sources(SOURCES.resolve(name.replace('.', '/'))))).isEmpty();
  }

  @Test
  void whatHasNoCommentIsNamed(@org.junit.jupiter.api.io.TempDir Path folder) throws IOException {
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
    assertThat(undocumented(List.of(file)))
        .containsExactly(
            "A(int x)", "A.untold(int x)", "A.forSubclasses()", "B", "B.abstractOne()", "E");
  }

  private static List<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.toString().endsWith(".java") && !f.endsWith("package-info.java"))
          .sorted()
          .toList();
    }
  }

  private static List<String> undocumented(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> out = new ArrayList<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  d -> {},
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree type : unit.getTypeDecls()) {
          check(trees, new TreePath(new TreePath(unit), type), false, out);
        }
      }
    }
    return out;
  }

  private static void check(DocTrees trees, TreePath path, boolean open, List<String> out) {
    ClassTree type = (ClassTree) path.getLeaf();
    if (!open && !isOpen(type.getModifiers())) {
      return;
    }
    String name = type.getSimpleName().toString();
    require(trees, path, name, out);
    boolean isInterface =
        type.getKind() == Tree.Kind.INTERFACE || type.getKind() == Tree.Kind.ANNOTATION_TYPE;
    for (Tree member : type.getMembers()) {
      TreePath at = new TreePath(path, member);
      if (member instanceof ClassTree) {
        check(trees, at, isInterface, out);
      } else if (member instanceof MethodTree m && isPublicApi(m, type, isInterface)) {
        String parameters = "(" + m.getParameters() + ")";
        require(trees, at, name + (isConstructor(m) ? "" : "." + m.getName()) + parameters, out);
      }
    }
  }

  private static void require(DocTrees trees, TreePath path, String what, List<String> out) {
    String comment = trees.getDocComment(path);
    if (comment == null || comment.isBlank()) {
      out.add(what);
    }
  }

  private static boolean isPublicApi(MethodTree m, ClassTree owner, boolean inInterface) {
    boolean open =
        isOpen(m.getModifiers())
            || inInterface && !m.getModifiers().getFlags().contains(Modifier.PRIVATE);
    boolean overrides =
        m.getModifiers().getAnnotations().stream()
            .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
    boolean isOfRecord =
        owner.getKind() == Tree.Kind.RECORD && (isConstructor(m) || m.getParameters().isEmpty());
    return open
        && !overrides
        && !(isConstructor(m) && m.getParameters().isEmpty())
        && !(isOfRecord && isOfComponents(m, owner));
  }

  /** A canonical constructor, or an accessor of a component. */
  private static boolean isOfComponents(MethodTree m, ClassTree owner) {
    return isConstructor(m)
        || owner.getMembers().stream()
            .anyMatch(
                f ->
                    f instanceof com.sun.source.tree.VariableTree v
                        && !v.getModifiers().getFlags().contains(Modifier.STATIC)
                        && v.getName().equals(m.getName()));
  }

  private static boolean isConstructor(MethodTree m) {
    return m.getName().contentEquals("<init>");
  }

  private static boolean isOpen(ModifiersTree modifiers) {
    return modifiers.getFlags().contains(Modifier.PUBLIC)
        || modifiers.getFlags().contains(Modifier.PROTECTED);
  }
}
