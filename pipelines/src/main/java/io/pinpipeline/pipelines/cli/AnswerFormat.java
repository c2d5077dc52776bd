package io.pinpipeline.pipelines.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.pinpipeline.core.table.ColumnSpec;
import io.pinpipeline.transforms.query.Answer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** How answers are printed. */
enum AnswerFormat {
  /** For people. */
  table {
    @Override
    void print(List<Answer> answers, PrintWriter out) {
      String gap = "";
      for (Answer answer : answers) {
        out.print(gap);
        gap = System.lineSeparator();
        out.println(answer.question().title() + " (" + answer.question().id() + ")");
        TextTable text = new TextTable(titles(answer).toArray(String[]::new));
        for (List<Object> row : answer.rows()) {
          Object[] cells = row.toArray();
          for (int i = 0; i < cells.length; i++) {
            if (titles(answer).get(i).endsWith("_year")) {
              cells[i] = cells[i].toString(); // without a comma in it
            }
          }
          text.add(cells);
        }
        text.print(out);
      }
    }
  },

  /** One object, with an array of rows for each question. */
  json {
    @Override
    void print(List<Answer> answers, PrintWriter out) throws IOException {
      try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
        json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        json.useDefaultPrettyPrinter();
        json.writeStartObject();
        for (Answer answer : answers) {
          List<String> titles = titles(answer);
          json.writeArrayFieldStart(answer.question().id());
          for (List<Object> row : answer.rows()) {
            json.writeStartObject();
            for (int i = 0; i < row.size(); i++) {
              json.writePOJOField(titles.get(i), row.get(i));
            }
            json.writeEndObject();
          }
          json.writeEndArray();
        }
        json.writeEndObject();
      }
      out.println();
    }
  },

  /** RFC 4180, with a header. */
  csv {
    @Override
    void print(List<Answer> answers, PrintWriter out) {
      for (Answer answer : answers) {
        line(titles(answer), out);
        answer.rows().forEach(row -> line(row, out));
      }
    }

    private void line(List<?> cells, PrintWriter out) {
      out.print(
          cells.stream().map(cell -> escaped(cell.toString())).collect(Collectors.joining(",")));
      out.print("\r\n");
    }

    private String escaped(String cell) {
      return cell.matches("[^\",\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
  };

  abstract void print(List<Answer> answers, PrintWriter out) throws IOException;

  private static List<String> titles(Answer answer) {
    return answer.question().schema().columns().stream().map(ColumnSpec::path).toList();
  }
}
