import Columnar
import Dataflow
import Foundation
import TestKit
import Testing

@testable import Connectors

@Suite struct FileSinkTests {
  private let schema = Schema([Field("a", .int64)])

  private func spec(_ directory: TemporaryDirectory) -> SinkSpec {
    SinkSpec(table: "s", connector: "filesystem", options: ["path": directory.path, "format": "csv"], schema: schema, primaryKey: [])
  }

  private func batch(_ numbers: [Int64]) -> RecordBatch {
    let builder = BatchBuilder(schema)
    for number in numbers { builder.append([.integer(number)]) }
    return builder.finish()
  }

  /// All lines of the visible files, sorted by number.
  private func visible(_ directory: TemporaryDirectory) throws -> [Int64] {
    try directory.visibleNames().flatMap { name in
      try directory.read(name).split(separator: "\n").compactMap { Int64($0) }
    }.sorted()
  }

  @Test("rows become visible when their epoch is committed, in one file a subtask and epoch")
  func commits() throws {
    let directory = try TemporaryDirectory()
    let sink = try FileSink(spec(directory), .test())
    let committer = try FileCommitter(spec(directory), .test())
    try sink.write(batch([1, 2]))
    #expect(try directory.visibleNames() == [])
    let first = try #require(try sink.prepareCommit(Epoch(3)))
    try sink.write(batch([3]))
    #expect(try directory.visibleNames() == [])
    try committer.commit([Committable(epoch: Epoch(3), bytes: first)])
    #expect(try directory.visibleNames() == ["part-01234567-fedcba98-0-3.csv"])
    #expect(try visible(directory) == [1, 2])
    #expect(try sink.prepareCommit(Epoch(4)) != nil)
    #expect(try sink.prepareCommit(Epoch(5)) == nil)
  }

  @Test("committing twice does what committing once does, also after the file was taken away")
  func idempotent() throws {
    let directory = try TemporaryDirectory()
    let sink = try FileSink(spec(directory), .test())
    let committer = try FileCommitter(spec(directory), .test())
    try sink.write(batch([1]))
    let committable = Committable(epoch: Epoch(1), bytes: try #require(try sink.prepareCommit(Epoch(1))))
    try committer.commit([committable])
    try committer.commit([committable, committable])
    #expect(try visible(directory) == [1])
    try FileManager.default.removeItem(atPath: "\(directory.path)/\(try directory.visibleNames()[0])")
    try committer.commit([committable])
    #expect(try directory.visibleNames() == [])
  }

  @Test("abort leaves alone what other subtasks of the attempt have begun to write")
  func abortSparesItsOwnAttempt() throws {
    let directory = try TemporaryDirectory()
    let sink = try FileSink(spec(directory), .test(subtask: 1, of: 2, attempt: 2))
    try sink.write(batch([Int64](repeating: 1, count: 200_000)))
    try FileCommitter(spec(directory), .test(subtask: 0, of: 2, attempt: 2)).abort(allBut: [])
    let staged = Committable(epoch: Epoch(1), bytes: try #require(try sink.prepareCommit(Epoch(1))))
    try FileCommitter(spec(directory), .test(subtask: 1, of: 2, attempt: 2)).commit([staged])
    #expect(try visible(directory).count == 200_000)
  }

  @Test("once a newer attempt has begun an older one cannot stage anything, and leaves nothing", arguments: [0, 1, 200_000])
  func olderAttemptIsFenced(rowCountBefore: Int) throws {
    let directory = try TemporaryDirectory()
    do {
      let older = try FileSink(spec(directory), .test(attempt: 1))
      try older.write(batch([Int64](repeating: 1, count: rowCountBefore)))
      try FileCommitter(spec(directory), .test(attempt: 2)).abort(allBut: [])
      try older.write(batch([2]))
      #expect(failure { _ = try older.prepareCommit(Epoch(1)) }?.contains("newer attempt") == true)
    }
    #expect(try directory.names() == [])
  }

  @Test("a sink that ends leaves nothing but what it has staged")
  func endLeavesNothing() throws {
    let directory = try TemporaryDirectory()
    do {
      let sink = try FileSink(spec(directory), .test())
      try sink.write(batch([1]))
      #expect(try sink.prepareCommit(Epoch(1)) != nil)
      try sink.write(batch([Int64](repeating: 2, count: 200_000)))
    }
    #expect(try directory.names().count == 1)
  }

  @Test("abort removes what this job and sink staged and no checkpoint knows, nothing else")
  func aborts() throws {
    let directory = try TemporaryDirectory()
    try directory.write(".other-job", "x")
    try directory.write("kept.csv", "7\n")
    let sink = try FileSink(spec(directory), .test())
    try sink.write(batch([1]))
    let known = Committable(epoch: Epoch(1), bytes: try #require(try sink.prepareCommit(Epoch(1))))
    try sink.write(batch([2]))
    _ = try sink.prepareCommit(Epoch(2))
    try sink.write(batch([Int64](repeating: 3, count: 200_000)))
    let committer = try FileCommitter(spec(directory), .test(attempt: 2))
    try committer.abort(allBut: [known])
    #expect(try directory.names().count == 3)
    try committer.commit([known])
    #expect(try visible(directory) == [1, 7])
    #expect(try directory.names().filter { $0.hasPrefix(".") } == [".other-job"])
  }

  /// A job of `subtasks` that writes each number once an attempt, checkpoints now and then, and crashes anywhere. What a
  /// completed checkpoint covers must be visible exactly once in the end, whichever steps the crash left out, and however
  /// long the subtasks of an attempt that is over go on.
  @Test(
    "whatever the crashes, exactly the rows of completed checkpoints are visible", arguments: 0..<60 as Range<UInt64>, [false, true])
  func crashes(seed: UInt64, isPartitioned: Bool) throws {
    var random = SeededGenerator(seed: seed)
    let schema = isPartitioned ? Schema([Field("p", .int64), Field("a", .int64)]) : self.schema
    func spec(_ directory: TemporaryDirectory) -> SinkSpec {
      SinkSpec(
        table: "s", connector: "filesystem", options: ["path": directory.path, "format": "csv"], schema: schema, primaryKey: [],
        partitionKeys: isPartitioned ? [0] : [])
    }
    func makeSink(_ directory: TemporaryDirectory, _ context: SinkContext) throws -> any Sink {
      isPartitioned ? try PartitionedFileSink(spec(directory), context) : try FileSink(spec(directory), context)
    }
    func batch(_ numbers: [Int64]) -> RecordBatch {
      let builder = BatchBuilder(schema)
      for number in numbers { builder.append((isPartitioned ? [.integer(number % 3)] : []) + [.integer(number)]) }
      return builder.finish()
    }
    let directory = try TemporaryDirectory()
    let total: Int64 = 40
    var parallelism = Int.random(in: 1...3, using: &random)
    /// The last completed checkpoint: how far each of the numbers was written, and what may still have to be committed.
    var written: Int64 = 0
    var pending: [Committable] = []
    var epoch: Int64 = 0
    var attempt = 0
    var zombies: [any Sink] = []
    while written < total || !pending.isEmpty {
      attempt += 1
      let contexts = (0..<parallelism).map { SinkContext.test(subtask: $0, of: parallelism, attempt: attempt) }
      let committer = try FileCommitter(spec(directory), contexts[0])
      var next = written
      // The other subtasks may be up before the first one.
      var sinks = try contexts.dropFirst().map { try makeSink(directory, $0) }
      if let early = sinks.randomElement(using: &random), next < total, Bool.random(using: &random) {
        try early.write(batch([next]))
        next += 1
      }
      try committer.abort(allBut: pending)
      sinks.insert(try makeSink(directory, contexts[0]), at: 0)
      for zombie in zombies {
        try zombie.write(batch([-1]))
        #expect(failure { _ = try zombie.prepareCommit(Epoch(epoch + 1)) } != nil)
      }
      zombies = sinks
      var uncommitted = pending
      // Steps until a crash.
      steps: for _ in 0..<Int.random(in: 1...12, using: &random) {
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          for _ in 0..<Int.random(in: 0...5, using: &random) where next < total {
            try sinks.randomElement(using: &random)!.write(batch([next]))
            next += 1
          }
        case 1:
          epoch += 1
          var prepared: [Committable] = []
          for sink in sinks {
            if let bytes = try sink.prepareCommit(Epoch(epoch)) { prepared.append(Committable(epoch: Epoch(epoch), bytes: bytes)) }
            // Some subtasks are ready when the crash comes: the checkpoint does not complete.
            if Int.random(in: 0..<10, using: &random) == 0 { break steps }
          }
          uncommitted += prepared
          (written, pending) = (next, uncommitted)
        default:
          // Some of the commits are done, perhaps again, when the crash comes.
          let done = Int.random(in: 0...uncommitted.count, using: &random)
          try committer.commit(Array(uncommitted.prefix(done)))
          if Bool.random(using: &random) { uncommitted.removeFirst(done) }
        }
      }
      if written == total {
        let last = try FileCommitter(spec(directory), .test(attempt: attempt + 1))
        try last.abort(allBut: pending)
        try last.commit(pending)
        pending = []
      }
      parallelism = Int.random(in: 1...3, using: &random)
    }
    zombies = []
    let partitions = isPartitioned ? try directory.names() : [""]
    #expect(
      try partitions.flatMap { partition in
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory.path)/\(partition)")
        return try names.flatMap { try directory.read("\(partition)/\($0)").split(separator: "\n").compactMap { Int64($0) } }
      }.sorted() == Array(0..<total))
    #expect(try directory.names().allSatisfy { !$0.hasPrefix(".") })
    if isPartitioned { #expect(try directory.names() == ["p=0", "p=1", "p=2"]) }
  }

  @Test("a path that cannot be written is an error that names it")
  func badPaths() throws {
    let directory = try TemporaryDirectory()
    try directory.write("file", "x")
    var spec = spec(directory)
    spec.options["path"] = "\(directory.path)/file"
    #expect(
      failure { _ = try FileSink(spec, .test()) }
        == "\"\(directory.path)/file\", the path of a filesystem sink, is a file, expected a directory")
    spec.options["path"] = "/dev/full/x"
    #expect(failure { _ = try FileSink(spec, .test()) } == "could not look at \"/dev/full/x\": Not a directory")
  }

  @Test("a committable that is none is refused, also one that points elsewhere")
  func badCommittables() throws {
    let directory = try TemporaryDirectory()
    let committer = try FileCommitter(spec(directory), .test())
    for text in ["", "1\n../a\nb", "2\na\nb", "1\na", "1\na\n../b", "1\na\n/b", "1\na\nb\nc"] {
      let message = failure { try committer.commit([Committable(epoch: Epoch(1), bytes: Array(text.utf8))]) }
      #expect(message == "the committable of epoch 1 does not name a file")
    }
  }

  @Test("what a sink wrote a source reads")
  func readsBack() throws {
    let directory = try TemporaryDirectory()
    let sink = try FileSink(spec(directory), .test())
    try sink.write(batch(Array(0..<100_000)))
    try FileCommitter(spec(directory), .test()).commit([Committable(epoch: Epoch(1), bytes: try #require(try sink.prepareCommit(Epoch(1))))]
    )
    let read = try rows(of: fileSpec(directory.path, "csv", schema.fields), parallelism: 2)
    #expect(Set(read) == Set((0..<100_000).map { [.integer($0)] }))
  }
}
