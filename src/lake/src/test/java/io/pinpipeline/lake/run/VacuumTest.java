package io.pinpipeline.lake.run;

import io.pinpipeline.lake.storage.LocalStorage;
import io.pinpipeline.lake.storage.Location;
import io.pinpipeline.lake.storage.Storage;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class VacuumTest extends VacuumContract {

  @TempDir Path folder;

  @Override
  Storage storage() {
    return new LocalStorage();
  }

  @Override
  Location root() {
    return Location.ofPath(folder);
  }
}
