package io.octant.edges;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Finds what is public or protected and has no Javadoc comment: types, constructors with
 * parameters, and methods. What overrides has the comment of what it overrides; a record's
 * components are in the comment of the record.
 */
final class Undocumented {
  private Undocumented() {}

  /** The missing ones of some source files, by simple class name and parameters. */
  static List<String> in(List<Path> files) throws IOException {
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
                    f instanceof VariableTree v
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
