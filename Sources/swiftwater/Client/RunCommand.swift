//  `swiftwater run`: submit a script and follow its jobs.

import ArgumentParser
import Foundation

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Submit a script to a cluster, follow its jobs and show what their print sinks write.")

  @OptionGroup var script: ScriptOptions
  @OptionGroup var cluster: ClientOptions

  @Flag(name: .long, help: "Print the jobs' ids and return at once.")
  var detach = false

  @Flag(name: .long, help: "No progress on standard error, only what goes wrong.")
  var quiet = false

  func run() async throws {
    let text = try script.script()
    let client = try cluster.client()
    let submitted = try await Self.reached {
      try await client.submit(
        JobClient.Submission(sql: text, name: script.name, parallelism: script.parallelism, options: script.set.dictionary))
    }
    for explanation in submitted.explanations ?? [] { Terminal.output(explanation.text) }
    if submitted.jobs.isEmpty { return }
    if detach {
      for job in submitted.jobs { Terminal.output("\(job.jobid)\n") }
      return
    }
    let progress = ProgressLine(isShown: !quiet)
    let leave = { @Sendable in
      progress.end()
      for job in submitted.jobs { Terminal.diagnose("job \(job.jobid) goes on; \"swiftwater cancel \(job.jobid)\" ends it") }
    }
    Signals.onTermination {
      leave()
      Foundation.exit(130)
    }
    let succeeded = await withTaskGroup(of: Bool.self) { group in
      for job in submitted.jobs {
        let name = submitted.jobs.count == 1 ? job.name : "\(job.name) (\(job.jobid.prefix(8)))"
        group.addTask {
          await JobFollower(client: client, job: job.jobid, name: name, progress: progress) { error in
            leave()
            Terminal.end(afterOutputError: error)
          }.follow()
        }
      }
      var all = true
      for await succeeded in group { all = all && succeeded }
      return all
    }
    progress.end()
    if !succeeded { throw ExitCode(1) }
  }

  /// A cluster that is not there is a failure, in words.
  static func reached<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
      return try await body()
    } catch let error as HTTPClientError {
      throw Failure.failed(error.description)
    }
  }
}
