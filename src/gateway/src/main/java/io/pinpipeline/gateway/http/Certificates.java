package io.pinpipeline.gateway.http;

import com.linecorp.armeria.common.TlsKeyPair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** What the gateway proves itself with where it speaks HTTPS. */
public final class Certificates {

  private Certificates() {}

  /**
   * Reads a certificate and its key.
   *
   * @param certificate a PEM file, the certificate first and then those that vouch for it
   * @param key a PEM file with the private key in PKCS#8, without a password
   * @throws IllegalArgumentException if they are none, or do not belong together
   * @throws IOException if a file cannot be read
   */
  public static TlsKeyPair read(Path certificate, Path key) throws IOException {
    InputStream certificates = new ByteArrayInputStream(Files.readAllBytes(certificate));
    InputStream privateKey = new ByteArrayInputStream(Files.readAllBytes(key));
    TlsKeyPair pair;
    try {
      pair = TlsKeyPair.of(privateKey, certificates);
    } catch (RuntimeException e) { // whatever the reader of PEM files throws
      throw new IllegalArgumentException(
          "they are no PEM files of a certificate and of its private key in PKCS#8 without a"
              + " password",
          e);
    }
    if (!belongTogether(pair.privateKey(), pair.certificateChain().get(0).getPublicKey())) {
      throw new IllegalArgumentException("the key is not that of the certificate");
    }
    return pair;
  }

  /** Whether the one verifies what the other signs. */
  private static boolean belongTogether(PrivateKey own, PublicKey open) {
    String algorithm =
        switch (own.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> own.getAlgorithm(); // EdDSA
        };
    byte[] text = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(own);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // they are of different kinds
    }
  }
}
