//  What a user sees at the command line: output, diagnostics and exit codes.

import Foundation
import Testing

@Suite("The command line", .serialized)
struct CommandLineTests {
  /// Runs the executable to its end.
  private func swiftwater(_ arguments: [String], in directory: URL) throws -> (status: Int32, output: String, diagnostics: String) {
    let process = Process()
    process.executableURL = URL(filePath: binary)
    process.arguments = arguments
    process.currentDirectoryURL = directory
    let files = (directory.appending(path: "stdout"), directory.appending(path: "stderr"))
    for file in [files.0, files.1] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: files.0)
    process.standardError = try FileHandle(forWritingTo: files.1)
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try String(contentsOf: files.0, encoding: .utf8), try String(contentsOf: files.1, encoding: .utf8)
    )
  }

  private func script(_ sql: String, in directory: URL) throws -> String {
    let file = directory.appending(path: "job.sql")
    try Data(sql.utf8).write(to: file)
    return file.path
  }

  @Test("local runs a whole job in one process and exits with 0")
  func localRunsAJob() throws {
    try withScratch { scratch in
      try Data("1,a\n2,b\n3,\n".utf8).write(to: scratch.appending(path: "in.csv"))
      let file = try script(
        """
        CREATE TABLE t (id INT, name STRING) WITH ('connector' = 'filesystem', 'path' = 'in.csv', 'format' = 'csv');
        CREATE TABLE p (id INT, name STRING) WITH ('connector' = 'print');
        INSERT INTO p SELECT id * 10, UPPER(name) FROM t WHERE id <> 2;
        """, in: scratch)
      let run = try swiftwater(["local", file, "--parallelism", "1"], in: scratch)
      #expect(run.status == 0, "\(run.diagnostics)")
      #expect(run.output.split(separator: "\n").sorted() == ["+I[10, A]", "+I[30, ]"])
    }
  }

  @Test("what one job writes by partitions another reads, only those that it wants")
  func partitionsAreReadBack() throws {
    try withScratch { scratch in
      try Data("1,a\n2,b\n3,\n4,a\n".utf8).write(to: scratch.appending(path: "in.csv"))
      let table = """
        CREATE TABLE t (name STRING, id INT) PARTITIONED BY (name)
          WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'csv', 'sink.partition-commit.policy.kind' = 'success-file');
        """
      let writing = try script(
        """
        CREATE TABLE i (id INT, name STRING) WITH ('connector' = 'filesystem', 'path' = 'in.csv', 'format' = 'csv');
        \(table)
        INSERT INTO t SELECT name, id FROM i;
        """, in: scratch)
      #expect(try swiftwater(["local", writing, "--parallelism", "2"], in: scratch).status == 0)
      for partition in ["a", "b", "__DEFAULT_PARTITION__"] {
        #expect(FileManager.default.fileExists(atPath: scratch.appending(path: "out/name=\(partition)/_SUCCESS").path))
      }
      // Of no interest to the query, so that it is not read.
      try Data("x\n".utf8).write(to: scratch.appending(path: "out/name=b/bad.csv"))
      let reading = try script(
        """
        \(table)
        CREATE TABLE p (name STRING, id INT) WITH ('connector' = 'print');
        INSERT INTO p SELECT name, id FROM t WHERE name = 'a' OR name IS NULL;
        """, in: scratch)
      let run = try swiftwater(["local", reading, "--parallelism", "2"], in: scratch)
      #expect(run.status == 0, "\(run.diagnostics)")
      let lines = run.output.split(separator: "\n").map { line in line.firstIndex(of: "+").map { String(line[$0...]) } ?? String(line) }
      #expect(lines.sorted() == ["+I[a, 1]", "+I[a, 4]", "+I[null, 3]"])
    }
  }

  @Test("bad SQL exits with 2 and shows the place")
  func badSQLShowsThePlace() throws {
    try withScratch { scratch in
      let file = try script("CREATE TABLE t (id INT) WITH ('connector' = 'datagen');\nSELEC 1;\n", in: scratch)
      let run = try swiftwater(["local", file], in: scratch)
      #expect(run.status == 2)
      #expect(run.output.isEmpty)
      #expect(run.diagnostics.contains("line 2, column 1"), "\(run.diagnostics)")
      #expect(run.diagnostics.contains("^"))
    }
  }

  @Test("a job that fails exits with 1 and names file, offset and field")
  func failedJobSaysWhy() throws {
    try withScratch { scratch in
      try Data("1\nx\n".utf8).write(to: scratch.appending(path: "in.csv"))
      let file = try script(
        """
        CREATE TABLE t (id INT) WITH ('connector' = 'filesystem', 'path' = 'in.csv', 'format' = 'csv');
        CREATE TABLE p (id INT) WITH ('connector' = 'print');
        INSERT INTO p SELECT id FROM t;
        """, in: scratch)
      let run = try swiftwater(["local", file], in: scratch)
      #expect(run.status == 1)
      for part in ["in.csv", "byte 2", "id"] { #expect(run.diagnostics.contains(part), "\(run.diagnostics)") }
    }
  }

  @Test(
    "bad usage exits with 2", arguments: [["frobnicate"], ["local"], ["local", "no-such-file.sql"], ["run", "x.sql", "--http-port", "x"]])
  func badUsage(arguments: [String]) throws {
    try withScratch { scratch in
      let run = try swiftwater(arguments, in: scratch)
      #expect(run.status == 2)
      #expect(!run.diagnostics.isEmpty)
      #expect(run.output.isEmpty)
    }
  }

  @Test("listening beyond loopback without a token is refused")
  func exposedListenerNeedsAToken() throws {
    try withScratch { scratch in
      let run = try swiftwater(["coordinator", "--bind", "0.0.0.0", "--http-port", "0", "--rpc-port", "0"], in: scratch)
      #expect(run.status == 2)
      #expect(run.diagnostics.contains("--token-file"))
    }
  }

  @Test("the commands of docker-compose.yml are the executable's own")
  func composeCommandsAreUnderstood() throws {
    let compose = try String(contentsOf: repository.appending(path: "docker-compose.yml"), encoding: .utf8)
    let commands = try compose.split(separator: "\n").filter { $0.contains("command: [") }.map { line in
      try JSONDecoder().decode([String].self, from: Data(line[line.firstIndex(of: "[")!...].utf8))
    }
    #expect(commands.map(\.first) == ["coordinator", "worker"])
    try withScratch { scratch in
      for command in commands {
        // The secret is only in the container: every option before it has been understood.
        let run = try swiftwater(command, in: scratch)
        #expect(run.status == 2)
        #expect(run.diagnostics.contains("/run/secrets/token"), "\(run.diagnostics)")
      }
    }
  }
}
