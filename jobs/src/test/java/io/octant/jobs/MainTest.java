package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The entry point in a driver that a cluster manager has started: were it to exit, this test would
 * die.
 */
class MainTest {

  private static final String DEPLOY_MODE = "spark.submit.deployMode";

  @BeforeEach
  void deployOnACluster() {
    System.setProperty(DEPLOY_MODE, "cluster");
  }

  @AfterEach
  void forget() {
    System.clearProperty(DEPLOY_MODE);
  }

  @Test
  void aFailureIsThrownOnACluster() {
    assertThatThrownBy(() -> Main.main(new String[] {"--no-such-option"}))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("exit code 2");
  }

  @Test
  void aSuccessReturnsOnACluster() {
    assertThatCode(() -> Main.main(new String[] {"--version"})).doesNotThrowAnyException();
  }
}
