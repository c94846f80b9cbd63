//  The one switch from what to compute to how: specs become operators here and nowhere else.

import Dataflow

public enum OperatorFactory {
  /// The operator that computes `spec`. Its state is declared in `open`.
  ///
  /// Sources, enumerators and sinks touch the world, so whoever owns the connectors drives them: asking for one here is
  /// an internal error.
  public static func make(_ spec: OperatorSpec) throws(OperatorError) -> any Operator {
    switch spec {
    case .calc, .windowTable, .windowAggregate, .groupAggregate, .join:
      throw OperatorError(.internal, .never, "this operator is not built in")
    case .enumerator, .source, .sink:
      throw OperatorError(.internal, .never, "a source, an enumerator or a sink is driven by its worker, not made from its spec")
    }
  }
}
