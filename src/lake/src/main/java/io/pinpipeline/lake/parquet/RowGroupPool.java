package io.pinpipeline.lake.parquet;

import io.pinpipeline.core.table.TableSchema;
import java.io.Closeable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Row groups that files have one after the other, with all the room that they have grown to need:
 * for one who writes many small files, as a stream does. It keeps no more than were in use at a
 * time, and few of those. Not thread-safe.
 */
public final class RowGroupPool implements Closeable {

  /** Most that wait to be used of one kind. */
  private static final int MOST_IDLE = 8;

  private record Kind(TableSchema schema, ParquetSettings settings) {}

  private final Segments segments = new Segments();
  private final Map<Kind, Deque<RowGroup>> idle = new HashMap<>();

  /** An empty row group. */
  RowGroup take(TableSchema schema, ParquetSettings settings) {
    RowGroup rowGroup = idle(schema, settings).poll();
    return rowGroup == null ? new RowGroup(schema, settings, segments) : rowGroup;
  }

  /** Takes back a row group that has been written; others are closed. */
  void giveBack(RowGroup rowGroup) {
    Deque<RowGroup> same = idle(rowGroup.schema(), rowGroup.settings());
    if (same.size() < MOST_IDLE) {
      same.push(rowGroup);
    } else {
      rowGroup.close();
    }
  }

  private Deque<RowGroup> idle(TableSchema schema, ParquetSettings settings) {
    return idle.computeIfAbsent(new Kind(schema, settings), kind -> new ArrayDeque<>());
  }

  /** Lets go of all that are not in use. */
  @Override
  public void close() {
    idle.values().forEach(same -> same.forEach(RowGroup::close));
    idle.clear();
  }
}
