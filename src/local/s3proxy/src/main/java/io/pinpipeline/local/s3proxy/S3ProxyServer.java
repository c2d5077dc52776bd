package io.pinpipeline.local.s3proxy;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.function.IntSupplier;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * The half of the embedded S3 server that sees s3proxy. It is loaded by that server's own class
 * loader, so the two halves talk through types of the JDK only.
 */
final class S3ProxyServer implements IntSupplier, Closeable {

  private final S3Proxy proxy;

  S3ProxyServer(String folder, String accessKey, String secretKey) throws Exception {
    proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(folder))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKey, secretKey)
            .build();
    proxy.start();
  }

  /** The port it listens on. */
  @Override
  public int getAsInt() {
    return proxy.getPort();
  }

  @Override
  public void close() throws IOException {
    try {
      proxy.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the embedded S3 server stopped");
    } catch (Exception e) {
      throw new IOException("the embedded S3 server did not stop: " + e.getMessage(), e);
    }
  }
}
