//  Batches between workers: channels with credit over one connection for each pair of processes and direction.

import Columnar
import Dataflow
import Logging
import Wire

/// A worker's end of every data channel. Made idle: costs no thread and no socket until it listens or opens a channel.
/// All calls are thread-safe and none blocks.
public final class DataPlane: Sendable {
  public init(configuration: TransportConfiguration, logger: Logger) {}

  /// Listens for channels of other workers. Port 0 binds any free one.
  /// - Returns: the bound address.
  public func listen(host: String, port: Int) async throws -> Address { Address(host: host, port: port) }

  /// The consumer's side of a channel; call it for every remote input before the subtask is started. A producer that came before is waiting.
  ///
  /// - Parameters:
  ///   - windowBytes: credit of the producer, nil for the configured. A batch larger than it counts as this much.
  ///   - receive: takes an element, in order, on an event loop: put it in the input's queue and return. For a batch `cost` is what to hand
  ///     to `grantCredit` once the batch has been consumed; 0 for the other elements.
  ///   - closed: called at most once, last, on an event loop: the connection is lost, the producer has closed before `.end`, or something
  ///     arrived that no sound producer sends. Not called after `IncomingChannel.close`, nor when the producer closes after `.end`.
  public func register(
    _ channel: ChannelID, schema: Schema, windowBytes: Int? = nil,
    receive: @escaping @Sendable (_ element: StreamElement, _ cost: Int) -> Void,
    closed: @escaping @Sendable (_ reason: String) -> Void
  ) -> IncomingChannel { IncomingChannel() }

  /// The producer's side of a channel. Returns at once: elements wait until the consumer has been reached.
  ///
  /// - Parameters:
  ///   - onWritable: called on an event loop after `trySend` has refused a batch, when it will take one.
  ///   - onClosed: called at most once, last, on an event loop: the connection could not be made or is lost, or the consumer has closed.
  ///     Not called after `OutgoingChannel.close`.
  public func openChannel(
    _ channel: ChannelID, to address: Address, schema: Schema,
    onWritable: @escaping @Sendable () -> Void, onClosed: @escaping @Sendable (_ reason: String) -> Void
  ) -> OutgoingChannel { OutgoingChannel() }

  /// Closes both sides of every channel of this and earlier attempts of a job, and forgets producers that wait for them. No callback of
  /// theirs follows its return.
  public func closeChannels(job: JobID, through attempt: Attempt) {}

  /// Closes everything; the peers see their channels closed.
  public func stop() async {}
}

/// The producer's side of one channel.
public final class OutgoingChannel: Sendable {
  /// Sends an element, or keeps it until there is credit; never blocks. Encodes on the calling thread.
  ///
  /// - Returns: false for a batch that was not taken, because an earlier one still waits for credit: offer it again after `onWritable`.
  ///   Everything but batches is always taken: watermarks merge, one barrier is kept for each epoch. After the end of the channel
  ///   everything is taken and dropped.
  public func trySend(_ element: StreamElement) -> Bool { true }

  /// A batch would be taken now.
  public var isWritable: Bool { true }

  /// After `.end`: lets go of the channel once everything has been sent. Before it: the consumer sees the channel closed.
  public func close() {}
}

/// The consumer's side of one channel.
public final class IncomingChannel: Sendable {
  /// Gives the producer room for more: the cost of a batch that has been consumed. From any thread.
  public func grantCredit(_ cost: Int) {}

  /// The producer sees the channel closed; neither callback is called after its return.
  public func close() {}
}
