//  Follows one job to its end: its printed lines to standard output, its states and progress to standard error.

import Foundation
import Synchronization

/// One job that is being watched. A coordinator that is gone for a while is waited for.
struct JobFollower: Sendable {
  /// How long a coordinator may be gone.
  static let patience: Duration = .seconds(60)
  /// Between two looks at the job: a short job's end is seen soon, a long one costs little.
  static let pause: Duration = .milliseconds(50)
  static let pauseMax: Duration = .milliseconds(500)

  let client: JobClient
  let job: String
  let name: String
  let progress: ProgressLine
  /// Called with the system's error when standard output takes no more.
  let onOutputLoss: @Sendable (Int32) -> Void

  /// - Returns: whether the job has finished.
  func follow() async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await showOutput() }
      group.addTask { await watch() }
      var succeeded = true
      for await part in group { succeeded = succeeded && part }
      return succeeded
    }
  }

  private func showOutput() async -> Bool {
    var next: Int64 = 0
    while let chunk = await patiently({ [next] in try await client.console(job, from: next) }) {
      if chunk.next < next {
        // A coordinator that was restarted has begun a new console.
        next = 0
        continue
      }
      if !chunk.lines.isEmpty {
        let error = progress.around { Terminal.write(Array(chunk.lines.utf8), to: STDOUT_FILENO) }
        if let error {
          onOutputLoss(error)
          return false
        }
      }
      next = chunk.next
      if chunk.end { return true }
    }
    return false
  }

  private func watch() async -> Bool {
    var state = ""
    var attempt = -1
    var wasWaiting = false
    var last: (at: ContinuousClock.Instant, recordsIn: Int64)?
    var pause = Self.pause
    while let live = await patiently({ try await client.live(job) }) {
      if live.attempt != attempt { last = nil }
      // What it waits for changes as slots come and go; that it waits is said once.
      let isWaiting = live.waitingFor != nil
      if live.state != state || live.attempt != attempt || isWaiting && !wasWaiting {
        (state, attempt) = (live.state, live.attempt)
        progress.note("\(name): \(state)\(attempt > 1 ? ", attempt \(attempt)" : "")\(live.waitingFor.map { ", \($0)" } ?? "")")
      }
      wasWaiting = isWaiting
      let now = ContinuousClock.now
      let seconds = last.map { Double($0.at.duration(to: now).microseconds) / 1e6 } ?? 0
      let rate = seconds > 0 ? Double(live.recordsIn - last!.recordsIn) / seconds : 0
      last = (now, live.recordsIn)
      if live.hasEnded {
        progress.note("\(name): \(live.recordsIn) records in, \(live.recordsOut) out")
        if live.state != "FINISHED" { await explain() }
        return live.state == "FINISHED"
      }
      let waiting = live.waitingFor.map { ", \($0)" } ?? ""
      progress.show("\(name): \(live.recordsIn) records in, \(live.recordsOut) out, \(Int(max(0, rate)))/s\(waiting)", of: job)
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, Self.pauseMax)
    }
    return false
  }

  /// Says why the job has failed.
  private func explain() async {
    guard let failures = try? await client.exceptions(job) else { return }
    for entry in failures.exceptionHistory.entries.prefix(3).reversed() {
      let text = entry.stacktrace ?? entry.exceptionName ?? "no reason is known"
      progress.note("\(name): \(entry.taskName.map { "\($0): " } ?? "")\(text.trimmingCharacters(in: .newlines))", isProblem: true)
    }
  }

  /// The answer, sooner or later; nil, with a message, if there is none for a long time or it is a refusal.
  private func patiently<Answer: Sendable>(_ body: () async throws -> Answer) async -> Answer? {
    var deadline: ContinuousClock.Instant?
    while true {
      do {
        return try await body()
      } catch let failure as Failure {
        progress.note("\(name): \(failure.message)", isProblem: true)
        return nil
      } catch {
        if deadline == nil { progress.note("\(name): \(error); waiting for it", isProblem: true) }
        deadline = deadline ?? .now + Self.patience
        if ContinuousClock.now > deadline! {
          progress.note("\(name): gave up after \(Self.patience)", isProblem: true)
          return nil
        }
        try? await Task.sleep(for: Self.pauseMax)
      }
    }
  }
}

/// The last line of a terminal, rewritten in place. Where standard error is no terminal, a line now and then.
final class ProgressLine: Sendable {
  /// Between two lines of one job, where they cannot be rewritten.
  static let lineInterval: Duration = .seconds(10)

  private struct State {
    var lines: [String: String] = [:]
    var isDrawn = false
    var lastLineAt: [String: ContinuousClock.Instant] = [:]
  }
  private let state = Mutex(State())
  private let isShown: Bool
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(isShown: Bool) { self.isShown = isShown }

  /// The job's progress, in place of what it was.
  func show(_ text: String, of job: String) {
    guard isShown else { return }
    state.withLock { state in
      guard isTerminal else {
        let now = ContinuousClock.now
        if let last = state.lastLineAt[job], last.duration(to: now) < Self.lineInterval { return }
        // The first one comes after an interval too: a short job says how it ended, and nothing else.
        if state.lastLineAt.updateValue(now, forKey: job) != nil { Terminal.diagnose(text, prefix: "") }
        return
      }
      erase(&state)
      state.lines[job] = text
      draw(&state)
    }
  }

  /// A line that stays.
  func note(_ text: String, isProblem: Bool = false) {
    if isShown || isProblem { around { Terminal.diagnose(text, prefix: "") } }
  }

  /// Writes something that stays above the progress.
  func around<Result>(_ body: () -> sending Result) -> sending Result {
    state.withLock { state in
      erase(&state)
      defer { draw(&state) }
      return body()
    }
  }

  func end() { state.withLock { erase(&$0) } }

  private func erase(_ state: inout State) {
    if state.isDrawn { Terminal.diagnose("\r\u{1B}[K", prefix: "", isWhole: false) }
    state.isDrawn = false
  }

  private func draw(_ state: inout State) {
    guard isTerminal, !state.lines.isEmpty else { return }
    Terminal.diagnose(state.lines.sorted { $0.key < $1.key }.map(\.value).joined(separator: " | "), prefix: "", isWhole: false)
    state.isDrawn = true
  }
}
