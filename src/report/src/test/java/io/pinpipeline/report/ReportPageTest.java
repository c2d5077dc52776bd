package io.pinpipeline.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinpipeline.core.clean.DeadLetter;
import io.pinpipeline.core.clean.RejectionCode;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.core.table.ColumnType;
import io.pinpipeline.lake.delta.TableSize;
import io.pinpipeline.lake.run.Books;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportPageTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final String HOSTILE =
      "</script><script>alert('1')</script><!-- \"><img src=x onerror=alert(2)> & \u2028{b|c}";
  private static final String ESCAPED =
      "&lt;/script&gt;&lt;script&gt;alert('1')&lt;/script&gt;&lt;!-- \"&gt;&lt;img src=x"
          + " onerror=alert(2)&gt; &amp; \u2028{b|c}";
  private static final Pattern SCRIPT = Pattern.compile("(?s)<script>(.*?)</script>");

  private static final Report EMPTY =
      new Report("file:///lake", NOW, Map.of(), List.of(), List.of(), List.of());

  private static Report.Answer posters(String country, String poster, long followers) {
    return new Report.Answer(
        "top_poster_by_country",
        "Poster with the most followers in each country",
        List.of(
            ColumnSpec.required("country", ColumnType.STRING),
            ColumnSpec.required("poster_name", ColumnType.STRING),
            ColumnSpec.required("follower_count", ColumnType.LONG)),
        List.of(List.of(country, poster, followers)),
        List.of());
  }

  private static DeadLetter letter(String message, String raw) {
    return new DeadLetter(
        "pin",
        RejectionCode.BAD_TYPE,
        "title",
        message,
        ByteBuffer.wrap(raw.getBytes(UTF_8)),
        1,
        NOW,
        "run",
        message,
        3,
        1234L);
  }

  private static Report with(Report.Answer answer) {
    return new Report("file:///lake", NOW, Map.of(), List.of(), List.of(answer), List.of());
  }

  private static Report with(DeadLetter letter) {
    return new Report("file:///lake", NOW, Map.of(), List.of(letter), List.of(), List.of());
  }

  private static Report with(Books books) {
    return new Report("file:///lake", NOW, Map.of("pin", books), List.of(), List.of(), List.of());
  }

  @Test
  void showsWhatStrangersWroteAsText() throws IOException {
    for (Report report :
        List.of(
            with(posters(HOSTILE, HOSTILE, 1)),
            with(letter(HOSTILE, HOSTILE)),
            new Report(HOSTILE, NOW, Map.of(), List.of(), List.of(), List.of()))) {
      String page = ReportPage.render(report);
      assertThat(written(page)).contains(ESCAPED).doesNotContain("alert('1')</script>", "<img");
      assertThat(page.split("<script", -1)).hasSameSizeAs(scriptsOfAnEmptyPage());
    }
    assertThat(ReportPage.render(with(posters("\" onload=\"x", "p", 1))))
        .doesNotContain("=\"\" onload");
  }

  /** The page without what is in it whatever it tells: styles, scripts and the map. */
  private static String written(String page) {
    return page.replaceAll("(?s)<(script|style)( [^>]*)?>.*?</\\1>", "");
  }

  private static String[] scriptsOfAnEmptyPage() throws IOException {
    return ReportPage.render(EMPTY).split("<script", -1);
  }

  @Test
  void letsNoScriptRunButItsOwnAndNothingBeLoaded() throws Exception {
    String page = ReportPage.render(with(posters("Chad", "Ann", 1)));
    Matcher policy =
        Pattern.compile("Content-Security-Policy\" content=\"([^\"]*)\"").matcher(page);
    assertThat(policy.find()).isTrue();
    String rules = policy.group(1).replace("&#39;", "'").replace("&#x2F;", "/");
    assertThat(rules).startsWith("default-src 'none';").doesNotContain("http", "*");
    List<String> hashes = new ArrayList<>();
    Matcher scripts = SCRIPT.matcher(page);
    while (scripts.find()) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(scripts.group(1).getBytes(UTF_8));
      hashes.add("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }
    assertThat(hashes).hasSize(2);
    assertThat(rules).endsWith("script-src " + String.join(" ", hashes));
    assertThat(written(page)).doesNotContainPattern("(src|href)=\"(?!#|data:)");
    assertThat(page).doesNotContain("@import", "sourceMappingURL");
  }

  @Test
  void hasEachNumberForPeopleAndForTheCharts() throws IOException {
    assertThat(ReportPage.render(with(posters("Chad", "Ann", 12_000))))
        .containsPattern(
            "<td>Chad</td>\\s*<td>Ann</td>\\s*<td class=\"number\" data-value=\"12000\">12,000</td>")
        .contains("data-chart=\"MAP\" data-label=\"0\" data-value=\"2\" data-detail=\"1\"");
  }

  @Test
  void showsTheTableOfAQuestionThatItHasNoChartFor() throws IOException {
    Report.Answer other =
        new Report.Answer(
            "new_question",
            "What is new?",
            List.of(ColumnSpec.required("n", ColumnType.LONG)),
            List.of(List.of(7L)),
            List.of());
    assertThat(ReportPage.render(with(other)))
        .contains("data-chart=\"TABLE\"", "What is new?", "data-value=\"7\">7</td>");
  }

  @Test
  void namesAllOrTheNumberOfThoseThatShareTheFirstPlace() throws IOException {
    assertThat(fact("Chad")).isEqualTo("Chad");
    assertThat(fact("Chad", "Mali", "Peru")).isEqualTo("Chad, Mali and Peru");
    assertThat(fact("a", "b", "c", "d", "e", "f", "g"))
        .isEqualTo("7 countries share the first place");
  }

  private static String fact(String... countries) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    for (String country : countries) {
      rows.add(List.of(country, 5L));
    }
    String page =
        ReportPage.render(
            with(
                new Report.Answer(
                    "country_of_top_poster",
                    "",
                    List.of(
                        ColumnSpec.required("country", ColumnType.STRING),
                        ColumnSpec.required("follower_count", ColumnType.LONG)),
                    rows,
                    List.of())));
    Matcher fact = Pattern.compile("<p class=\"fact\">(.*?)</p>").matcher(page);
    assertThat(fact.find()).isTrue();
    return fact.group(1);
  }

  @Test
  void saysWhereThereIsNothing() throws IOException {
    assertThat(ReportPage.render(EMPTY))
        .contains(
            "Nothing has come in yet",
            "No question was asked.",
            "There are no dead letters.",
            "There are no tables.");
    Report.Answer none =
        new Report.Answer("top_category_by_year", "", List.of(), List.of(), List.of());
    assertThat(ReportPage.render(with(none))).contains("There is no answer");
    Report.Answer missing =
        new Report.Answer(
            "top_category_by_age_group", "", List.of(), List.of(), List.of("pin", "user"));
    assertThat(ReportPage.render(with(missing)))
        .contains("Not answered: the lake has no table pin and no table user.");
  }

  @Test
  void showsBooksThatBalanceAndWarnsOfThoseThatDoNot() throws IOException {
    Books good = new Books(1000, 900, 98, 2, new TreeMap<>(Map.of("BAD_AGE", 2L)));
    assertThat(ReportPage.render(with(good)))
        .contains(
            "Every record is accounted for",
            "<dd>1,000</dd>",
            "<dd class=\"note\">90.0 %</dd>",
            "<dd class=\"note\">0.20 %</dd>",
            "The age is no whole number from 0 to 150",
            "data-value=\"98\">98</td>")
        .doesNotContain("do not balance");
    Books bad = new Books(1000, 900, 90, 0, new TreeMap<>());
    assertThat(ReportPage.render(with(bad)))
        .contains("The books do not balance", "No record was rejected.")
        .doesNotContain("accounted for");
  }

  @Test
  void showsTheBeginningOfALongRecordAndNoCharactersThatDeceive() throws IOException {
    String page = ReportPage.render(with(letter("m", "a\u202Eb\u0007c" + "x".repeat(1000))));
    assertThat(page).contains("a\uFFFDb\uFFFDcxxx", "525 more characters").doesNotContain("\u202E");
    String pair = ReportPage.render(with(letter("m", "x".repeat(479) + "😀😀")));
    assertThat(pair).contains("x".repeat(479) + "</code>", "4 more characters");
  }

  @Test
  void tellsOfTablesAndTheirAge() throws IOException {
    Report report =
        new Report(
            "s3://bucket/lake",
            NOW,
            Map.of(),
            List.of(),
            List.of(),
            List.of(
                new Report.Table(
                    "pin",
                    "s3://bucket/lake/silver/pin",
                    12,
                    NOW.minusSeconds(7200),
                    new TableSize(1234, 5, 6_700_000),
                    false),
                new Report.Table(
                    "users_joined_by_year",
                    "s3://bucket/lake/gold/users_joined_by_year",
                    0,
                    NOW.minusSeconds(90_000),
                    new TableSize(3, 1, 600),
                    true)));
    assertThat(ReportPage.render(report))
        .contains(
            "The newest commit of any table was 2 hours old then.",
            "1,234",
            "6.7 MB",
            "23 November 2026, 10:00 UTC",
            "s3://bucket/lake/silver/pin")
        .containsOnlyOnce(">outdated<");
  }
}
