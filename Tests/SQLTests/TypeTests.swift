//  The types of expressions: Flink's, as reported by a running Flink 2.3 where the case is among its answers.

import Columnar
import Expressions
import Testing

@testable import SQL

@Suite struct TypeTests {
  @Test(
    "an expression has the type that Flink gives it",
    arguments: [
      ("CAST(1 AS TINYINT)", "TINYINT NOT NULL"), ("CAST(2 AS SMALLINT)", "SMALLINT NOT NULL"), ("3", "INT NOT NULL"),
      ("CAST(4 AS BIGINT)", "BIGINT NOT NULL"), ("CAST(1.5 AS FLOAT)", "FLOAT NOT NULL"), ("CAST(2.5 AS DOUBLE)", "DOUBLE NOT NULL"),
      ("CAST(3.25 AS DECIMAL(10,4))", "DECIMAL(10, 4) NOT NULL"), ("TRUE", "BOOLEAN NOT NULL"),
      ("CAST('ab' AS CHAR(4))", "CHAR(4) NOT NULL"), ("CAST('xyz' AS VARCHAR(10))", "VARCHAR(10) NOT NULL"),
      ("CAST('s' AS STRING)", "STRING NOT NULL"), ("CAST(x'0102ff' AS BINARY(3))", "BINARY(3) NOT NULL"),
      ("CAST(x'0a0b' AS BYTES)", "BYTES NOT NULL"), ("DATE '2024-02-29'", "DATE NOT NULL"), ("TIME '12:34:56'", "TIME(0) NOT NULL"),
      ("TIMESTAMP '2024-02-29 12:34:56.789'", "TIMESTAMP(3) NOT NULL"),
      ("CAST(TIMESTAMP '2024-02-29 12:34:56' AS TIMESTAMP_LTZ(3))", "TIMESTAMP_LTZ(3) NOT NULL"),
      ("INTERVAL '1-2' YEAR TO MONTH", "INTERVAL YEAR TO MONTH NOT NULL"),
      ("INTERVAL '1 02:03:04.5' DAY TO SECOND(3)", "INTERVAL DAY TO SECOND NOT NULL"),
      ("ARRAY[1,2,CAST(NULL AS INT)]", "ARRAY<INT> NOT NULL"), ("MAP['k',1,'l',2]", "MAP<CHAR(1), INT> NOT NULL"),
      ("ROW(1,'x',TRUE)", "ROW<`EXPR$0` INT NOT NULL, `EXPR$1` CHAR(1) NOT NULL, `EXPR$2` BOOLEAN NOT NULL> NOT NULL"),
      ("CAST(NULL AS STRING)", "STRING"), ("1e300", "DOUBLE NOT NULL"),
      // Numbers
      ("9999999999", "BIGINT NOT NULL"), ("0.908", "DECIMAL(3, 3) NOT NULL"), ("0.908 * id", "DECIMAL(23, 3)"), ("id + uid", "BIGINT"),
      ("uid / 2", "INT"), ("price + 1", "DECIMAL(13, 2)"), ("price * price", "DECIMAL(21, 4)"), ("price / 3", "DECIMAL(21, 13)"),
      ("price - amount", "DOUBLE"), ("CAST(1 AS FLOAT) + uid", "FLOAT"), ("MOD(id, 123)", "INT"), ("MOD(price, 3)", "DECIMAL(10, 2)"),
      ("CAST(price AS DECIMAL(38, 10)) * price", "DECIMAL(38, 6)"), ("ROUND(price, 1)", "DECIMAL(10, 1)"),
      ("FLOOR(price)", "DECIMAL(10, 0)"),
      ("-price", "DECIMAL(10, 2)"), ("SQRT(uid)", "DOUBLE"), ("ABS(uid)", "INT"), ("GREATEST(id, uid)", "BIGINT"),
      // Strings
      ("cur || 'x'", "STRING"), ("CHAR_LENGTH(cur)", "INT"), ("POSITION('a' IN cur)", "INT"),
      ("CASE WHEN uid = 1 THEN 'a' ELSE 'bcd' END", "VARCHAR(3) NOT NULL"),
      ("SPLIT_INDEX('a,b', ',', 1)", "STRING"),
      // Times
      ("EXTRACT(DAY FROM ts)", "BIGINT"), ("YEAR(day_)", "BIGINT"), ("ts + INTERVAL '1' DAY", "TIMESTAMP(3)"),
      ("day_ + INTERVAL '1' MONTH", "DATE"),
      ("TIMESTAMPDIFF(SECOND, ts, ts)", "INT"), ("CURRENT_TIMESTAMP", "TIMESTAMP_LTZ(3) NOT NULL"),
      ("PROCTIME()", "TIMESTAMP_LTZ(3) NOT NULL"), ("FLOOR(ts TO HOUR)", "TIMESTAMP(3)"),
      ("TO_TIMESTAMP('2024-01-01 00:00:00')", "TIMESTAMP(3)"), ("TO_TIMESTAMP_LTZ(id, 3)", "TIMESTAMP_LTZ(3)"),
      ("DATE_FORMAT(ts, 'yyyy')", "STRING"),
      // Conditions and choices
      ("id IS NULL", "BOOLEAN NOT NULL"), ("id = 1 AND uid > 2", "BOOLEAN"), ("COALESCE(uid, 1)", "INT NOT NULL"),
      ("NULLIF(uid, 1)", "INT"),
      ("IF(uid = 1, id, uid)", "BIGINT"), ("TRY_CAST(cur AS INT)", "INT"),
      // Aggregates
      ("COUNT(*)", "BIGINT NOT NULL"), ("SUM(uid)", "INT"), ("SUM(price)", "DECIMAL(38, 2)"), ("AVG(uid)", "INT"),
      ("AVG(price)", "DECIMAL(38, 6)"),
      ("AVG(amount)", "DOUBLE"), ("MAX(cur)", "STRING"), ("COUNT(DISTINCT cur)", "BIGINT NOT NULL"), ("LAST_VALUE(ts)", "TIMESTAMP(3)"),
    ])
  func types(expression: String, type: String) throws {
    #expect(try TestCatalog.type(expression) == type)
  }

  @Test(
    "implicit casts are written out, and literals are converted at once",
    arguments: [
      ("id + uid", "id + CAST(uid AS BIGINT)"), ("id = 3", "id = 3"), ("uid = id", "CAST(uid AS BIGINT) = id"),
      ("price > 5", "price > 5.00"), ("amount * 2", "amount * 2.0"), ("ts > DATE '1970-01-02'", "ts > CAST(1:DATE AS TIMESTAMP(3))"),
      ("ts = '1970-01-01 00:00:01'", "ts = 1000000:TIMESTAMP(3)"), ("day_ = '1970-01-11'", "day_ = 10:DATE"),
      ("MOD(id, 10) = 3", "MOD(id, 10) = 3"), ("COALESCE(uid, id)", "COALESCE(CAST(uid AS BIGINT), id)"),
      ("cur IN ('a', 'b')", "(cur = 'a') OR (cur = 'b')"), ("uid NOT BETWEEN 1 AND 3", "NOT ((uid >= 1) AND (uid <= 3))"),
      ("CASE uid WHEN 1 THEN id ELSE 0 END", "CASE WHEN (uid = 1) THEN id ELSE 0 END"),
      ("ts - INTERVAL '1-2' YEAR TO MONTH", "ADDMONTHS(ts, -14 months)"), ("1 + 2 * 3", "7"), ("uid = 1 OR TRUE", "TRUE"),
      ("uid = 1 AND (id = 2 AND TRUE)", "(uid = 1) AND (id = 2)"), ("TRIM(cur)", "TRIMBOTH(cur, ' ')"),
      ("TIMESTAMPADD(HOUR, 2, ts)", "ts + 2 h"), ("LTRIM(cur, 'x')", "TRIMLEADING(cur, 'x')"), ("2147483647 + 1", "2147483647 + 1"),
    ])
  func casts(expression: String, bound: String) throws {
    #expect(try TestCatalog.bound(expression) == bound)
  }

  @Test(
    "literals are what they say",
    arguments: [
      ("DATE '0001-01-01'", "-719162:DATE"), ("DATE '9999-12-31'", "2932896:DATE"), ("DATE '2024-02-29'", "19782:DATE"),
      ("TIME '23:59:59.999'", "86399999:TIME(3)"), ("TIMESTAMP '1969-12-31 23:59:59.999999'", "-1:TIMESTAMP(6)"),
      ("INTERVAL -'10' SECOND", "-10 s"), ("INTERVAL '1 02:03:04.5' DAY TO SECOND", "93784500 ms"), ("INTERVAL '90' MINUTES", "90 min"),
      ("INTERVAL '2' WEEK", "14 d"), ("-1.50", "-1.50"), ("12345678901234567890.12", "12345678901234567890.12"), ("x'0aFF'", "x'0aff'"),
      ("'it''s'", "'it's'"), ("-9223372036854775808", "-9223372036854775808"), (".5", "0.5"),
    ])
  func literals(expression: String, bound: String) throws {
    #expect(try TestCatalog.bound(expression) == bound)
  }

  @Test(
    "INSERT casts only what Flink casts by itself",
    arguments: [
      ("uid", "BIGINT", true), ("uid", "DECIMAL(12, 2)", true), ("uid", "DOUBLE", true), ("id", "INT", false), ("amount", "FLOAT", false),
      ("cur", "VARCHAR(3)", true), ("cur", "CHAR(3)", false), ("uid", "STRING", false), ("cur", "INT", false), ("ts", "DATE", true),
      ("ts", "TIMESTAMP_LTZ(3)", true), ("day_", "TIMESTAMP(3)", false), ("price", "DECIMAL(5, 1)", true), ("'a'", "STRING", true),
      ("NULL", "INT", true),
      ("uid > 1", "STRING", false),
    ])
  func sinkCasts(expression: String, column: String, isTaken: Bool) {
    let mistake = TestCatalog.mistake(
      TestCatalog.orders + "CREATE TABLE t (a \(column)) WITH ('connector' = 'blackhole'); INSERT INTO t SELECT \(expression) FROM orders")
    #expect(isTaken == mistake.isEmpty)
    #expect(isTaken || mistake.contains("column 'a' of table 't' expects \(column), but the query gives "))
  }

  @Test(
    "whatever is bound can be evaluated",
    arguments: [
      "0.908 * id", "price / 3", "MOD(price, 3)", "ROUND(price, 1)", "FLOOR(price)", "CEIL(amount)", "SQRT(uid)", "ABS(uid)",
      "GREATEST(id, uid)",
      "cur || 'x'", "CONCAT_WS(',', cur, cur)", "CHAR_LENGTH(cur)", "POSITION('a' IN cur)", "SPLIT_INDEX(cur, ',', 1)",
      "TRIM(BOTH 'x' FROM cur)",
      "SUBSTRING(cur FROM 2 FOR 3)", "REPLACE(cur, 'a', 'b')", "LEFT(cur, 2)", "LPAD(cur, 3, 'x')", "REPEAT(cur, 2)", "REVERSE(cur)",
      "STARTSWITH(cur, 'a')", "REGEXP_REPLACE(cur, 'a', 'b')", "REGEXP_EXTRACT(cur, 'a')", "REGEXP(cur, 'a')", "ASCII(cur)", "CHR(uid)",
      "cur LIKE 'a!%' ESCAPE '!'", "EXTRACT(DAY FROM ts)", "YEAR(day_)", "FLOOR(ts TO HOUR)", "CEIL(day_ TO MONTH)",
      "ts + INTERVAL '1' DAY",
      "day_ + INTERVAL '1' MONTH", "TIMESTAMPDIFF(SECOND, ts, ts)", "TIMESTAMPDIFF(MONTH, ts, ts)", "TIMESTAMPADD(HOUR, uid, ts)",
      "DATE_FORMAT(ts, 'yyyy')", "TO_TIMESTAMP(cur)", "TO_TIMESTAMP_LTZ(id, 3)", "TO_DATE(cur)", "FROM_UNIXTIME(id)", "UNIX_TIMESTAMP(cur)",
      "CURRENT_TIMESTAMP", "CURRENT_DATE", "LOCALTIMESTAMP", "ts > CURRENT_TIMESTAMP", "NULLIF(uid, 1)", "COALESCE(uid, id)", "ROW(1, cur)",
      "ARRAY[1, uid][1]", "MAP['a', uid]['a']", "CARDINALITY(ARRAY[1])", "MD5(cur)", "SHA256(cur)", "INTERVAL '1' DAY * uid",
      "CASE WHEN uid > 1 THEN price WHEN uid > 0 THEN id ELSE 0.5 END", "CAST(cur AS DECIMAL(10, 2))", "TRY_CAST(cur AS DATE)",
      "POWER(uid, 2)",
      "LOG(2, amount)", "SIGN(price)", "TRUNCATE(amount, 1)", "x'0a' = x'0b'", "ROW(1, 'a') = ROW(uid, cur)",
    ])
  func evaluates(expression: String) throws {
    guard case .project(let input, let expressions, let columns) = try TestCatalog.plan("SELECT \(expression) FROM orders") else { return }
    let schema = PhysicalPlanner.schema(input.columns)
    let nulls = schema.fields.map { field in
      let builder = ColumnBuilder(field.type)
      builder.appendNull()
      return builder.finish()
    }
    let batch = RecordBatch(schema: schema, columns: nulls, rowCount: 1)
    let column = try CompiledExpression(expressions[0]).evaluate(over: batch, context: EvaluationContext(nowMicroseconds: 0))
    #expect(column.count == 1)
    #expect(column.isValid(0) || columns[0].isNullable)
  }
}
