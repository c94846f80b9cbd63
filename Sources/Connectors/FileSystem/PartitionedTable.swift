//  Reads a table that lies in directories, `dt=2025-01-01/hm=00%3A00`: finds those that are wanted, and gives their values as columns.
//  Source: Flink's "FileSystem SQL Connector", Partition Files.

import Columnar
import Dataflow
import Expressions

/// Which columns the directories hold, and which the files.
struct PartitionedTable {
  private let root: String
  /// In the order in which they are nested.
  private let keys: Schema
  private let defaultName: String
  /// Of each level: the conditions on its column and those above it. A partition for which one is not TRUE holds no row that is wanted.
  private let conditions: [[CompiledPredicate]]
  /// What a format is to read: the other columns of the table.
  let files: SourceSpec
  private let produced: Schema
  /// Of each produced column its place in what the files give, or the level of its directory.
  private let places: [(isInFile: Bool, index: Int)]

  /// Nil for a table that is not partitioned.
  init?(_ spec: SourceSpec) throws(OperatorError) {
    guard let partitioning = spec.partitioning else { return nil }
    let options = OptionValues(spec.options)
    root = try Files.path(try options.required("path"))
    defaultName = options.string("partition.default-name", default: FileSystem.defaultPartitionName)
    keys = Schema(partitioning.keys.map { spec.declared[$0] })
    var conditions: [[CompiledPredicate]] = []
    for level in partitioning.keys.indices {
      let own = partitioning.conditions.filter { $0.columns.max() == level }
      do throws(EvaluationError) {
        var compiled: [CompiledPredicate] = []
        for condition in own { compiled.append(try CompiledPredicate(condition)) }
        conditions.append(compiled)
      } catch {
        throw OperatorError(.internal, .never, "could not compile a condition on partitions", cause: error)
      }
    }
    self.conditions = conditions

    let inFiles = spec.declared.fields.indices.filter { !partitioning.keys.contains($0) }
    var files = spec
    files.partitioning = nil
    files.declared = Schema(inFiles.map { spec.declared[$0] })
    files.projection = []
    files.paths = spec.paths.map { _ in [] }
    var places: [(isInFile: Bool, index: Int)] = []
    for (place, column) in spec.projection.enumerated() {
      if let level = partitioning.keys.firstIndex(of: column) {
        places.append((false, level))
      } else if let index = inFiles.firstIndex(of: column) {
        places.append((true, files.projection.count))
        files.projection.append(index)
        if let path = spec.paths?[place] { files.paths?.append(path) }
      }
    }
    self.files = files
    self.places = places
    produced = spec.produced
  }

  /// The directories of partitions that the conditions may hold for, in order of their names.
  func directories() throws(OperatorError) -> [String] {
    guard try Files.status(root)?.isDirectory != false else {
      throw OperatorError(.user, .never, "\"\(root)\", the path of a partitioned filesystem source, is a file, expected a directory")
    }
    var found: [String] = []
    try gather(root, [], into: &found)
    return found
  }

  private func gather(_ directory: String, _ above: [Value], into found: inout [String]) throws(OperatorError) {
    if above.count == keys.count {
      found.append(directory)
      return
    }
    var partitions: [(path: String, values: [Value])] = []
    for name in try Files.names(in: directory) where !name.hasPrefix(".") && !name.hasPrefix("_") {
      let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
      // A file beside the directories is in no partition; a directory may have gone since.
      guard try Files.status(path)?.isDirectory == true else { continue }
      partitions.append((path, above + [try value(of: name, level: above.count, in: path)]))
    }
    for row in selected(partitions.map(\.values), level: above.count) {
      try gather(partitions[Int(row)].path, partitions[Int(row)].values, into: &found)
    }
  }

  /// Rows for which the level's conditions are TRUE. One that cannot be computed rules nothing out: whoever reads the rows says what is
  /// wrong.
  private func selected(_ rows: [[Value]], level: Int) -> [Int32] {
    let builder = BatchBuilder(Schema(Array(keys.fields[...level])))
    for row in rows { builder.append(row) }
    let batch = builder.finish()
    let context = EvaluationContext(nowMicroseconds: 0)
    return conditions[level].reduce(Array(0..<Int32(rows.count))) { kept, condition in
      guard let selected = try? Set(condition.select(from: batch, context: context)) else { return kept }
      return kept.filter(selected.contains)
    }
  }

  private func value(of name: some StringProtocol, level: Int, in path: String) throws(OperatorError) -> Value {
    let key = keys[level]
    guard let (column, text) = PartitionPath.parse(name), column == key.name else {
      throw OperatorError(.user, .never, "\"\(path)\" is no partition of the table, expected a directory \"\(key.name)=...\"")
    }
    if text == defaultName { return .null }
    guard let value = Self.value(text, key.type) else {
      throw OperatorError(.user, .never, "\"\(path)\" tells no \(key.type) for the column \"\(key.name)\"")
    }
    return value
  }

  private static func value(_ text: String, _ type: DataType) -> Value? {
    switch type {
    case .boolean: ["true": .boolean(true), "false": .boolean(false)][text.lowercased()]
    case .int8: Int8(text).map { .integer(Int64($0)) }
    case .int16: Int16(text).map { .integer(Int64($0)) }
    case .int32: Int32(text).map { .integer(Int64($0)) }
    case .int64: Int64(text).map { .integer($0) }
    default: .string(text)
    }
  }

  /// The values of the partition that a file below the root is in.
  func values(of file: String) throws(OperatorError) -> [Value] {
    let names = file.dropFirst(root.count).split(separator: "/").prefix(keys.count)
    guard names.count == keys.count else {
      throw OperatorError(.internal, .never, "the file \"\(file)\" is in no partition of \"\(root)\"")
    }
    var values: [Value] = []
    for (level, name) in names.enumerated() { values.append(try value(of: name, level: level, in: file)) }
    return values
  }

  /// The rows of a file with the columns that its directories hold.
  func complete(_ batch: RecordBatch, _ values: [Value]) -> RecordBatch {
    let columns = places.map { place in
      place.isInFile ? batch.columns[place.index] : Self.column(values[place.index], keys[place.index].type, count: batch.rowCount)
    }
    return RecordBatch(schema: produced, columns: columns, rowCount: batch.rowCount, changes: batch.changes)
  }

  private static func column(_ value: Value, _ type: DataType, count: Int) -> Column {
    let builder = ColumnBuilder(type)
    for _ in 0..<count { builder.append(value) }
    return builder.finish()
  }
}
