package io.pinpipeline.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * The page of a {@link Report}: one file of HTML, with its styles, scripts and map in it.
 *
 * <p>It may say what strangers wrote. The template escapes all text, there is no text in the
 * scripts, and the page's own policy forbids every script but ours, known by their hashes, and
 * every request.
 */
public final class ReportPage {

  private static final String TEMPLATES = "io.pinpipeline.report.page";

  private ReportPage() {}

  /** Makes the page. */
  public static String render(Report report) throws IOException {
    String world = asset("world.json");
    String library = asset("echarts.min.js");
    String charts = asset("charts.js");
    String policy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:;"
            + " style-src 'unsafe-inline'; script-src "
            + hash(library)
            + " "
            + hash(charts);
    StringOutput out = new StringOutput();
    TemplateEngine.createPrecompiled(null, ContentType.Html, null, TEMPLATES)
        .render(
            "report.jte",
            Map.of(
                "report",
                report,
                "policy",
                policy,
                "styles",
                asset("report.css"),
                "world",
                world,
                "library",
                library,
                "charts",
                charts),
            out);
    return out.toString();
  }

  private static String asset(String name) throws IOException {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("This build of pinpipeline lacks " + name + ". Build it again.");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** How a content security policy names a script. */
  private static String hash(String script) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
