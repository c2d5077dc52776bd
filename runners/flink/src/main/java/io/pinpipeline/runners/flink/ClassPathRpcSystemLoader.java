package io.pinpipeline.runners.flink;

import java.util.ServiceLoader;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.rpc.RpcSystem;
import org.apache.flink.runtime.rpc.RpcSystemLoader;
import org.apache.flink.runtime.rpc.exceptions.RpcLoaderException;

/**
 * Takes Flink's RPC, which is Pekko, from the class path, where the bundle has it.
 *
 * <p>Flink's own loader copies a jar out of a jar and makes a class loader for it at each start of
 * an embedded Flink. Its classes are then read, verified and compiled anew, which takes half a
 * second; from the class path they are in the class-data archive and stay loaded.
 */
public final class ClassPathRpcSystemLoader implements RpcSystemLoader {

  /** Before Flink's own loader, which has 0; the least is asked first. */
  @Override
  public int getLoadPriority() {
    return -1;
  }

  /**
   * Finds the system.
   *
   * @throws RpcLoaderException if the class path has none, as in an IDE; Flink goes on to its own
   *     loader then
   */
  @Override
  public RpcSystem loadRpcSystem(Configuration configuration) {
    return ServiceLoader.load(RpcSystem.class)
        .findFirst()
        .orElseThrow(() -> new RpcLoaderException("there is no RPC system on the class path"));
  }
}
