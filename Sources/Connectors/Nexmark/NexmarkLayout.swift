//  Which columns a Nexmark table has, flat or nested, and which values of the model they hold.

import Columnar
import Dataflow

/// A value of the model. Those of one kind of event are NULL in the rows of the other kinds.
enum NexmarkField: Hashable, Sendable {
  case eventType, time
  case personID, personName, personEmail, personCard, personCity, personState, personTime, personExtra
  case auctionID, itemName, description, initialBid, reserve, auctionTime, expires, seller, category, auctionExtra
  case bidAuction, bidder, price, channel, url, bidTime, bidExtra

  enum Kind: Int, Hashable, Sendable { case person, auction, bid }

  /// Nil for what every event has.
  var kind: Kind? {
    switch self {
    case .eventType, .time: nil
    case .personID, .personName, .personEmail, .personCard, .personCity, .personState, .personTime, .personExtra: .person
    case .auctionID, .itemName, .description, .initialBid, .reserve, .auctionTime, .expires, .seller, .category, .auctionExtra: .auction
    case .bidAuction, .bidder, .price, .channel, .url, .bidTime, .bidExtra: .bid
    }
  }
}

/// A column of the table: one value, or a ROW of the values of one kind of event.
enum NexmarkColumn: Hashable, Sendable {
  case field(NexmarkField)
  case row(NexmarkField.Kind, [NexmarkField])

  /// What a reader is asked for of the column.
  func part(_ path: FieldPath) -> NexmarkColumn {
    guard case .row(let kind, let fields) = self, path != FieldPath() else { return self }
    if path.isPresence { return .row(kind, []) }
    return .field(fields[path.fields[0]])
  }
}

enum NexmarkLayout {
  static let flat: [(String, NexmarkField)] = [
    ("event_type", .eventType), ("p_id", .personID), ("p_name", .personName), ("p_email", .personEmail), ("p_card", .personCard),
    ("p_city", .personCity), ("p_state", .personState), ("p_extra", .personExtra), ("a_id", .auctionID), ("a_item", .itemName),
    ("a_descr", .description), ("a_initial", .initialBid), ("a_reserve", .reserve), ("a_expires", .expires), ("a_seller", .seller),
    ("a_category", .category), ("a_extra", .auctionExtra), ("b_auction", .bidAuction), ("b_bidder", .bidder), ("b_price", .price),
    ("b_channel", .channel), ("b_url", .url), ("b_extra", .bidExtra), ("dateTime", .time),
  ]
  static let person: [(String, NexmarkField)] = [
    ("id", .personID), ("name", .personName), ("emailAddress", .personEmail), ("creditCard", .personCard), ("city", .personCity),
    ("state", .personState), ("dateTime", .personTime), ("extra", .personExtra),
  ]
  static let auction: [(String, NexmarkField)] = [
    ("id", .auctionID), ("itemName", .itemName), ("description", .description), ("initialBid", .initialBid), ("reserve", .reserve),
    ("dateTime", .auctionTime), ("expires", .expires), ("seller", .seller), ("category", .category), ("extra", .auctionExtra),
  ]
  static let bid: [(String, NexmarkField)] = [
    ("auction", .bidAuction), ("bidder", .bidder), ("price", .price), ("channel", .channel), ("url", .url), ("dateTime", .bidTime),
    ("extra", .bidExtra),
  ]

  /// The columns of a table with this schema, which are told by their position; names are the user's.
  static func columns(_ schema: Schema, isFlat: Bool) throws(OperatorError) -> [NexmarkColumn] {
    if isFlat {
      try check(schema.fields, flat.map(\.1), "the flat layout ('flat' = 'true')", flat.map(\.0))
      return flat.map { .field($0.1) }
    }
    let rows: [(String, NexmarkField.Kind, [(String, NexmarkField)])] = [
      ("person", .person, person), ("auction", .auction, auction), ("bid", .bid, bid),
    ]
    guard schema.count == 4, schema[0].type == .int32 else {
      throw mismatch(
        "the nested layout ('flat' = 'false')", "event_type INT, person ROW<...>, auction ROW<...>, bid ROW<...>", schema.fields)
    }
    var columns = [NexmarkColumn.field(.eventType)]
    for (index, (name, kind, fields)) in rows.enumerated() {
      guard case .row(let declared) = schema[index + 1].type else {
        throw OperatorError(
          .user, .never, "nexmark column \"\(schema[index + 1].name)\" is \(schema[index + 1].type), expected the ROW of \(name)")
      }
      try check(declared, fields.map(\.1), "the ROW of \(name)", fields.map(\.0))
      columns.append(.row(kind, fields.map(\.1)))
    }
    return columns
  }

  private static func check(_ declared: [Field], _ fields: [NexmarkField], _ place: String, _ names: [String]) throws(OperatorError) {
    guard declared.count == fields.count, zip(declared, fields).allSatisfy({ accepts($0.type, $1) }) else {
      throw mismatch(place, zip(names, fields).map { "\($0) \(typeName($1))" }.joined(separator: ", "), declared)
    }
  }

  private static func mismatch(_ place: String, _ expected: String, _ declared: [Field]) -> OperatorError {
    let given = declared.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
    return OperatorError(.user, .never, "\(place) of nexmark has the columns (\(expected)), given (\(given))")
  }

  private static func accepts(_ type: DataType, _ field: NexmarkField) -> Bool {
    switch (typeName(field), type) {
    case ("INT", .int32), ("BIGINT", .int64): true
    case ("STRING", .varchar): true
    case ("TIMESTAMP(3)", .timestamp(let precision)): precision >= 3
    default: false
    }
  }

  private static func typeName(_ field: NexmarkField) -> String {
    switch field {
    case .eventType: "INT"
    case .time, .personTime, .auctionTime, .bidTime, .expires: "TIMESTAMP(3)"
    case .personID, .auctionID, .initialBid, .reserve, .seller, .category, .bidAuction, .bidder, .price: "BIGINT"
    default: "STRING"
    }
  }
}

extension NexmarkModel {
  static let descriptor = ConnectorDescriptor(
    name: "nexmark",
    options: [
      OptionDescriptor(
        "flat", .boolean, default: "false", help: "one wide row of event_type, p_*, a_*, b_* and dateTime, rather than nested ROWs"),
      OptionDescriptor("events.num", .integer, default: "\(defaultEventCount)", help: "how many events there are"),
      OptionDescriptor("event-rate", .integer, default: "\(defaultEventRate)", help: "events per second of event time"),
      OptionDescriptor(
        "throttle", .integer, default: "0", help: "events per second of wall clock over all subtasks; 0 is as fast as possible"),
      OptionDescriptor(
        "base-time", .integer, default: "\(defaultBaseTime)", help: "event time of the first event, milliseconds since 1970"),
    ],
    isSource: true, isSink: false, readsFields: true,
    rowsPerSecond: { options in options["throttle"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil } },
    validate: { options, schema in
      messageOfFailure { () throws(OperatorError) in
        let values = OptionValues(options)
        _ = try NexmarkModel(values)
        _ = try values.integer("throttle", in: 0...Int64.max)
        _ = try NexmarkLayout.columns(schema, isFlat: try values.boolean("flat", default: false))
      }
    })
}
