//  Nexmark's tables and queries as the benchmark runs them, from deploy/bench/sql.

import Foundation

enum NexmarkScripts {
  private static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "deploy/bench/sql")

  /// The queries, by name.
  static let names: [String] = try! FileManager.default.contentsOfDirectory(atPath: directory.path)
    .filter { $0.hasPrefix("q") && $0.hasSuffix(".sql") }.map { String($0.dropLast(4)) }.sorted()

  /// Over one wide row for all kinds of events.
  static func flat(_ query: String) -> String { script(query, layout: "flat") }

  /// Over a ROW column for each kind of event.
  static func nested(_ query: String) -> String { script(query, layout: "nested") }

  private static func script(_ query: String, layout: String) -> String {
    [layout, query].map { try! String(contentsOf: directory.appending(path: "\($0).sql"), encoding: .utf8) }.joined()
      .replacing("${EVENTS}", with: "1000").replacing("${ERATE}", with: "100").replacing("${THROTTLE}", with: "0")
  }
}
