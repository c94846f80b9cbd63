//  `swiftwater explain`: the plans of a script, without a cluster. Nothing runs.

import ArgumentParser
import Connectors
import SQL

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show the plans of a script's statements: logical, physical with changelog modes, and the job graph.")

  @OptionGroup var script: ScriptOptions

  @Flag(name: .long, help: "The physical plans as JSON: an array with one plan for each statement.")
  var json = false

  func run() throws {
    let text = try script.script()
    do throws(SQLError) {
      let explanations = try SQLCompiler(catalog: .builtIn, timeZones: TimeZoneFile.names).explain(
        script: text, parallelism: script.parallelism ?? 1, options: script.set.dictionary)
      if json {
        Terminal.output("[\(explanations.map(\.json).joined(separator: ",\n"))]\n")
      } else {
        Terminal.output(explanations.map(\.text).joined(separator: "\n"))
      }
    } catch {
      throw Failure.usage(error.rendered)
    }
  }
}
