//  `swiftwater list` and `swiftwater cancel`.

import ArgumentParser

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the jobs of a cluster, newest last.")

  @OptionGroup var cluster: ClientOptions

  func run() async throws {
    let client = try cluster.client()
    let jobs = try await RunCommand.reached { try await client.overview().jobs }
    let rows =
      [["JOB", "STATE", "DURATION", "TASKS", "NAME"]]
      + jobs.map { job in
        [
          job.jid, job.state, "\(job.duration / 1000).\(job.duration / 100 % 10) s",
          "\(job.tasks["running"] ?? 0)/\(job.tasks["total"] ?? 0)", job.name,
        ]
      }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      Terminal.output(cells.dropLast().joined(separator: "  ") + "  " + row[row.count - 1] + "\n")
    }
  }
}

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Cancel a job.")

  @Argument(help: ArgumentHelp("The job's id, or the beginning of it.", valueName: "job"))
  var job: String

  @OptionGroup var cluster: ClientOptions

  func run() async throws {
    let client = try cluster.client()
    try await RunCommand.reached {
      let matches = try await client.overview().jobs.map(\.jid).filter { $0.hasPrefix(job.lowercased()) }
      guard let id = matches.first else { throw Failure.failed("there is no job \"\(job)\"") }
      guard matches.count == 1 else { throw Failure.usage("\(matches.count) jobs begin with \"\(job)\"") }
      try await client.cancel(id)
    }
  }
}
