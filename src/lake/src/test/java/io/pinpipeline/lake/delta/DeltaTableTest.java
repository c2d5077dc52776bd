package io.pinpipeline.lake.delta;

import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DeltaTableTest extends DeltaTableContract {

  @TempDir private Path folder;

  private final Storage storage = new LocalStorage();

  @Override
  Storage storage() {
    return storage;
  }

  @Override
  Location location(String name) {
    return Location.ofPath(folder.resolve(name));
  }
}
