//  What expressions of an operator are evaluated with.

import Dataflow
import Expressions

extension OperatorContext {
  /// The session's settings; the time is to be set for each batch.
  var evaluation: EvaluationContext {
    EvaluationContext(nowMicroseconds: 0, timeZone: timeZoneRules, zones: zones, random: random)
  }
}
