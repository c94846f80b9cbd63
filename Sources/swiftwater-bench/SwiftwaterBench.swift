//  Measures Swiftwater, beside Flink where it is set up, and prints a table.

import ArgumentParser

@main
struct SwiftwaterBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "swiftwater-bench", abstract: "Measures Swiftwater.")
}
