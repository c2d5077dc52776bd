package io.pinpipeline.lake.run;

import com.fasterxml.jackson.databind.MappingIterator;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import io.pinpipeline.lake.storage.StorageOutput;
import io.pinpipeline.lake.storage.StoredObject;
import java.io.BufferedWriter;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The objects that runs have taken, as gzipped lines of JSON in immutable files below the table. A
 * file counts only once a commit names it, so one that a broken run left behind says nothing.
 */
final class Ledger {

  /** Hidden from readers and from vacuum by its underscore. */
  static final String FOLDER = "_pinpipeline";

  private static final Pattern PATH =
      Pattern.compile(FOLDER + "/objects-(?<run>" + RunId.FORM + ")\\.jsonl\\.gz");

  /**
   * An object that was taken.
   *
   * @param object its location
   * @param size in bytes
   * @param version as {@link StoredObject#version()}
   */
  record Entry(String object, long size, String version) {}

  private Ledger() {}

  /** The run whose ledger this path below a table is; empty if it is another file's. */
  static Optional<String> run(String path) {
    Matcher matcher = PATH.matcher(path);
    return matcher.matches() ? Optional.of(matcher.group("run")) : Optional.empty();
  }

  /** Writes what a run will have taken; returns the file's path below the table. */
  static String write(Storage storage, Location table, RunId run, Collection<StoredObject> objects)
      throws IOException {
    String path = FOLDER + "/objects-" + run + ".jsonl.gz";
    try (StorageOutput out = storage.create(table.resolve(path))) {
      try (Writer lines =
          new BufferedWriter(
              new OutputStreamWriter(
                  new GZIPOutputStream(new Unclosed(out)), StandardCharsets.UTF_8))) {
        for (StoredObject object : objects) {
          lines.write(
              Json.write(new Entry(object.location().uri(), object.size(), object.version())));
          lines.write('\n');
        }
      }
      out.finish();
    }
    return path;
  }

  /** All objects in these files, by location. */
  static Map<String, Entry> read(Storage storage, Location table, List<String> files)
      throws IOException {
    Map<String, Entry> entries = new HashMap<>();
    for (String file : files) {
      Location location = table.resolve(file);
      try (InputStream in =
              new GZIPInputStream(storage.read(location, 0, storage.stat(location).size()));
          MappingIterator<Entry> lines = Json.reader(Entry.class).readValues(in)) {
        while (lines.hasNextValue()) {
          Entry entry = lines.nextValue();
          entries.put(entry.object(), entry);
        }
      }
    }
    return entries;
  }

  /** Passes bytes on, and leaves closing to the owner, who decides whether the object is whole. */
  private static final class Unclosed extends FilterOutputStream {

    Unclosed(StorageOutput out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
