package io.pinpipeline.pipelines.source;

import io.pinpipeline.core.Dataset;
import io.pinpipeline.lake.storage.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Cuts the input into splits of about the same size: a large object into parts, small objects
 * packed together. Their order is that of the objects' names and offsets, which is the order of
 * arrival.
 */
public final class Splitter {

  /** Smaller splits cost more in files than they gain in evenness. */
  private static final long SMALLEST_BYTES = 8L << 20;

  /** Larger ones would make data files of more than a good size. */
  private static final long LARGEST_BYTES = 256L << 20;

  /** So many a core even out splits that take longer than others. */
  private static final int SPLITS_A_CORE = 6;

  /** Opening an object costs as much as reading so many bytes of one. */
  private static final long BYTES_AN_OBJECT = 16 << 10;

  private Splitter() {}

  /** The size of a split for an input of so many bytes on so many cores. */
  public static long splitBytes(long inputBytes, int cores) {
    long even = inputBytes / Math.max(1L, (long) cores * SPLITS_A_CORE);
    return Math.max(SMALLEST_BYTES, Math.min(LARGEST_BYTES, even));
  }

  /** Cuts each dataset's objects into splits, numbered from 0. */
  public static List<InputSplit> split(
      Map<Dataset<?>, List<StoredObject>> inputs, long splitBytes) {
    List<InputSplit> splits = new ArrayList<>();
    inputs.forEach(
        (dataset, objects) -> {
          List<ObjectRange> pack = new ArrayList<>();
          long packed = 0;
          for (StoredObject object : objects) {
            ObjectRange whole = ObjectRange.whole(object);
            if (whole.isWhole() || object.size() <= splitBytes) {
              if (packed > 0 && packed + object.size() > splitBytes) {
                packed = flush(dataset, pack, splits);
              }
              pack.add(whole);
              packed += object.size() + BYTES_AN_OBJECT;
            } else {
              packed = flush(dataset, pack, splits);
              long parts = (object.size() + splitBytes - 1) / splitBytes;
              for (long part = 0; part < parts; part++) {
                long begin = object.size() / parts * part;
                long end = part + 1 == parts ? object.size() : object.size() / parts * (part + 1);
                pack.add(ObjectRange.part(object, begin, end));
                flush(dataset, pack, splits);
              }
            }
          }
          flush(dataset, pack, splits);
        });
    return splits;
  }

  /** Makes a split of what is packed; 0, which is what is packed then. */
  private static long flush(Dataset<?> dataset, List<ObjectRange> pack, List<InputSplit> splits) {
    if (!pack.isEmpty()) {
      splits.add(new InputSplit(splits.size(), dataset.name(), pack));
      pack.clear();
    }
    return 0;
  }
}
