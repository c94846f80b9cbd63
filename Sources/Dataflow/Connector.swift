//  Connectors and formats describe themselves as data, so that SQL validates options without importing them, and are
//  made by a factory that the executable registers.

import Columnar

public enum OptionType: Hashable, Sendable {
  case string, integer, boolean, duration, memorySize, double
  case choice([String])
}

/// An option of a connector or a format.
public struct OptionDescriptor: Hashable, Sendable {
  /// With `<field>` for a part the user fills in with a column's name, e.g. `fields.<field>.kind`.
  public var name: String
  public var type: OptionType
  public var isRequired: Bool
  public var defaultValue: String?
  public var help: String
  public init(_ name: String, _ type: OptionType, isRequired: Bool = false, default defaultValue: String? = nil, help: String) {
    self.name = name
    self.type = type
    self.isRequired = isRequired
    self.defaultValue = defaultValue
    self.help = help
  }
}

/// A connector's name, options and abilities. Options arrive validated and with defaults filled in.
public struct ConnectorDescriptor: Sendable {
  public var name: String
  public var options: [OptionDescriptor]
  public var isSource: Bool
  public var isSink: Bool
  /// Needs a `format` option.
  public var usesFormat: Bool
  /// A sink that takes -U, +U and -D rows by itself; with a format, the format decides.
  public var acceptsUpdates: Bool
  /// Wants a -U before each +U. A sink that can do without, such as blackhole, spares everybody upstream the work.
  /// Such a sink with a PRIMARY KEY goes by it: it is given one row for each key, as +I, +U and -D.
  public var needsUpdateBefore: Bool
  /// A source that gives the current row of each PRIMARY KEY, which its tables then must have, as +I, +U and -D, with whatever
  /// values in the other columns of a -D. The planner puts a normalisation after it.
  public var producesUpserts: Bool
  /// Its tables may be PARTITIONED BY columns; a sink gets them as `SinkSpec.partitionKeys`, a source as
  /// `SourceSpec.partitioning`.
  public var isPartitionable: Bool
  /// A source that reads fields of ROW columns by themselves: `SourceSpec.paths`. With a format, the format decides.
  public var readsFields: Bool
  /// Whether a source with these options comes to an end.
  public var isBounded: @Sendable ([String: String]) -> Bool
  /// Rows a second, over all subtasks, that these options hold a source to; nil for as fast as possible. It becomes
  /// `SourceSpec.rowsPerSecond`, since readers do not look at a clock.
  public var rowsPerSecond: @Sendable ([String: String]) -> Int64?
  /// A message if the options, or the columns, do not go together.
  public var validate: @Sendable (_ options: [String: String], _ schema: Schema) -> String?

  public init(
    name: String, options: [OptionDescriptor], isSource: Bool, isSink: Bool, usesFormat: Bool = false, acceptsUpdates: Bool = false,
    needsUpdateBefore: Bool = true, producesUpserts: Bool = false, isPartitionable: Bool = false, readsFields: Bool = false,
    isBounded: @escaping @Sendable ([String: String]) -> Bool = { _ in true },
    rowsPerSecond: @escaping @Sendable ([String: String]) -> Int64? = { _ in nil },
    validate: @escaping @Sendable ([String: String], Schema) -> String? = { _, _ in nil }
  ) {
    self.name = name
    self.options = options
    self.isSource = isSource
    self.isSink = isSink
    self.usesFormat = usesFormat
    self.acceptsUpdates = acceptsUpdates
    self.needsUpdateBefore = needsUpdateBefore
    self.producesUpserts = producesUpserts
    self.isPartitionable = isPartitionable
    self.readsFields = readsFields
    self.isBounded = isBounded
    self.rowsPerSecond = rowsPerSecond
    self.validate = validate
  }
}

/// A format's name and options; its options are given with the name as prefix: `csv.header`.
public struct FormatDescriptor: Sendable {
  public var name: String
  /// Without the prefix.
  public var options: [OptionDescriptor]
  public var isReadable: Bool
  public var isWritable: Bool
  /// Writes -U, +U and -D rows.
  public var acceptsUpdates: Bool
  /// Reading gives a changelog.
  public var producesUpdates: Bool
  /// Reads fields of ROW columns by themselves.
  public var readsFields: Bool
  public init(
    name: String, options: [OptionDescriptor], isReadable: Bool = true, isWritable: Bool = true, acceptsUpdates: Bool = false,
    producesUpdates: Bool = false, readsFields: Bool = false
  ) {
    self.name = name
    self.options = options
    self.isReadable = isReadable
    self.isWritable = isWritable
    self.acceptsUpdates = acceptsUpdates
    self.producesUpdates = producesUpdates
    self.readsFields = readsFields
  }
}

/// Everything that scripts may name.
public struct ConnectorCatalog: Sendable {
  public var connectors: [ConnectorDescriptor]
  public var formats: [FormatDescriptor]
  public init(connectors: [ConnectorDescriptor], formats: [FormatDescriptor]) {
    self.connectors = connectors
    self.formats = formats
  }
}

/// Makes what specs name. Implemented by Connectors, handed to workers by the executable.
public protocol ConnectorFactory: Sendable {
  func makeEnumerator(_ spec: SourceSpec) throws(OperatorError) -> any SplitEnumerator
  func makeReader(_ spec: SourceSpec, subtask: Int, parallelism: Int) throws(OperatorError) -> any SourceReader
  /// `print` is given the worker's standard output through `console`.
  func makeSink(_ spec: SinkSpec, _ context: SinkContext, console: any Console) throws(OperatorError) -> any Sink
}

/// Where the `print` connector writes.
public protocol Console: AnyObject, Sendable {
  /// Whole lines, each ended by a newline.
  func write(_ lines: [UInt8], isError: Bool)
}
