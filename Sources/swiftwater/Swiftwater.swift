//  The one executable: coordinator, worker, supervisor and client in one binary.

import ArgumentParser

@main
struct Swiftwater: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swiftwater", abstract: "A distributed stream processor: Flink SQL in one native binary.")
}
