package io.octant.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.nn.container.Sequential;
import io.octant.nn.dropout.Dropout;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm1d;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleTest {
  @Test
  void treeIsReadByDottedPaths() {
    Container root = new Container();
    Linear linear = new Linear(2, 2);
    root.setModule("a.b.linear", linear);

    assertThat(root.module("a.b.linear")).isSameAs(linear);
    assertThat(root.attribute("a.b.linear.weight")).isSameAs(linear.tensor("weight"));
    assertThat(root.findModule("a.c")).isNull();
    assertThatThrownBy(() -> root.module("a.c"))
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot find module: a.c, expected a path within torch.nn.Module");
    assertThatThrownBy(() -> root.setChild("a.b", linear))
        .hasMessage("Cannot register name: 'a.b', expected one without a dot");
    List<String> paths = new ArrayList<>();
    root.forEachModule((path, m) -> paths.add(path));
    assertThat(paths).containsExactly("", "a", "a.b", "a.b.linear");
  }

  @Test
  void treeIsPrintedWithSettings() {
    Container root = new Container();
    root.setChild("body", new Sequential(new Linear(4, 2), new Dropout(0.25)));
    root.setChild("head", new Linear(2, 3));
    assertThat(root)
        .hasToString(
            """
            torch.nn.Module(
              (body): torch.nn.Sequential(
                (0): torch.nn.Linear(in_features=4, out_features=2)
                (1): torch.nn.Dropout(p=0.25, inplace=false)
              )
              (head): torch.nn.Linear(in_features=2, out_features=3)
            )\
            """);
    assertThat(new Container()).hasToString("torch.nn.Module()");
  }

  @Test
  void pathsHaveNoEmptyParts() {
    Container root = new Container();
    assertThatThrownBy(() -> root.setModule("a..b", new Linear(2, 2)))
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot register name: '', expected one without a dot");
    root.setModule("a.b", new Linear(2, 2));
    assertThat(root.findModule("a.b.")).isNull();
  }

  @Test
  void aModuleIsNotItsOwnDescendant() {
    Container root = new Container();
    Container child = root.setChild("child", new Container());
    assertThatThrownBy(() -> child.setChild("root", root))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "Cannot register child root of torch.nn.Module: it contains this module, expected a"
                + " tree");
    assertThat(child.children()).isEmpty();
  }

  @Test
  void copyIsDeepKeepsSharingAndSharesTensors() {
    Linear shared = new Linear(2, 2);
    Sequential model = new Sequential(shared, new BatchNorm1d(2), shared);

    Module copy = model.copy();

    assertThat(copy.module("0")).isNotSameAs(shared).isSameAs(copy.module("2"));
    assertThat(copy.module("0").tensor("weight")).isSameAs(shared.tensor("weight"));
    copy.module("0").setParameter("weight", Tensor.of(new float[4], 2, 2));
    assertThat(shared.tensor("weight")).isNotEqualTo(copy.module("0").tensor("weight"));
    copy.train(true);
    assertThat(model.isTraining()).isFalse();
    assertThat(copy.module("1").isTraining()).isTrue();
  }

  @Test
  void trainingStatisticsOfACopyAreItsOwn() {
    BatchNorm1d norm = new BatchNorm1d(2);
    BatchNorm1d copy = (BatchNorm1d) norm.copy();
    copy.train(true);

    copy.forward(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));

    assertThat(copy.tensor("num_batches_tracked")).isEqualTo(Tensor.scalar(1L));
    assertThat(norm.tensor("num_batches_tracked")).isEqualTo(Tensor.scalar(0L));
    assertThat(norm.tensor("running_mean").floats()).containsOnly(0f);
  }

  @Test
  void dropoutInTrainingFollowsItsSeed() {
    Tensor ones = Tensor.of(filled(1000), 1000);
    Dropout first = new Dropout(0.25, 5);
    Dropout second = new Dropout(0.25, 5);
    first.train(true);
    second.train(true);

    Tensor a = first.forward(ones);

    assertThat(a).isEqualTo(second.forward(ones));
    assertThat(first.forward(ones)).isNotEqualTo(a).isEqualTo(second.forward(ones));
    long kept = 0;
    for (float v : a.floats()) {
      assertThat(v).isIn(0f, (float) (1 / 0.75));
      kept += v != 0 ? 1 : 0;
    }
    assertThat(kept).isBetween(700L, 800L);
    first.train(false);
    assertThat(first.forward(ones)).isSameAs(ones);
  }

  private static float[] filled(int n) {
    float[] v = new float[n];
    Arrays.fill(v, 1);
    return v;
  }
}
