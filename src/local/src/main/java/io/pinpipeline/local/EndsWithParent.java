package io.pinpipeline.local;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another class's {@code main} in a process that ends as soon as the one that started it is
 * gone, even where that one was killed and could not say goodbye. It stands alone: no other class
 * of this module is on the class path there.
 */
final class EndsWithParent {

  private static final int ABANDONED = 3;

  private EndsWithParent() {}

  /**
   * Runs a class.
   *
   * @param args the id of the process to end with, the class to run, and its arguments
   */
  public static void main(String[] args) throws Throwable {
    long parent = Long.parseLong(args[0]);
    Thread watch = new Thread(() -> endWith(parent), "ends with " + parent);
    watch.setDaemon(true);
    watch.start();
    try {
      Class.forName(args[1])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(args, 2, args.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void endWith(long parent) {
    ProcessHandle.of(parent).ifPresent(process -> process.onExit().join());
    Runtime.getRuntime().halt(ABANDONED);
  }
}
