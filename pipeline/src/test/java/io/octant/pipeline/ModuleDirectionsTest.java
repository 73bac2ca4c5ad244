package io.octant.pipeline;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What pipeline may know: Spark and the engine, never a command line. */
@AnalyzeClasses(
    packages = "io.octant.pipeline",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleDirectionsTest {

  @ArchTest
  static final ArchRule KNOWS_NO_COMMAND_LINE =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "com.typesafe.config..", "io.octant.jobs..")
          .allowEmptyShould(true)
          .because("a pipeline is called from jobs, notebooks and tests alike");

  @ArchTest
  static final ArchRule KEEPS_INTERNAL_ROWS_WHERE_DATA_IS_READ =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.octant.pipeline.data..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark.sql.catalyst..", "org.apache.spark.unsafe..")
          .because("internal rows are no public interface of Spark");

  @ArchTest
  static final ArchRule KEEPS_SPARKS_PLANS_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.octant.pipeline.data",
              "io.octant.pipeline.data.splits",
              "io.octant.pipeline.data.spark")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark.sql.execution..")
          .because("what a session plans is no public interface of Spark");
}
