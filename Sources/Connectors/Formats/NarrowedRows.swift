//  Reads ROW columns without the fields that nobody wants: each column once, and out of it the fields that are wanted.

import Columnar
import Dataflow

/// The columns that a format reads for a spec, and where in them each thing lies that the spec wants.
struct NarrowedRows {
  /// Positions among the declared columns.
  let projection: [Int]
  /// What is read of them: of a ROW the wanted fields alone, of one whose presence alone is asked for none.
  let schema: Schema
  /// Of each thing that is wanted: the column, and the field at each level of it.
  private let places: [(column: Int, fields: [Int], isPresence: Bool)]

  init(_ spec: SourceSpec) {
    guard let paths = spec.paths else {
      projection = spec.projection
      schema = spec.produced
      places = []
      return
    }
    let wanted = Dictionary(grouping: zip(spec.projection, paths), by: \.0).mapValues { $0.map(\.1) }
    let columns = wanted.keys.sorted()
    projection = columns
    schema = Schema(
      columns.map { column in
        let declared = spec.declared[column]
        return Field(declared.name, Self.narrowed(declared.type, to: wanted[column]!), isNullable: declared.isNullable)
      })
    places = zip(spec.projection, paths).map { column, path in
      (columns.firstIndex(of: column)!, Self.place(of: path.fields, among: wanted[column]!), path.isPresence)
    }
  }

  /// A type with the fields at the ends of these paths and on their ways.
  private static func narrowed(_ type: DataType, to paths: [FieldPath]) -> DataType {
    guard case .row(let fields) = type, !paths.contains(FieldPath()) else { return type }
    return .row(
      firstFields(paths).map { index in
        Field(fields[index].name, narrowed(fields[index].type, to: rest(of: paths, after: index)), isNullable: fields[index].isNullable)
      })
  }

  /// Where a path leads in the narrowed type.
  private static func place(of fields: [Int], among paths: [FieldPath]) -> [Int] {
    guard let first = fields.first, !paths.contains(FieldPath()) else { return fields }
    return [firstFields(paths).firstIndex(of: first)!] + place(of: Array(fields.dropFirst()), among: rest(of: paths, after: first))
  }

  private static func firstFields(_ paths: [FieldPath]) -> [Int] { Set(paths.compactMap(\.fields.first)).sorted() }

  private static func rest(of paths: [FieldPath], after first: Int) -> [FieldPath] {
    paths.filter { $0.fields.first == first }.map { FieldPath(Array($0.fields.dropFirst()), isPresence: $0.isPresence) }
  }

  /// What is wanted, out of what was read.
  func wanted(of columns: [Column]) -> [Column] {
    if places.isEmpty { return columns }
    return places.map { place in
      var column = columns[place.column]
      for field in place.fields { column = Self.row(column).children[field] }
      return place.isPresence ? .row(RowColumn([], count: column.count, validity: column.validity)) : column
    }
  }

  private static func row(_ column: Column) -> RowColumn {
    guard case .row(let row) = column else { preconditionFailure("a path leads through ROWs") }
    return row
  }
}
