package io.pinpipeline.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What takes seconds to make and no test changes: one lake and one Spark for all tests. */
final class Fixtures implements ParameterResolver {

  private record Folder(TestLake lake, Path path) implements AutoCloseable {

    static Folder make() {
      try {
        Path path = Files.createTempDirectory("pinpipeline-sql");
        return new Folder(TestLake.make(path), path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      List<Path> deepestFirst;
      try (Stream<Path> paths = Files.walk(path)) {
        deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path each : deepestFirst) {
        Files.delete(each);
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestLake.class || type == Spark.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store =
        context.getRoot().getStore(ExtensionContext.Namespace.create(Fixtures.class));
    return parameter.getParameter().getType() == Spark.class
        ? store.getOrComputeIfAbsent(Spark.class, key -> Spark.start(), Spark.class)
        : store.getOrComputeIfAbsent(Folder.class, key -> Folder.make(), Folder.class).lake();
  }
}
