package io.pinpipeline.core.clean;

import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.core.table.TableSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * How a dataset's raw records become rows of its clean table: one line a field, in the order of the
 * table's columns.
 */
public final class CleaningPlan {

  private final String dataset;
  private final List<FieldRule> rules;
  private final TableSchema ownColumns;

  private CleaningPlan(String dataset, List<FieldRule> rules, TableSchema ownColumns) {
    this.dataset = dataset;
    this.rules = List.copyOf(rules);
    this.ownColumns = ownColumns;
  }

  /** Begins the plan of a dataset. */
  public static Builder of(String dataset) {
    return new Builder(dataset);
  }

  public String dataset() {
    return dataset;
  }

  List<FieldRule> rules() {
    return rules;
  }

  /** The path of the column that holds the key. */
  public String keyColumn() {
    return key().column().path();
  }

  /** The field of raw records that holds the key. */
  public String keyField() {
    return key().field();
  }

  private FieldRule.Key key() {
    return rules.stream()
        .filter(rule -> rule instanceof FieldRule.Key)
        .map(rule -> (FieldRule.Key) rule)
        .findFirst()
        .orElseThrow();
  }

  /** The columns that the fields become: what a row's identity, and a table's digest, are over. */
  public TableSchema ownColumns() {
    return ownColumns;
  }

  /** The columns of the clean table: its own, then what was rescued, then the lineage. */
  public TableSchema schema() {
    return Lineage.behind(ownColumns);
  }

  /** Texts that stand for "nothing" in one field. */
  public static List<String> placeholders(String... texts) {
    return List.of(texts);
  }

  /** Gathers the rules of a dataset. */
  public static final class Builder {

    private final String dataset;
    private final List<FieldRule> rules = new ArrayList<>();
    private final List<ColumnSpec> columns = new ArrayList<>();

    private Builder(String dataset) {
      this.dataset = dataset;
    }

    /** The key: a whole number that fits a long. */
    public Builder key(String field, String column) {
      ColumnSpec spec = column(ColumnSpec.required(column, ColumnType.LONG));
      rules.add(new FieldRule.Key(field, spec));
      return this;
    }

    /** Text. */
    public Builder text(String field) {
      return text(field, List.of());
    }

    /** Text with placeholders for none. */
    public Builder text(String field, List<String> placeholders) {
      return text(field, placeholders, "");
    }

    /** Text that loses a prefix. */
    public Builder textWithout(String prefix, String field) {
      return text(field, List.of(), prefix);
    }

    private Builder text(String field, List<String> placeholders, String prefix) {
      ColumnSpec spec = column(ColumnSpec.optional(field, ColumnType.STRING));
      rules.add(new FieldRule.TextField(field, spec, placeholders, prefix));
      return this;
    }

    /** Two texts that make one column, joined by a space. */
    public Builder joined(String column, String firstField, String secondField) {
      ColumnSpec spec = column(ColumnSpec.optional(column, ColumnType.STRING));
      rules.add(new FieldRule.HalfText(firstField, spec, true));
      rules.add(new FieldRule.HalfText(secondField, spec, false));
      return this;
    }

    /** A count that fits an int, with placeholders for none. */
    public Builder count(String field, List<String> placeholders) {
      ColumnSpec spec = column(ColumnSpec.optional(field, ColumnType.INT));
      rules.add(new FieldRule.Count(field, spec, placeholders));
      return this;
    }

    /** An age from {@code min} to {@code max} years. */
    public Builder age(String field, int min, int max) {
      ColumnSpec spec = column(ColumnSpec.optional(field, ColumnType.INT));
      rules.add(new FieldRule.Age(field, spec, min, max));
      return this;
    }

    /** A coordinate from {@code min} to {@code max} degrees. */
    public Builder degrees(String field, String column, double min, double max) {
      ColumnSpec spec = column(ColumnSpec.optional(column, ColumnType.DOUBLE));
      rules.add(new FieldRule.Degrees(field, spec, min, max));
      return this;
    }

    /** A timestamp. */
    public Builder timestamp(String field) {
      ColumnSpec spec = column(ColumnSpec.optional(field, ColumnType.TIMESTAMP));
      rules.add(new FieldRule.Moment(field, spec));
      return this;
    }

    /** A known field that is not kept, whatever it is. */
    public Builder dropped(String field) {
      rules.add(new FieldRule.Dropped(field));
      return this;
    }

    private ColumnSpec column(ColumnSpec spec) {
      columns.add(spec);
      return spec;
    }

    public CleaningPlan build() {
      if (rules.stream().filter(rule -> rule instanceof FieldRule.Key).count() != 1) {
        throw new IllegalStateException("a plan has exactly one key; " + dataset + " has " + rules);
      }
      if (rules.size() > Long.SIZE) {
        throw new IllegalStateException("a plan has 64 fields at most: " + dataset);
      }
      if (rules.stream().map(FieldRule::field).distinct().count() < rules.size()) {
        throw new IllegalStateException(
            "a plan names each field once; " + dataset + " has " + rules);
      }
      return new CleaningPlan(dataset, rules, new TableSchema(columns));
    }
  }
}
