//  Finds the files of a source and cuts them into splits.

import CScan
import Dataflow

/// Files in order of their names, directories searched in depth; names that start with `.` or `_` are hidden. A file is
/// cut into ranges, unless a record of it may hold a newline.
final class FileEnumerator: SplitEnumerator {
  private let path: String
  private let splitSize: Int64
  private let format: ReadFormat
  private let table: PartitionedTable?
  /// Files that a source may have.
  static let maxFileCount = 1_000_000
  /// A smaller range is not worth a split of its own.
  static let minSplitSize: Int64 = 64 << 10
  private static let scanBufferSize = 1 << 20

  init(_ spec: SourceSpec) throws(OperatorError) {
    let options = OptionValues(spec.options)
    path = try Files.path(try options.required("path"))
    splitSize = try FileSystem.splitSize(options)
    table = try PartitionedTable(spec)
    format = try ReadFormat(table?.files ?? spec)
  }

  func enumerate(parallelism: Int) throws(OperatorError) -> [SourceSplit] {
    guard let status = try Files.status(path) else {
      throw OperatorError(.user, .never, "could not find \"\(path)\", the path of a filesystem source")
    }
    var files: [(path: String, size: Int64)] = []
    if let table {
      for directory in try table.directories() { try gather(directory, into: &files) }
    } else if status.isDirectory {
      try gather(path, into: &files)
    } else {
      files = [(path, status.size)]
    }
    let total = files.reduce(0) { $0 + $1.size }
    // At least one split for each reader, if there is enough to read.
    let size = max(min(splitSize, (total + Int64(parallelism) - 1) / Int64(max(parallelism, 1))), Self.minSplitSize)
    var splits: [SourceSplit] = []
    for file in files where file.size > 0 {
      var step = file.size
      if parallelism > 1, file.size > size, try canBeCut(file.path, file.size) { step = size }
      var lower: Int64 = 0
      while lower < file.size {
        let upper = min(lower + step, file.size)
        splits.append(FileSplit(path: file.path, lower: lower, upper: upper).encoded)
        lower = upper
      }
    }
    return splits
  }

  private func gather(_ directory: String, into files: inout [(path: String, size: Int64)]) throws(OperatorError) {
    for name in try Files.names(in: directory) where !name.hasPrefix(".") && !name.hasPrefix("_") {
      let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
      // A file that has gone since the directory was listed is not read.
      guard let status = try Files.status(path) else { continue }
      if status.isDirectory {
        try gather(path, into: &files)
      } else {
        files.append((path, status.size))
        if files.count > Self.maxFileCount {
          throw OperatorError(.user, .never, "\"\(self.path)\" holds more than \(Self.maxFileCount) files")
        }
      }
    }
  }

  /// Whether every newline ends a record. Without quotes and escapes that is known at the speed of memory; with them the
  /// file is followed byte by byte.
  private func canBeCut(_ path: String, _ size: Int64) throws(OperatorError) -> Bool {
    guard let quoting = format.quoting else { return true }
    let file = try OpenFile(reading: path)
    let quote = quoting.quote ?? quoting.escape ?? 0
    let escape = quoting.escape ?? quote
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.scanBufferSize + Int(CSCAN_PADDING), alignment: 64)
    defer { buffer.deallocate() }
    let target = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<Self.scanBufferSize])
    let bytes = buffer.bindMemory(to: UInt8.self).baseAddress!
    var quotes = cscan_csv_quotes()
    var isPlain = true
    var offset: Int64 = 0
    while offset < size {
      let count = try file.read(into: target, at: offset)
      if count == 0 { break }
      if isPlain, cscan_find3(bytes, 0, count, quote, escape, quote) < count { isPlain = false }
      // Before the first quote only the start of a field matters, which the bytes of this buffer tell.
      if !isPlain {
        cscan_csv_follow_quotes(&quotes, bytes, count, quoting.delimiter, quoting.quote ?? 0, quoting.escape.map { Int32($0) } ?? -1)
        if quotes.has_quoted_newline != 0 { return false }
      } else {
        quotes.state = bytes[count - 1] == quoting.delimiter || bytes[count - 1] == UInt8(ascii: "\n") ? 0 : 1
      }
      offset += Int64(count)
    }
    return quotes.state != 2 && quotes.state != 4
  }
}
