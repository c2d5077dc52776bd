package io.pinpipeline.gateway.emulate;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far a run has come: everything before the position was acknowledged, or refused for good.
 *
 * @param run the options that decide what is posted where; a position means something only there
 * @param position the position of the run's {@link PostSource}
 */
public record RunState(Map<String, String> run, List<Long> position) {

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads a state.
   *
   * @return empty where there is no such file
   * @throws IOException if the file is none of a run
   */
  public static Optional<RunState> read(Path file) throws IOException {
    try {
      RunState state = JSON.readValue(Files.readAllBytes(file), RunState.class);
      if (state == null || state.run == null || state.position == null) {
        throw new JsonParseException(null, "a part is missing");
      }
      return Optional.of(state);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is no state of a run; give another file", e);
    }
  }

  /** Replaces what is in a file, as a whole or not at all, even if the machine stops. */
  void write(Path file) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try (FileChannel out =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(this));
      while (bytes.hasRemaining()) {
        int unused = out.write(bytes);
      }
      out.force(true);
    }
    Path unused = Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
