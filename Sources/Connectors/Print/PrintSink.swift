//  The `print` connector: each change as a line such as `+I[1, a]` on the worker's standard output or standard error.
//  Source: Flink's "Print SQL Connector"; values look as Java's `toString` makes them.

import Columnar
import Dataflow

/// Gathers lines and writes them in blocks of whole lines, so that subtasks do not cut into each other's.
final class PrintSink: Sink {
  /// Lines are handed on when this many bytes have gathered, and whenever the input has run dry.
  static let blockByteCount = 1 << 16

  private let console: any Console
  private let isError: Bool
  private let prefix: [UInt8]
  private let types: [DataType]
  private var text: [UInt8] = []

  init(_ spec: SinkSpec, _ context: SinkContext, console: any Console) throws(OperatorError) {
    let options = OptionValues(spec.options)
    self.console = console
    isError = try options.boolean("standard-error", default: false)
    types = spec.schema.fields.map(\.type)
    var prefix = options.string("print-identifier", default: "")
    if context.parallelism > 1 { prefix += (prefix.isEmpty ? "" : ":") + String(context.subtask + 1) }
    self.prefix = Array((prefix.isEmpty ? "" : prefix + "> ").utf8)
  }

  func write(_ batch: RecordBatch) throws(OperatorError) {
    for row in 0..<batch.rowCount {
      text.append(contentsOf: prefix)
      text.append(contentsOf: batch.change(row).shortName.utf8)
      text.append(UInt8(ascii: "["))
      for index in types.indices {
        if index > 0 { text.appendASCII(", ") }
        batch.columns[index].appendText(row: row, type: types[index], style: .java, into: &text)
      }
      text.appendASCII("]\n")
      if text.count >= Self.blockByteCount { handOn() }
    }
  }

  func prepareCommit(_ epoch: Epoch) throws(OperatorError) -> [UInt8]? {
    handOn()
    return nil
  }

  func flush() throws(OperatorError) { handOn() }

  private func handOn() {
    if text.isEmpty { return }
    console.write(text, isError: isError)
    text.removeAll(keepingCapacity: true)
  }

  static let descriptor = ConnectorDescriptor(
    name: "print",
    options: [
      OptionDescriptor("print-identifier", .string, help: "text in front of each line, with the subtask's number where there are several"),
      OptionDescriptor("standard-error", .boolean, default: "false", help: "write to standard error instead of standard output"),
    ],
    isSource: false, isSink: true, acceptsUpdates: true, isPartitionable: true,
    validate: { options, _ in
      messageOfFailure { () throws(OperatorError) in _ = try OptionValues(options).boolean("standard-error", default: false) }
    })
}
