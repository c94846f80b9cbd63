//  STATE_TTL: how long joins and aggregations keep what comes from a table, whatever 'table.exec.state.ttl' says.
//  Source: Flink's state TTL hints.

struct StateHints {
  private let entries: [StateHintSyntax]

  init() { entries = [] }

  /// Of a table that is named twice the first entry counts.
  init(_ entries: [StateHintSyntax]) { self.entries = entries }

  /// Of one side of a join, or of what is aggregated: a table alone, by the name that it has in FROM. Microseconds, zero for ever;
  /// nil if no hint names it.
  func timeToLive(of scope: Scope) -> Int64? {
    guard !entries.isEmpty, scope.relations.count == 1, let name = scope.relations[0].alias else { return nil }
    return entries.first { $0.table.text == name }?.timeToLive
  }

  /// - Parameter names: of all tables of FROM.
  func require(_ names: [String]) throws(Diagnostic) {
    guard let wrong = entries.first(where: { !names.contains($0.table.text) }) else { return }
    throw Diagnostic(
      "STATE_TTL names '\(wrong.table.text)', which is no table of this FROM", at: wrong.table.span, expected: names,
      suggestion: nearestName(to: wrong.table.text, in: names))
  }
}
