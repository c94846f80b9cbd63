package lab;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.*;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.expressions.Expression;
import org.apache.flink.table.types.logical.*;
import org.apache.flink.types.*;
import org.apache.flink.util.CloseableIterator;
import java.nio.file.*;
import java.util.*;
import java.util.regex.*;
import static org.apache.flink.table.api.Expressions.$;

/** Runs cases of Tests/GoldenTests/Cases: their tables become files, the query's changelog is folded and compared. */
public class Golden {
    /** A statement, and the rows written after it. */
    static class Statement { String text; List<String> rows = new ArrayList<>(); int line; }

    static final String NULL = "\u2205";

    public static void main(String[] arguments) throws Exception {
        List<String> files = new ArrayList<>(List.of(arguments));
        boolean write = files.remove("--write");
        int wrong = 0;
        for (String file : files) {
            Path path = Path.of(file);
            String text = Files.readString(path);
            if (text.contains("\n--!") || text.contains("\n-- flink: no")) continue;
            List<Statement> statements = statements(text);
            Statement last = statements.get(statements.size() - 1);
            if (!last.text.matches("(?is)\\s*(SELECT|WITH|VALUES|\\().*")) { System.out.println(file + ": no query at the end"); continue; }
            try {
                List<String> rows = run(statements);
                List<String> wanted = new ArrayList<>();
                for (String row : last.rows) wanted.add(String.join(" | ", cells(row)));
                List<String> sorted = new ArrayList<>(rows), given = new ArrayList<>(wanted);
                Collections.sort(sorted); Collections.sort(given);
                if (sorted.equals(given)) { System.out.println(file + ": as written"); continue; }
                wrong++;
                System.out.println(file + ": Flink says");
                for (String row : sorted) System.out.println("--| " + row);
                if (write) {
                    String[] lines = text.split("\n", -1);
                    StringBuilder out = new StringBuilder();
                    for (int i = 0; i < lines.length; i++) if (i <= last.line || !lines[i].startsWith("--|")) out.append(lines[i]).append(i + 1 < lines.length ? "\n" : "");
                    String kept = out.toString().stripTrailing() + "\n";
                    Files.writeString(path, kept + (sorted.isEmpty() ? "" : "--| " + String.join("\n--| ", sorted) + "\n"));
                }
            } catch (Throwable failure) {
                wrong++;
                Throwable root = failure;
                while (root.getCause() != null) root = root.getCause();
                System.out.println(file + ": Flink refuses: " + String.valueOf(root.getMessage()).split("\n")[0]);
            }
        }
        System.exit(wrong == 0 ? 0 : 1);
    }

    static List<Statement> statements(String text) {
        List<Statement> all = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        char quote = 0;
        String[] lines = text.split("\n");
        for (int number = 0; number < lines.length; number++) {
            String line = lines[number];
            if (quote == 0 && line.startsWith("--")) {
                if (line.startsWith("--|") && !all.isEmpty()) all.get(all.size() - 1).rows.add(line.substring(3).trim());
                continue;
            }
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (quote != 0) { if (c == quote) quote = 0; }
                else if (c == '\'' || c == '`') quote = c;
                else if (c == '-' && line.startsWith("--", i)) break;
                else if (c == ';') {
                    Statement done = new Statement();
                    done.text = current.toString().trim(); done.line = number;
                    all.add(done);
                    current.setLength(0);
                    continue;
                }
                current.append(c);
            }
            current.append('\n');
        }
        return all;
    }

    static List<String> cells(String row) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (char c : row.toCharArray()) {
            if (c == '\'') quoted = !quoted;
            if (c == '|' && !quoted) { cells.add(cell.toString().trim()); cell.setLength(0); } else cell.append(c);
        }
        cells.add(cell.toString().trim());
        return cells;
    }

    static List<String> run(List<Statement> statements) throws Exception {
        Configuration configuration = new Configuration();
        configuration.setString("parallelism.default", "1");
        configuration.setString("pipeline.auto-watermark-interval", "0 ms");
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
        boolean batch = statements.stream().anyMatch(s -> s.text.matches("(?is)SET\\s+'execution.runtime-mode'\\s*=\\s*'batch'"));
        TableEnvironment tables = batch ? TableEnvironment.create(EnvironmentSettings.inBatchMode()) : StreamTableEnvironment.create(environment);
        tables.getConfig().set("table.local-time-zone", "UTC");
        Path folder = Files.createTempDirectory("golden");
        for (Statement statement : statements.subList(0, statements.size() - 1)) {
            String text = statement.text;
            Matcher name = Pattern.compile("(?is)CREATE\\s+TABLE\\s+`?(\\w+)`?.*").matcher(text);
            if (text.toUpperCase(Locale.ROOT).startsWith("SET ")) {
                if (text.contains("'execution.runtime-mode'")) continue;
                String[] pair = text.substring(4).split("=", 2);
                tables.getConfig().set(pair[0].trim().replace("'", ""), pair[1].trim().replace("'", ""));
                continue;
            }
            if (name.matches()) {
                boolean changes = text.contains("'changes'");
                Path file = folder.resolve(name.group(1));
                String options = "'connector' = 'filesystem', 'path' = '" + file + "'";
                // CSV has no ROW within a ROW.
                boolean nested = text.matches("(?is).*\\bROW\\s*<.*");
                text = text.replaceAll("'connector'\\s*=\\s*'changes'", options)
                    .replaceAll("'connector'\\s*=\\s*'rows'", options
                        + (nested ? ", 'format' = 'json'" : ", 'format' = 'csv', 'csv.null-literal' = '" + NULL + "'"));
                List<RowType.RowField> columns = new ArrayList<>();
                tables.executeSql(text);
                for (var column : tables.from(name.group(1)).getResolvedSchema().getColumns())
                    columns.add(new RowType.RowField(column.getName(), column.getDataType().getLogicalType()));
                StringBuilder data = new StringBuilder();
                for (String row : statement.rows)
                    data.append(changes ? debezium(row, columns) : nested ? json(cells(row), columns) : csv(row)).append('\n');
                Files.writeString(file, data.toString());
                continue;
            }
            tables.executeSql(text);
        }
        Table result = tables.sqlQuery(statements.get(statements.size() - 1).text);
        List<Expression> texts = new ArrayList<>();
        for (String column : result.getResolvedSchema().getColumnNames()) texts.add($(column).cast(DataTypes.STRING()));
        Map<String, Integer> counts = new TreeMap<>();
        // With every -U: collecting a table would leave them out where the last row of a key tells enough.
        Table shown = result.select(texts.toArray(new Expression[0]));
        Schema schema = Schema.newBuilder().fromResolvedSchema(shown.getResolvedSchema()).build();
        try (CloseableIterator<Row> rows = tables instanceof StreamTableEnvironment streaming
            ? streaming.toChangelogStream(shown, schema, ChangelogMode.all()).executeAndCollect() : shown.execute().collect()) {
            while (rows.hasNext()) {
                Row row = rows.next();
                List<String> cells = new ArrayList<>();
                for (int i = 0; i < row.getArity(); i++) cells.add(shown((String) row.getField(i), result.getResolvedSchema().getColumnDataTypes().get(i).getLogicalType().is(
                    org.apache.flink.table.types.logical.LogicalTypeFamily.CHARACTER_STRING)));
                boolean adds = row.getKind() == RowKind.INSERT || row.getKind() == RowKind.UPDATE_AFTER;
                counts.merge(String.join(" | ", cells), adds ? 1 : -1, Integer::sum);
            }
        }
        List<String> all = new ArrayList<>();
        counts.forEach((row, count) -> { for (int i = 0; i < count; i++) all.add(row); });
        return all;
    }

    /** As the cases write it. */
    static String shown(String text, boolean isText) {
        if (text == null) return "NULL";
        if (!isText) return text;
        boolean plain = !text.isEmpty() && !text.equals("NULL") && !text.startsWith(" ") && !text.endsWith(" ") && !text.matches("(?s).*[|'\n].*");
        return plain ? text : "'" + text.replace("'", "''") + "'";
    }

    static String value(String cell) {
        if (cell.equals("NULL")) return null;
        boolean quoted = cell.length() > 1 && cell.startsWith("'") && cell.endsWith("'");
        return quoted ? cell.substring(1, cell.length() - 1).replace("''", "'") : cell;
    }

    static String csv(String row) {
        StringJoiner line = new StringJoiner(",");
        for (String cell : cells(row.startsWith("+I ") ? row.substring(3) : row)) line.add(value(cell) == null ? NULL : '"' + value(cell).replace("\"", "\"\"") + '"');
        return line.toString();
    }

    /** An object; a cell of a ROW is written (1,'a'). */
    static String json(List<String> cells, List<RowType.RowField> columns) {
        StringJoiner object = new StringJoiner(",", "{", "}");
        for (int i = 0; i < cells.size(); i++) object.add('"' + columns.get(i).getName() + "\":" + json(cells.get(i), columns.get(i).getType()));
        return object.toString();
    }

    static String json(String cell, LogicalType type) {
        if (cell.equals("NULL")) return "null";
        if (type instanceof RowType row) {
            List<String> fields = new ArrayList<>();
            int depth = 0, start = 1;
            boolean quoted = false;
            for (int i = 1; i < cell.length(); i++) {
                char c = cell.charAt(i);
                if (c == '\'') quoted = !quoted;
                if (!quoted && c == '(') depth++;
                boolean ends = !quoted && depth == 0 && (c == ',' || c == ')');
                if (!quoted && c == ')') depth--;
                if (ends) { fields.add(cell.substring(start, i).trim()); start = i + 1; }
            }
            return json(fields, row.getFields());
        }
        return '"' + value(cell).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String debezium(String row, List<RowType.RowField> columns) {
        String kind = row.substring(0, 2);
        String rest = row.substring(2).trim();
        String object = json(cells(rest.startsWith("|") ? rest.substring(1) : rest), columns);
        boolean adds = kind.startsWith("+");
        return "{\"before\":" + (adds ? "null" : object) + ",\"after\":" + (adds ? object : "null") + ",\"op\":\"" + (adds ? "c" : "d") + "\"}";
    }
}
