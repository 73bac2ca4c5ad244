package io.octant.pipeline.data.splits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitPlanTest {
  private static final long MB = 1 << 20;

  @Test
  void neighboursOfAFolderShareASplitWhileTheyAreSmall() {
    List<SplitFile> day = IntStream.range(0, 40).mapToObj(i -> small("day=1", i, 8)).toList();
    List<Split> splits = SplitPlan.of(day, OptionalLong.empty()).splits();
    // 31 files of a few bytes, at 4 MB each for opening them.
    assertThat(splits).extracting(s -> s.parts().size()).containsExactly(31, 9);
    assertThat(splits).extracting(Split::rows).containsExactly(31L * 8, 9L * 8);
    assertThat(splits.get(1).parts().get(0))
        .hasToString("file:/data/day=1/31.parquet 1000 modified 5 rows 0 to 8");
  }

  @Test
  void anotherFolderLeavesTheSplitsOfTheOthersAlone() {
    List<SplitFile> before = Stream.of(small("day=1", 0, 8), small("day=3", 0, 8)).toList();
    List<SplitFile> after =
        List.of(
            small("day=1", 0, 8), small("day=2", 0, 8), small("day=2", 1, 8), small("day=3", 0, 8));
    List<String> old = identities(before, OptionalLong.empty());
    List<String> all = identities(after, OptionalLong.empty());
    assertThat(all).hasSize(3).containsSubsequence(old);
  }

  @Test
  void aLongFileHasSplitsOfItsOwnAlongItsBlocks() {
    List<SplitFile> files =
        List.of(
            small("a", 0, 8), file("a", 1, 50 * MB, 50 * MB, 200 * MB, 30 * MB), small("a", 2, 8));
    List<Split> splits = SplitPlan.of(files, OptionalLong.empty()).splits();
    assertThat(splits.stream().map(s -> s.parts().get(0)).map(p -> p.from() + "-" + p.to()))
        .containsExactly("0-8", "0-200", "200-300", "300-400", "0-8");
  }

  @Test
  void aLimitCutsTheLastSplitAndLeavesThoseBeforeIt() {
    List<SplitFile> files =
        List.of(file("a", 0, 100 * MB, 100 * MB), small("a", 1, 8), small("a", 2, 8));
    List<String> all = identities(files, OptionalLong.empty());
    SplitPlan limited = SplitPlan.of(files, OptionalLong.of(205));
    assertThat(limited.rows()).isEqualTo(205);
    assertThat(identities(files, OptionalLong.of(205)).subList(0, 2)).isEqualTo(all.subList(0, 2));
    assertThat(limited.splits().get(2).identity())
        .isEqualTo("file:/data/a/1.parquet 1000 modified 5 rows 0 to 5");
    // A block and a half are one range of rows.
    assertThat(SplitPlan.of(List.of(file("a", 0, MB, MB)), OptionalLong.of(150)).splits())
        .extracting(Split::identity)
        .containsExactly("file:/data/a/0.parquet 2097152 modified 5 rows 0 to 150");
  }

  @Test
  void filesWithoutRowsAreInNoSplit() {
    assertThat(identities(List.of(small("a", 0, 0)), OptionalLong.empty())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 11, 100, 1015, 1016, 1017, 1100})
  void tasksReadEveryRowOnceInOrder(int count) {
    SplitPlan plan =
        SplitPlan.of(
            List.of(
                small("a", 0, 8),
                file("a", 1, 50 * MB, 50 * MB, 200 * MB, 30 * MB),
                small("a", 2, 8),
                file("b", 3, MB, MB, MB, MB, MB, MB)),
            OptionalLong.of(1016));
    List<List<Piece>> tasks = TaskPlan.of(plan, count);
    assertThat(tasks).hasSize(count);
    assertThat(tasks.stream().filter(List::isEmpty)).hasSize(Math.max(0, count - 1016));
    List<String> read = new ArrayList<>();
    for (Piece piece : tasks.stream().flatMap(List::stream).toList()) {
      for (long row = piece.from(); row < piece.to(); row++) {
        read.add(piece.uri() + row);
      }
    }
    List<String> wanted = new ArrayList<>();
    for (Split.Part part : plan.splits().stream().flatMap(s -> s.parts().stream()).toList()) {
      for (long row = part.from(); row < part.to(); row++) {
        wanted.add(part.uri() + row);
      }
    }
    assertThat(wanted).hasSize(1016).doesNotHaveDuplicates();
    assertThat(read).isEqualTo(wanted);
  }

  @Test
  void blocksAreCutOnlyWhereThereAreMoreTasksThanBlocks() {
    SplitPlan plan = SplitPlan.of(List.of(file("a", 0, MB, MB, MB)), OptionalLong.empty());
    assertThat(TaskPlan.of(plan, 1).get(0)).hasSize(1);
    assertThat(TaskPlan.of(plan, 3).stream().flatMap(List::stream))
        .allMatch(p -> p.extent() == Piece.Extent.WHOLE && p.length() == MB);
    assertThat(TaskPlan.of(plan, 4).stream().map(t -> t.get(0).from() + "-" + t.get(0).to()))
        .containsExactly("0-50", "50-100", "100-200", "200-300");
  }

  @Test
  void withoutACountThereAreAsManyTasksAsCoresWhereBlocksAllow() {
    SplitPlan blocks =
        SplitPlan.of(List.of(file("a", 0, 50 * MB, 50 * MB, 50 * MB)), OptionalLong.empty());
    assertThat(TaskPlan.count(blocks, 1)).isEqualTo(2);
    assertThat(TaskPlan.count(blocks, 3)).isEqualTo(3);
    assertThat(TaskPlan.count(blocks, 64)).isEqualTo(3);
    List<SplitFile> days = IntStream.range(0, 1000).mapToObj(i -> small("day=" + i, 0, 8)).toList();
    SplitPlan many = SplitPlan.of(days, OptionalLong.empty());
    assertThat(many.splits()).hasSize(1000);
    assertThat(TaskPlan.count(many, 2)).isEqualTo(32);
    assertThat(TaskPlan.count(SplitPlan.of(List.of(), OptionalLong.empty()), 2)).isEqualTo(1);
  }

  private static List<String> identities(List<SplitFile> files, OptionalLong limit) {
    return SplitPlan.of(files, limit).splits().stream().map(Split::identity).toList();
  }

  private static SplitFile small(String folder, int number, long rows) {
    FileBlocks blocks = FileBlocks.whole(uri(folder, number), 1000, rows);
    return new SplitFile(blocks, 1000, "modified 5");
  }

  /** A file with blocks of 100 rows each. */
  private static SplitFile file(String folder, int number, long... lengths) {
    List<Block> blocks = new ArrayList<>();
    long start = 0;
    for (long length : lengths) {
      blocks.add(new Block(start, length, 100));
      start += length;
    }
    return new SplitFile(new FileBlocks(uri(folder, number), blocks), start, "modified 5");
  }

  private static String uri(String folder, int number) {
    return "file:/data/" + folder + "/" + number + ".parquet";
  }
}
