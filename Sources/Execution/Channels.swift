//  The two ends of a channel between subtasks, as the loop sees them. Drivers implement them: a queue in one process,
//  a connection between two. Neither end ever blocks.

import Dataflow

/// The reading end.
public protocol InputChannel: AnyObject {
  /// The next element, nil if there is none at the moment. Taking a batch gives its credit back to the writer.
  func next() -> StreamElement?
  /// Nothing more will be read; what is still sent is dropped.
  func close()
}

/// The writing end.
public protocol OutputChannel: AnyObject {
  /// Whether one more batch may be sent. Everything else is exempt from credit.
  var hasCredit: Bool { get }
  /// Appends an element. A batch is accepted without credit too; the caller asks first, or goes over by one batch.
  func send(_ element: StreamElement)
}
