package io.pinpipeline.pipelines.cli;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.core.Datasets;
import io.pinpipeline.lake.Lake;
import io.pinpipeline.lake.run.CleanTable;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StoredObject;
import io.pinpipeline.pipelines.source.Inputs;
import io.pinpipeline.pipelines.source.NoInputException;
import io.pinpipeline.report.Figures;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what a run would take. */
@Command(
    name = "pending",
    description = {
      "Tells what clean would take: the objects of the input that no run has taken. It writes"
          + " nothing.",
      "An input without any object is an answer too, of zeros. One that clean would refuse, such as"
          + " an object that has changed since it was taken, fails here already."
    })
final class PendingCommand extends LakeCommand {

  @Mixin private final InputOptions input = new InputOptions();

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private OutputFormat format;

  /**
   * What there is of a dataset.
   *
   * @param objects that no run has taken
   * @param bytes of those
   * @param taken objects that runs have taken
   */
  private record Pending(int objects, long bytes, int taken) {}

  @Override
  void check(List<String> faults) {
    input.check(faults);
  }

  @Override
  int run(Storage storage, Lake lake) throws IOException {
    Map<Dataset<?>, List<StoredObject>> inputs = list(storage, lake);
    Map<String, Pending> pending = new LinkedHashMap<>();
    for (Dataset<?> dataset : Datasets.all()) {
      List<StoredObject> all = inputs.getOrDefault(dataset, List.of());
      List<StoredObject> untaken = CleanTable.open(storage, lake, dataset).untaken(all);
      pending.put(
          dataset.name(),
          new Pending(
              untaken.size(),
              untaken.stream().mapToLong(StoredObject::size).sum(),
              all.size() - untaken.size()));
    }
    if (format == OutputFormat.json) {
      JsonText.print(
          out(),
          json -> {
            for (Map.Entry<String, Pending> of : pending.entrySet()) {
              json.writeObjectFieldStart(of.getKey());
              json.writeNumberField("objects", of.getValue().objects());
              json.writeNumberField("bytes", of.getValue().bytes());
              json.writeNumberField("taken", of.getValue().taken());
              json.writeEndObject();
            }
          });
    } else {
      TextTable table = new TextTable("dataset", "new objects", "size", "taken earlier");
      pending.forEach(
          (dataset, of) -> table.add(dataset, of.objects(), Figures.bytes(of.bytes()), of.taken()));
      table.print(out());
    }
    return 0;
  }

  private Map<Dataset<?>, List<StoredObject>> list(Storage storage, Lake lake) throws IOException {
    try {
      return Inputs.list(storage, input.pattern(), input.dataset(), lake.location());
    } catch (NoInputException e) {
      if (Inputs.isEmpty(storage, input.pattern(), lake.location())) {
        return Map.of();
      }
      throw e;
    }
  }
}
