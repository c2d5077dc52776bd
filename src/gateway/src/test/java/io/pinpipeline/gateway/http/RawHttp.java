package io.pinpipeline.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP/1.1 as bytes, for what no client would send. */
final class RawHttp {

  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

  private RawHttp() {}

  /** The head of a request to the topic of pins, for a body of that length. */
  static byte[] head(int length) {
    return head(
        """
        POST /topics/demo.pin HTTP/1.1
        Host: x
        Connection: close
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(length));
  }

  /** A request's head, written with plain line feeds. */
  static byte[] head(String text) {
    return text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  /** Sends bytes as they are; the answer, or what there was of it when the other side closed. */
  static String send(int port, byte[]... parts) throws IOException {
    try (Socket socket = connect(port)) {
      OutputStream out = socket.getOutputStream();
      try {
        for (byte[] part : parts) {
          out.write(part);
        }
      } catch (IOException e) {
        // it has answered already, and closed
      }
      return answer(socket);
    }
  }

  /** Reads one answer. */
  static String answer(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    while (!isWhole(text.toString())) {
      int read = in.read(buffer);
      if (read < 0) {
        break;
      }
      text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  private static boolean isWhole(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    Matcher length = LENGTH.matcher(answer);
    return end >= 0
        && length.find()
        && answer.getBytes(StandardCharsets.UTF_8).length
            >= end + 4 + Integer.parseInt(length.group(1));
  }
}
