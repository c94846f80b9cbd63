//  Marks the sources whose changes do not tell all: those that give rows by key, and those whose events may come twice.
//  Source: Flink's DynamicSourceUtils.

import Dataflow

enum SourceNormalization {
  /// - Throws: If such a table has no PRIMARY KEY.
  static func apply(
    _ plan: LogicalPlan, _ catalog: SessionCatalog, _ settings: Settings, at span: SourceSpan
  ) throws(Diagnostic) -> LogicalPlan {
    guard case .scan(var scan) = plan else {
      var inputs: [LogicalPlan] = []
      for input in plan.inputs { inputs.append(try apply(input, catalog, settings, at: span)) }
      return plan.withInputs(inputs)
    }
    let descriptor = catalog.descriptor(of: scan.table)
    let givesUpserts = descriptor?.producesUpserts == true
    let givesChanges = descriptor?.usesFormat == true && catalog.format(of: scan.table)?.producesUpdates == true
    scan.givesChanges = givesUpserts || givesChanges
    guard givesUpserts || givesChanges && settings.mayRepeatChanges else { return .scan(scan) }
    guard !scan.table.primaryKey.isEmpty else {
      let reason =
        givesUpserts
        ? "gives the current row of each key, so that it"
        : "is a changelog whose events may come twice ('table.exec.source.cdc-events-duplicate' = 'true'), so that it"
      throw Diagnostic(
        "the table '\(scan.table.name)' \(reason) needs a primary key", at: span, expected: ["PRIMARY KEY (...) NOT ENFORCED"])
    }
    scan.isNormalized = true
    return .scan(scan)
  }
}
