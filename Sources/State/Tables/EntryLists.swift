//  Lists of entries by group, linked both ways: an entry is added at the end, and taken out wherever it is.

/// For each group a list of entries, in the order in which they came.
///
/// Ids are kept plus one; zero stands for none.
final class EntryLists {
  private let next = PagedColumn<UInt32>()
  private let previous = PagedColumn<UInt32>()
  /// By group.
  private let heads = PagedColumn<UInt32>()
  private let tails = PagedColumn<UInt32>()

  func grow(toHoldGroups groupCount: Int) {
    heads.grow(toHold: groupCount)
    tails.grow(toHold: groupCount)
  }

  func grow(toHoldEntries entryCount: Int) {
    next.grow(toHold: entryCount)
    previous.grow(toHold: entryCount)
  }

  /// Puts an entry behind the others of a group.
  func append(_ entry: Int32, to group: Int) {
    let last = tails[group]
    next[Int(entry)] = 0
    previous[Int(entry)] = last
    if last == 0 { heads[group] = UInt32(entry) + 1 } else { next[Int(last) - 1] = UInt32(entry) + 1 }
    tails[group] = UInt32(entry) + 1
  }

  /// Takes an entry out that is on the list of a group.
  func remove(_ entry: Int32, from group: Int) {
    let before = previous[Int(entry)]
    let after = next[Int(entry)]
    if before == 0 { heads[group] = after } else { next[Int(before) - 1] = after }
    if after == 0 { tails[group] = before } else { previous[Int(after) - 1] = before }
  }

  /// The first entry of a group.
  @inline(__always) func first(in group: Int) -> Int32? {
    let entry = heads[group]
    return entry == 0 ? nil : Int32(bitPattern: entry &- 1)
  }

  /// The entry after one, of the same group.
  @inline(__always) func entry(after entry: Int32) -> Int32? {
    let following = next[Int(entry)]
    return following == 0 ? nil : Int32(bitPattern: following &- 1)
  }

  var byteCount: Int { next.byteCount + previous.byteCount + heads.byteCount + tails.byteCount }
}

/// The lists of a multimap that has them.
@inline(__always) func known(_ lists: EntryLists?) -> EntryLists {
  guard let lists else { preconditionFailure("the rows of a group are listed") }
  return lists
}
