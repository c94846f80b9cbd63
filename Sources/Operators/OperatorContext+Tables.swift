//  An operator declares its tables: what a restore has given, or empty ones.

import Dataflow
import State

extension OperatorContext {
  /// A table with state for each key. `owner` is whose state it is, for the message: "a join".
  func keyedTable(_ name: String, of owner: String, _ schema: TableSchema) throws(OperatorError) -> KeyedTable {
    do throws(StateError) { return try state.keyedTable(name, schema) } catch { throw Self.notRestored(owner, error) }
  }

  /// A table with state for each key and window.
  func windowedTable(_ name: String, of owner: String, _ schema: TableSchema) throws(OperatorError) -> WindowedTable {
    do throws(StateError) { return try state.windowedTable(name, schema) } catch { throw Self.notRestored(owner, error) }
  }

  private static func notRestored(_ owner: String, _ error: StateError) -> OperatorError {
    OperatorError(.internal, .never, "the state of \(owner) could not be restored", cause: error)
  }
}
