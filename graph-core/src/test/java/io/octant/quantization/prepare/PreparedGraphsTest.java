package io.octant.quantization.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.quantization.StageModels;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What prepare makes of every kind of network, node by node: {@code prepared-graphs.txt}. */
class PreparedGraphsTest {
  @TestFactory
  Stream<DynamicTest> graphsAreAsRecorded() {
    Map<String, String> recorded =
        StageModels.sections(PreparedGraphsTest.class, "prepared-graphs.txt");
    assertThat(recorded).containsOnlyKeys(StageModels.all().keySet());
    return StageModels.all().entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () ->
                        assertThat(StageModels.print(e.getValue().prepared()))
                            .isEqualTo(recorded.get(e.getKey()))));
  }
}
