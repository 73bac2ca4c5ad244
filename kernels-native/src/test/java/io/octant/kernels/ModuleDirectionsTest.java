package io.octant.kernels;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What kernels-native may know: graph-core and native libraries, never Spark. */
@AnalyzeClasses(
    packages = "io.octant.kernels",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleDirectionsTest {

  @ArchTest
  static final ArchRule KNOWS_NO_SPARK =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "org.apache.hadoop..",
              "scala..",
              "io.octant.pipeline..",
              "io.octant.jobs..")
          .allowEmptyShould(true)
          .because("sessions run in any JVM");
}
