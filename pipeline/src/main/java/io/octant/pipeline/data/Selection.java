package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.Star;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.BooleanType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Which rows are samples. It is a column beside the others, not a condition that Spark may use to
 * skip rows: so all are seen, and those left out are counted.
 *
 * @param filter condition in Spark's SQL on the columns of the files
 * @param subset a part of the rows by chance
 * @param holdOut one of two parts of what is left
 */
record Selection(Optional<String> filter, Optional<Subset> subset, Optional<HoldOut> holdOut) {

  private static final List<String> SETTINGS =
      List.of("spark.sql.ansi.enabled", "spark.sql.session.timeZone");

  static final Selection ALL = new Selection(Optional.empty(), Optional.empty(), Optional.empty());

  boolean isAll() {
    return filter.isEmpty() && subset.isEmpty() && holdOut.isEmpty();
  }

  Selection withFilter(String condition) {
    return new Selection(Optional.of(condition), subset, holdOut);
  }

  Selection withSubset(Subset part) {
    return new Selection(filter, Optional.of(part), holdOut);
  }

  Selection withHoldOut(HoldOut part) {
    return new Selection(filter, subset, Optional.of(part));
  }

  /** The columns whose values are hashed. */
  List<String> keys() {
    return Stream.concat(
            subset.flatMap(Subset::key).stream(), holdOut.flatMap(HoldOut::key).stream())
        .toList();
  }

  /** The columns that it reads, as far as its text tells; some may be none. */
  List<String> columns(SparkSession spark, String description) {
    List<String> names = new ArrayList<>();
    filter.ifPresent(
        text -> {
          try {
            collect(parsed(spark, text), names);
          } catch (Exception e) {
            // Scala throws checked exceptions unchecked.
            throw fault(description, String.valueOf(e.getMessage()));
          }
        });
    names.addAll(keys());
    return names;
  }

  private static Expression parsed(SparkSession spark, String text) throws ParseException {
    return ClassicSession.of(spark).sessionState().sqlParser().parseExpression(text);
  }

  private static void collect(Expression expression, List<String> names) {
    if (expression instanceof UnresolvedAttribute attribute) {
      names.add(String.join(".", CollectionConverters.asJava(attribute.nameParts())));
    }
    CollectionConverters.asJava(expression.children()).forEach(e -> collect(e, names));
  }

  /**
   * Whether a row is a sample.
   *
   * @param base with which URIs of files begin
   * @throws DataException if the condition cannot be read, or hangs on more than the row
   */
  Column keeps(TableRows rows, TableColumns columns, String base) {
    Column keep = lit(true);
    if (filter.isPresent()) {
      Column condition = expr(filter.get());
      requirePure(rows.rows(), condition, columns.description());
      keep = condition;
    }
    Column name = rows.file().substr(lit(base.length() + 1), lit(Integer.MAX_VALUE));
    if (subset.isPresent()) {
      Subset part = subset.get();
      keep =
          keep.and(
              part.key()
                  .map(key -> part.keeps(column(columns, key, "the sample")))
                  .orElseGet(() -> part.keeps(name, rows.row())));
    }
    if (holdOut.isPresent()) {
      HoldOut part = holdOut.get();
      keep =
          keep.and(
              part.key()
                  .map(key -> part.keeps(column(columns, key, "the split")))
                  .orElseGet(() -> part.keeps(name, rows.row())));
    }
    return keep;
  }

  private static Column column(TableColumns columns, String key, String use) {
    return org.apache.spark.sql.functions.col(columns.load(key, use).expression());
  }

  private void requirePure(Dataset<Row> rows, Column condition, String description) {
    LogicalPlan plan;
    try {
      requireRow(parsed(rows.sparkSession(), filter.orElseThrow()), description);
      Dataset<Row> selected = rows.select(condition.as("octant_keep"));
      if (!(selected.schema().apply(0).dataType() instanceof BooleanType)) {
        throw fault(description, selected.schema().apply(0).dataType().catalogString());
      }
      plan = ((org.apache.spark.sql.classic.Dataset<Row>) selected).queryExecution().analyzed();
    } catch (DataException e) {
      throw e;
    } catch (Exception e) {
      throw fault(description, String.valueOf(e.getMessage()));
    }
    boolean pure = plan instanceof Project;
    for (Expression e : CollectionConverters.asJava(plan.expressions())) {
      pure &= e.deterministic() && !SubqueryExpression.hasSubquery(e) && !asksForNow(e);
    }
    if (!pure) {
      throw fault(description, "another result in another run");
    }
  }

  /** A star reads columns that it does not name; a window reads other rows. */
  private void requireRow(Expression expression, String description) {
    if (expression instanceof Star) {
      throw fault(description, "* in place of columns");
    } else if (expression instanceof WindowExpression) {
      throw fault(description, "a window of other rows");
    }
    CollectionConverters.asJava(expression.children()).forEach(e -> requireRow(e, description));
  }

  /** Date and time count as fixed, which they are within one query. */
  private static boolean asksForNow(Expression expression) {
    String name = expression.getClass().getSimpleName();
    return name.startsWith("Current")
        || name.equals("Now")
        || name.equals("LocalTimestamp")
        || CollectionConverters.asJava(expression.children()).stream()
            .anyMatch(Selection::asksForNow);
  }

  private DataException fault(String description, String found) {
    return new DataException(
        "Cannot filter "
            + description
            + " by \""
            + filter.orElse("")
            + "\": "
            + found.lines().filter(line -> !line.isBlank()).findFirst().orElse("")
            + ", expected a condition on the columns of a row and nothing else");
  }

  /**
   * Equal texts choose the same rows of equal files: with what a condition hangs on in a session,
   * and the folder from which on the places of rows are hashed.
   */
  String meaning(SparkSession spark, String base) {
    StringBuilder text = new StringBuilder(toString());
    if (filter.isPresent()) {
      for (String setting : SETTINGS) {
        text.append('\n').append(setting).append(' ').append(spark.conf().get(setting));
      }
    }
    if ((subset.isPresent() && subset.get().key().isEmpty())
        || (holdOut.isPresent() && holdOut.get().key().isEmpty())) {
      text.append("\nfrom ").append(base);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return "filter "
        + filter.orElse("none")
        + "\nsample "
        + subset.map(Subset::toString).orElse("all")
        + holdOut.map(part -> "\nsplit " + part).orElse("");
  }
}
