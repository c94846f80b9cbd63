//  Names one channel of the data plane: an edge of one attempt, from one subtask of the producer to one of the consumer.

import Dataflow

/// One attempt's channel from a producing subtask to a consuming one. Both ends compute it from the job graph, so that
/// neither has to be told. Carrying the attempt, it fences off what an older attempt still sends.
public struct ChannelID: Hashable, Sendable, CustomStringConvertible {
  public var job: JobID
  public var attempt: Attempt
  /// Position of the edge in `JobGraph.edges`.
  public var edge: Int
  /// Number of the producing subtask within its vertex.
  public var fromSubtask: Int
  /// Number of the consuming subtask within its vertex.
  public var toSubtask: Int

  public init(job: JobID, attempt: Attempt, edge: Int, fromSubtask: Int, toSubtask: Int) {
    self.job = job
    self.attempt = attempt
    self.edge = edge
    self.fromSubtask = fromSubtask
    self.toSubtask = toSubtask
  }

  public var description: String { "\(job)/\(attempt)/\(edge)/\(fromSubtask)-\(toSubtask)" }
}
