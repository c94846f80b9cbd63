package lab;

import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.*;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.internal.TableResultInternal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.*;
import org.apache.flink.util.CloseableIterator;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;

/** Answers expressions over the three rows of `t`, in the form of Tests/SQLTests/Expressions: `expression :: type :: values`. */
public class Expressions {
    static final String TABLE = "CREATE TABLE t (bo BOOLEAN, ti TINYINT, si SMALLINT, i INT, bi BIGINT, f FLOAT, d DOUBLE, dc DECIMAL(10, 2), "
        + "dl DECIMAL(38, 18), v VARCHAR(20), s STRING, n STRING, by_ BYTES, da DATE, tm TIME(0), ts TIMESTAMP(3), t6 TIMESTAMP(6), "
        + "tz TIMESTAMP_LTZ(3), ai ARRAY<INT>, st ARRAY<STRING>, m MAP<STRING, INT>, r ROW<a INT, b STRING>, j STRING) "
        + "WITH ('connector' = 'filesystem', 'format' = 'json', 'path' = '%s')";
    static final String[] ROWS = {
        "{\"bo\":true,\"ti\":1,\"si\":2,\"i\":42,\"bi\":1234567890123,\"f\":1.5,\"d\":2.25,\"dc\":12345.67,\"dl\":1.5,\"v\":\"Hello\","
            + "\"s\":\"Hello World\",\"n\":\"42\",\"by_\":\"AQL/\",\"da\":\"2024-02-29\",\"tm\":\"12:34:56\",\"ts\":\"2024-02-29 12:34:56.789\","
            + "\"t6\":\"2024-02-29 12:34:56.789123\",\"tz\":\"2024-02-29 12:34:56.789Z\",\"ai\":[1,2,3],\"st\":[\"a\",\"b\",null],"
            + "\"m\":{\"k\":1,\"l\":2},\"r\":{\"a\":7,\"b\":\"x\"},"
            + "\"j\":\"{\\\"a\\\":1,\\\"b\\\":[1,2,{\\\"c\\\":\\\"x\\\"}],\\\"s\\\":\\\"text\\\",\\\"n\\\":null}\"}",
        "{\"bo\":false,\"ti\":-128,\"si\":-32768,\"i\":-2147483648,\"bi\":-9223372036854775808,\"f\":-0.1,\"d\":1e300,\"dc\":-99999999.99,"
            + "\"dl\":-12345678901234567890.123456789012345678,\"v\":\"\",\"s\":\"a\u00f1b\u20acc\ud83d\ude00d\",\"n\":\" -7.5 \",\"by_\":\"\","
            + "\"da\":\"1969-12-31\",\"tm\":\"23:59:59\",\"ts\":\"1969-12-31 23:59:59.999\",\"t6\":\"1969-12-31 23:59:59.999999\","
            + "\"tz\":\"1969-12-31 23:59:59.999Z\",\"ai\":[],\"st\":[],\"m\":{},\"r\":{\"a\":null,\"b\":null},\"j\":\"not json\"}",
        "{}"};
    /** How many expressions one job answers. */
    static final int BATCH = 60;

    static final String RUNNING = "at runtime: ";

    static StreamTableEnvironment tables;

    public static void main(String[] arguments) throws Exception {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        Configuration configuration = new Configuration();
        configuration.setString("parallelism.default", "1");
        tables = StreamTableEnvironment.create(StreamExecutionEnvironment.createLocalEnvironment(1, configuration));
        tables.getConfig().set("table.local-time-zone", "UTC");
        Path file = Files.createTempFile("expressions", ".json");
        Files.write(file, List.of(ROWS));
        tables.executeSql(String.format(TABLE, file));
        for (String name : arguments) {
            List<String> batch = new ArrayList<>();
            for (String line : Files.readAllLines(Path.of(name))) {
                if (line.startsWith("#") || line.isBlank() || line.startsWith("zone: ")) {
                    answer(batch);
                    System.out.println(line);
                    if (line.startsWith("zone: ")) tables.getConfig().set("table.local-time-zone", line.substring(6));
                    continue;
                }
                batch.add(line.split(" :: ")[0]);
                if (batch.size() == BATCH) answer(batch);
            }
            answer(batch);
        }
        System.exit(0);
    }

    static void answer(List<String> batch) throws Exception {
        Map<String, String> answers = new HashMap<>();
        Map<String, LogicalType> types = new LinkedHashMap<>();
        for (String expression : batch) {
            try {
                Table table = tables.sqlQuery("SELECT " + expression + " AS x FROM t");
                types.put(expression, table.getResolvedSchema().getColumnDataTypes().get(0).getLogicalType());
            } catch (Throwable refusal) {
                answers.put(expression, "INVALID");
                System.err.println(expression + " :: " + reason(refusal));
            }
        }
        values(new ArrayList<>(types.keySet()), types, answers);
        for (String expression : batch) System.out.println(expression + " :: " + answers.get(expression));
        batch.clear();
    }

    /** One job for all; without those that cannot be planned, then halves of them, where it fails. */
    static void values(List<String> expressions, Map<String, LogicalType> types, Map<String, String> answers) throws Exception {
        if (expressions.isEmpty()) return;
        List<List<String>> columns = new ArrayList<>();
        for (String ignored : expressions) columns.add(new ArrayList<>());
        try {
            StringJoiner list = new StringJoiner(", ");
            for (int i = 0; i < expressions.size(); i++) list.add(expressions.get(i) + " AS x" + i);
            TableResultInternal result = (TableResultInternal) tables.executeSql("SELECT " + list + " FROM t");
            try (CloseableIterator<RowData> rows = result.collectInternal()) {
                while (rows.hasNext()) {
                    String[] cells = result.getRowDataToStringConverter().convert(rows.next());
                    for (int i = 0; i < cells.length; i++) columns.get(i).add(cells[i]);
                }
            }
            for (int i = 0; i < expressions.size(); i++) {
                List<String> cells = columns.get(i);
                String text = new HashSet<>(cells).size() == 1 ? cells.get(0) : String.join(" | ", cells);
                answers.put(expressions.get(i), type(types.get(expressions.get(i))) + " :: " + text.replace("\n", "\\n").replace("\t", "\\t"));
            }
        } catch (Throwable failure) {
            if (!reason(failure).startsWith(RUNNING)) {
                List<String> planned = new ArrayList<>();
                for (String expression : expressions) if (isPlanned(expression)) planned.add(expression); else answers.put(expression, "INVALID");
                if (planned.size() == expressions.size()) throw new IllegalStateException(expressions.toString(), failure);
                values(planned, types, answers);
                return;
            }
            if (expressions.size() == 1) {
                answers.put(expressions.get(0), type(types.get(expressions.get(0))) + " :: ERROR");
                System.err.println(expressions.get(0) + " :: " + reason(failure));
                return;
            }
            int middle = expressions.size() / 2;
            values(expressions.subList(0, middle), types, answers);
            values(expressions.subList(middle, expressions.size()), types, answers);
        }
    }

    /** Whether there is code for it; some calls pass the validator and are refused when it is made. */
    static boolean isPlanned(String expression) {
        try {
            tables.explainSql("SELECT " + expression + " AS x FROM t", ExplainDetail.JSON_EXECUTION_PLAN);
            return true;
        } catch (Throwable refusal) {
            System.err.println(expression + " :: " + reason(refusal));
            return false;
        }
    }

    /** What failed, and whether that was while the job ran. */
    static String reason(Throwable failure) {
        String when = "";
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            root = cause;
            if (cause.getClass().getSimpleName().equals("JobExecutionException")) when = RUNNING;
        }
        return when + root.getClass().getSimpleName() + ": " + String.valueOf(root.getMessage()).split("\n")[0];
    }

    /** As Swiftwater writes types, which says nothing about whether elements may be NULL. */
    static String type(LogicalType type) {
        String text;
        if (type instanceof ArrayType array) text = "ARRAY<" + type(array.getElementType().copy(true)) + ">";
        else if (type instanceof MultisetType multiset) text = "MULTISET<" + type(multiset.getElementType().copy(true)) + ">";
        else if (type instanceof MapType map) text = "MAP<" + type(map.getKeyType().copy(true)) + ", " + type(map.getValueType().copy(true)) + ">";
        else if (type instanceof RowType row) {
            StringJoiner fields = new StringJoiner(", ", "ROW<", ">");
            for (RowType.RowField field : row.getFields()) fields.add('`' + field.getName() + "` " + type(field.getType()));
            text = fields.toString();
        }
        else if (type.is(LogicalTypeRoot.INTERVAL_YEAR_MONTH)) text = "INTERVAL YEAR TO MONTH";
        else if (type.is(LogicalTypeRoot.INTERVAL_DAY_TIME)) text = "INTERVAL DAY TO SECOND";
        else text = type.copy(true).asSummaryString().replace("VARCHAR(2147483647)", "STRING").replace("VARBINARY(2147483647)", "BYTES");
        return text + (type.isNullable() ? "" : " NOT NULL");
    }
}
