//  Who and which: jobs, vertices, operators, subtasks, and the three numbers that fence off the past.

/// 32 lower-case hexadecimal digits, as Flink's REST API shows them.
public struct JobID: Hashable, Sendable, Codable, CustomStringConvertible {
  public let hex: String
  public init(hex: String) { self.hex = hex }
  public var description: String { hex }
}

/// 32 lower-case hexadecimal digits: a digest of what the vertex's operators compute.
public struct VertexID: Hashable, Sendable, Codable, CustomStringConvertible {
  public let hex: String
  public init(hex: String) { self.hex = hex }
  public var description: String { hex }
}

/// 32 lower-case hexadecimal digits: a digest of kind, key lineage and window, and an ordinal among equals. State is
/// found by it again after a restart, at any parallelism and however the operators are chained.
public struct OperatorID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public let hex: String
  public init(hex: String) { self.hex = hex }
  public var description: String { hex }
  public static func < (left: OperatorID, right: OperatorID) -> Bool { left.hex < right.hex }
}

/// One parallel instance of a vertex.
public struct SubtaskID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// Position of the vertex in `JobGraph.vertices`.
  public var vertex: Int
  public var subtask: Int
  public init(vertex: Int, subtask: Int) {
    self.vertex = vertex
    self.subtask = subtask
  }
  public var description: String { "\(vertex).\(subtask)" }
  public static func < (left: SubtaskID, right: SubtaskID) -> Bool { (left.vertex, left.subtask) < (right.vertex, right.subtask) }
}

/// Which checkpoint of a job; ascending, never used twice.
public struct Epoch: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public let number: Int64
  public init(_ number: Int64) { self.number = number }
  public var description: String { String(number) }
  public static func < (left: Epoch, right: Epoch) -> Bool { left.number < right.number }
}

/// Which deployment of a job; a restart adds one.
public struct Attempt: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public let number: Int
  public init(_ number: Int) { self.number = number }
  public var description: String { String(number) }
  public static func < (left: Attempt, right: Attempt) -> Bool { left.number < right.number }
}

/// Which coordinator process; a new one adds one.
public struct Term: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public let number: Int64
  public init(_ number: Int64) { self.number = number }
  public var description: String { String(number) }
  public static func < (left: Term, right: Term) -> Bool { left.number < right.number }
}

/// A worker process, told apart from its predecessor on the same address. URL-safe.
public struct WorkerID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  public let name: String
  public init(_ name: String) { self.name = name }
  public var description: String { name }
  public static func < (left: WorkerID, right: WorkerID) -> Bool { left.name < right.name }
}
