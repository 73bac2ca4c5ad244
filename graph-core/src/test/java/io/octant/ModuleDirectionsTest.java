package io.octant;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What graph-core may know: plain Java, ONNX protobuf and JSON; neither Spark nor native code. */
@AnalyzeClasses(packages = "io.octant", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleDirectionsTest {

  @ArchTest
  static final ArchRule KNOWS_NO_SPARK =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
          .because("graph-core is a library for any JVM");

  @ArchTest
  static final ArchRule KNOWS_NO_NATIVE_CODE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bytedeco..", "jdk.incubator..", "ai.onnxruntime..")
          .because("native kernels live in kernels-native, behind the engine interface");

  @ArchTest
  static final ArchRule DECLARES_NO_NATIVE_METHODS =
      noMethods()
          .should()
          .haveModifier(JavaModifier.NATIVE)
          .allowEmptyShould(true)
          .because("native kernels live in kernels-native, behind the engine interface");

  @ArchTest
  static final ArchRule KNOWS_NO_OUTER_MODULE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.octant.kernels..", "io.octant.pipeline..", "io.octant.jobs..", "picocli..")
          .because("dependencies point inwards");
}
