//  Rows by group and time: what a join within bounds of time remembers of a side.
//  The rows of a group lie in buckets of time, each found by one hash probe, so that neither a search for rows near a time nor
//  the removal of old ones looks at the others.

import Columnar

/// For each group its rows with a time, equal ones as often as they came.
public final class BucketedRows {
  /// Times that rows may have, so that what is near them is a number too.
  public static let timeRange: Range<Int64> = -(1 << 62)..<(1 << 62)
  public let fields: [Field]
  /// Rows whose times differ by less may share a bucket.
  public let bucketWidth: Int64
  private let layout: RowLayout
  private let encoder: RowEncoder
  private let arena = BlockArena()
  private let handles = PagedColumn<BlockHandle>()
  private let times = PagedColumn<Int64>()
  private let owners = PagedColumn<Int32>()
  /// One where a row has found what it waits for.
  private let settled = PagedColumn<UInt8>()
  /// The row after one in its bucket, plus one; zero for none.
  private let next = PagedColumn<UInt32>()
  private var ids = EntryIDs()
  public private(set) var count = 0

  private let bucketIndex = SlotIndex()
  private let bucketOwners = PagedColumn<Int32>()
  private let bucketNumbers = PagedColumn<Int64>()
  /// The first and the last row of a bucket, plus one.
  private let bucketHeads = PagedColumn<UInt32>()
  private let bucketTails = PagedColumn<UInt32>()
  private var bucketIDs = EntryIDs()
  private var bucketsByNumber = TimeLists()
  /// By group.
  private let bucketCounts = PagedColumn<Int32>()

  /// Rows that are to be looked at when their time has come, by spans of time much shorter than a bucket; nil where none is.
  private var waiting: TimeLists?
  private let waitingWidth: Int64

  init(_ description: TableSchema.Buckets) {
    fields = description.fields
    bucketWidth = description.bucketWidth
    layout = RowLayout(fields.map(\.type))
    encoder = RowEncoder(layout)
    waiting = description.waits ? TimeLists() : nil
    waitingWidth = max(1, bucketWidth / 256)
  }

  func grow(toHoldGroups groupCount: Int) { bucketCounts.grow(toHold: groupCount) }

  public func isEmpty(_ group: Int32) -> Bool { bucketCounts[Int(group)] == 0 }

  // MARK: Adding

  /// Adds rows and gives the entry of each, -1 for those of negative groups, which are left out.
  @discardableResult
  public func add(_ columns: [Column], groups: [Int32], times rowTimes: [Int64]) -> [Int32] {
    encoder.encode(columns, rowCount: groups.count)
    var entries = [Int32](repeating: -1, count: groups.count)
    for row in groups.indices where groups[row] >= 0 {
      let entry = newEntry()
      handles[Int(entry)] = arena.insert(encoder.bytes(row))
      times[Int(entry)] = rowTimes[row]
      owners[Int(entry)] = groups[row]
      append(entry, to: makeBucket(groups[row], Self.bucketNumber(rowTimes[row], bucketWidth)))
      waiting?.append(entry, to: Self.bucketNumber(rowTimes[row], waitingWidth))
      entries[row] = entry
    }
    return entries
  }

  private func newEntry() -> Int32 {
    count += 1
    let (entry, isNew) = ids.take()
    if !isNew { return entry }
    handles.grow(toHold: ids.end)
    times.grow(toHold: ids.end)
    owners.grow(toHold: ids.end)
    settled.grow(toHold: ids.end)
    next.grow(toHold: ids.end)
    return entry
  }

  private func append(_ entry: Int32, to bucket: Int32) {
    next[Int(entry)] = 0
    let last = bucketTails[Int(bucket)]
    if last == 0 { bucketHeads[Int(bucket)] = UInt32(entry) + 1 } else { next[Int(last) - 1] = UInt32(entry) + 1 }
    bucketTails[Int(bucket)] = UInt32(entry) + 1
  }

  /// The number of the bucket, or other span of this width, that a time is in.
  public static func bucketNumber(_ time: Int64, _ width: Int64) -> Int64 {
    let quotient = time / width
    return time % width < 0 ? quotient - 1 : quotient
  }

  private static func tag(_ group: Int32, _ number: Int64) -> UInt32 {
    SlotIndex.tag(PartitionHash.combine(PartitionHash.hash(number), UInt64(UInt32(bitPattern: group))))
  }

  private func makeBucket(_ group: Int32, _ number: Int64) -> Int32 {
    if let bucket = bucket(of: group, number: number) { return bucket }
    let (bucket, isNew) = bucketIDs.take()
    if isNew {
      bucketOwners.grow(toHold: bucketIDs.end)
      bucketNumbers.grow(toHold: bucketIDs.end)
      bucketHeads.grow(toHold: bucketIDs.end)
      bucketTails.grow(toHold: bucketIDs.end)
    }
    bucketOwners[Int(bucket)] = group
    bucketNumbers[Int(bucket)] = number
    bucketIndex.insert(tag: Self.tag(group, number), id: bucket)
    bucketsByNumber.append(bucket, to: number)
    bucketCounts[Int(group)] += 1
    return bucket
  }

  // MARK: Looking

  /// The bucket of a group whose times begin at `number * bucketWidth`; nil if it has no row.
  public func bucket(of group: Int32, number: Int64) -> Int32? {
    let tag = Self.tag(group, number)
    var probe = bucketIndex.probe(tag)
    while true {
      let word = probe.word
      if word == 0 { return nil }
      let bucket = SlotIndex.id(word)
      if SlotIndex.tag(ofWord: word) == tag, bucketOwners[Int(bucket)] == group, bucketNumbers[Int(bucket)] == number { return bucket }
      probe.advance()
    }
  }

  /// The first row of a bucket.
  @inline(__always) public func first(in bucket: Int32) -> Int32 { Int32(bitPattern: bucketHeads[Int(bucket)] &- 1) }

  /// The row after one in its bucket, in the order in which they came.
  @inline(__always) public func entry(after entry: Int32) -> Int32? {
    let following = next[Int(entry)]
    return following == 0 ? nil : Int32(bitPattern: following &- 1)
  }

  @inline(__always) public func time(_ entry: Int32) -> Int64 { times[Int(entry)] }

  /// The rows themselves, one column a field.
  public func columns(of entries: [Int32]) -> [Column] { layout.decode(handles.gather(entries).map { arena.bytes($0) }) }

  /// A row has found what it waits for.
  public func settle(_ entry: Int32) { settled[Int(entry)] = 1 }

  // MARK: Time passes

  /// The rows before `time` that have not settled, which they then have, roughly by time; each is given once.
  public func takeWaiting(before time: Int64) -> [Int32] {
    var due: [Int32] = []
    var early: [Int32] = []
    while let least = waiting?.least, least * waitingWidth < time {
      for entry in waiting?.popLeast() ?? [] where settled[Int(entry)] == 0 {
        if times[Int(entry)] < time {
          settled[Int(entry)] = 1
          due.append(entry)
        } else {
          early.append(entry)
        }
      }
    }
    for entry in early { waiting?.append(entry, to: Self.bucketNumber(times[Int(entry)], waitingWidth)) }
    return due
  }

  /// The least time before which rows that wait, or a bucket, can be taken out; nil without rows.
  public var nextRemoval: Int64? {
    let bucket = bucketsByNumber.least.map { ($0 + 1) * bucketWidth }
    guard let waiting = waiting?.least else { return bucket }
    return min((waiting + 1) * waitingWidth, bucket ?? .max)
  }

  /// Takes out all buckets whose rows are all before `time`, after `takeWaiting` of as much where rows wait. Returns the
  /// groups that have no row left.
  public func remove(before time: Int64) -> [Int32] {
    var emptied: [Int32] = []
    while let number = bucketsByNumber.least, (number + 1) * bucketWidth <= time { emptied += removeLeast() }
    return emptied
  }

  private func removeLeast() -> [Int32] { bucketsByNumber.popLeast().compactMap { remove(bucket: $0) } }

  /// Takes out a bucket that is off the list. Returns its group if that has no row left.
  private func remove(bucket: Int32) -> Int32? {
    let group = bucketOwners[Int(bucket)]
    bucketIndex.remove(tag: Self.tag(group, bucketNumbers[Int(bucket)]), id: bucket)
    var head = bucketHeads[Int(bucket)]
    while head != 0 {
      let entry = Int(head) - 1
      head = next[entry]
      arena.remove(handles[entry])
      handles[entry] = BlockArena.none
      settled[entry] = 0
      ids.giveBack(Int32(entry))
      count -= 1
    }
    bucketHeads[Int(bucket)] = 0
    bucketTails[Int(bucket)] = 0
    bucketIDs.giveBack(bucket)
    bucketCounts[Int(group)] -= 1
    return bucketCounts[Int(group)] == 0 ? group : nil
  }

  // MARK: Snapshots

  /// Adds rows as a snapshot had them.
  func load(_ columns: [Column], groups: [Int32], times: [Int64], settled flags: [Bool]) {
    let entries = add(columns, groups: groups, times: times)
    for (entry, flag) in zip(entries, flags) { settled[Int(entry)] = flag ? 1 : 0 }
  }

  func freeze() -> FrozenBuckets {
    FrozenBuckets(
      fields: fields, layout: layout, arena: arena.freeze(), handles: handles.freeze(), times: times.freeze(), owners: owners.freeze(),
      settled: settled.freeze(), entryIDCount: ids.end)
  }

  var byteCount: Int {
    arena.byteCount + handles.byteCount + times.byteCount + owners.byteCount + settled.byteCount + next.byteCount
      + bucketOwners.byteCount + bucketNumbers.byteCount + bucketHeads.byteCount + bucketTails.byteCount + bucketCounts.byteCount
      + bucketsByNumber.byteCount + (waiting?.byteCount ?? 0)
  }
}

/// Rows as they were when they were frozen.
struct FrozenBuckets: FrozenRows {
  let fields: [Field]
  let layout: RowLayout
  let arena: FrozenArena
  let handles: FrozenColumn<BlockHandle>
  let times: FrozenColumn<Int64>
  let owners: FrozenColumn<Int32>
  let settled: FrozenColumn<UInt8>
  let entryIDCount: Int

  /// What a snapshot says about a row besides its values.
  static let extraFields = [Field("time", .int64, isNullable: false), Field("settled", .boolean, isNullable: false)]

  var part: TableSection.Part { .bucketed }
  var storedFields: [Field] { fields + Self.extraFields }

  var order: FrozenRowOrder {
    .byID(entryIDCount) { entries in
      zip(owners.gather(entries), handles.gather(entries)).map { $1 == BlockArena.none ? -1 : $0 }
    }
  }

  func columns(of entries: [Int32]) -> [Column] {
    arena.withBlocks(handles.gather(entries)) { layout.decode($0) } + [
      .int64(FixedColumn(times.gather(entries))), .bool(FixedColumn(settled.gather(entries).map { $0 != 0 })),
    ]
  }
}
