package io.pinpipeline.lake.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.pinpipeline.lake.delta.TableException;
import io.pinpipeline.lake.delta.TableSnapshot;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a clean table came from. It stands in the table's own log and is committed with the files,
 * so it is never ahead of them or behind.
 *
 * @param runs the bounded runs that the table holds, the oldest first
 * @param ledgers the files that list the objects those runs took, below the table
 * @param books of all those runs together
 * @param last the last of them; null if there is none
 * @param stream what it holds of a stream; null if there is none
 */
@JsonPropertyOrder({"runs", "ledgers", "books", "last", "stream"})
record CleanState(
    List<String> runs,
    List<String> ledgers,
    Books books,
    @Nullable RunReport last,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable StreamState stream)
    implements Serializable {

  /** The Delta domain that it is kept in. */
  static final String DOMAIN = "pinpipeline.clean";

  static final CleanState EMPTY = new CleanState(List.of(), List.of(), Books.NONE, null, null);

  CleanState {
    runs = List.copyOf(runs);
    ledgers = List.copyOf(ledgers);
  }

  /** The state of a version of a table. */
  static CleanState of(TableSnapshot table) throws IOException {
    Optional<String> json = table.domain(DOMAIN);
    if (json.isEmpty()) {
      throw new TableException(
          table
              + " is a Delta table, but not one that pinpipeline made: it does not say what it was"
              + " made from. Use another lake, or move the table away.");
    }
    try {
      return Json.reader(CleanState.class).readValue(json.get());
    } catch (JsonProcessingException e) {
      throw new TableException(
          "What "
              + table
              + " says of the runs it holds cannot be read ("
              + e.getOriginalMessage()
              + "). A newer pinpipeline may have written it: use that one.");
    }
  }

  /** The state of a table, which may not be there yet. */
  static CleanState of(Optional<TableSnapshot> table) throws IOException {
    return table.isPresent() ? of(table.get()) : EMPTY;
  }

  /** The runs, the stream among them, whose dead letters count. */
  Set<String> held() {
    Set<String> held = new HashSet<>(runs);
    if (stream != null) {
      held.add(stream.id());
    }
    return held;
  }

  CleanState with(StreamState newStream) {
    return new CleanState(runs, ledgers, books, last, newStream);
  }

  CleanState plus(RunReport run, String ledger) {
    List<String> newRuns = new ArrayList<>(runs);
    newRuns.add(run.run());
    List<String> newLedgers = new ArrayList<>(ledgers);
    newLedgers.add(ledger);
    return new CleanState(newRuns, newLedgers, books.plus(run.books()), run, stream);
  }

  String toJson() {
    return Json.write(this);
  }
}
