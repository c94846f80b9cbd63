//  Waits no longer than agreed for somebody else's answer, even if they never give one.

import Synchronization

/// The time was up.
struct DeadlineExceeded: Error {}

/// The operation's result, or `DeadlineExceeded` after `limit`; the operation is cancelled then and its result dropped.
func withDeadline<Value: Sendable>(
  _ limit: Duration, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let race = Race<Value>()
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      race.begin(
        continuation,
        Task {
          let result: Result<Value, any Error>
          do { result = .success(try await operation()) } catch { result = .failure(error) }
          race.finish(result)
        },
        Task {
          if (try? await Task.sleep(for: limit)) != nil { race.finish(.failure(DeadlineExceeded())) }
        })
    }
  } onCancel: {
    race.finish(.failure(CancellationError()))
  }
}

/// The first of several results wins.
private final class Race<Value: Sendable>: Sendable {
  private enum State {
    case idle
    case running(CheckedContinuation<Value, any Error>, [Task<Void, Never>])
    /// Over, with the result if nobody has waited for it yet.
    case over(Result<Value, any Error>?)
  }
  private let state = Mutex(State.idle)

  func begin(_ continuation: CheckedContinuation<Value, any Error>, _ tasks: Task<Void, Never>...) {
    let early: Result<Value, any Error>? = state.withLock { state in
      if case .over(let result?) = state {
        state = .over(nil)
        return result
      }
      state = .running(continuation, tasks)
      return nil
    }
    guard let early else { return }
    tasks.forEach { $0.cancel() }
    continuation.resume(with: early)
  }

  func finish(_ result: Result<Value, any Error>) {
    let waiting: (CheckedContinuation<Value, any Error>, [Task<Void, Never>])? = state.withLock { state in
      switch state {
      case .idle:
        state = .over(result)
        return nil
      case .running(let continuation, let tasks):
        state = .over(nil)
        return (continuation, tasks)
      case .over:
        return nil
      }
    }
    guard let (continuation, tasks) = waiting else { return }
    tasks.forEach { $0.cancel() }
    continuation.resume(with: result)
  }
}
