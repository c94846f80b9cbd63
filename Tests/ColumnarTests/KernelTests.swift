import Columnar
import TestKit
import Testing

@Suite("kernels")
struct KernelTests {
  @Test("take gives the rows asked for, in that order", arguments: 0..<20 as Range<UInt64>)
  func take(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rows = randomBatch(everyType, rowCount: 80, nullEvery: seed % 2 == 0 ? 0 : 4, withChanges: seed % 3 == 0, using: &random)
    let picked = (0..<Int.random(in: 0...120, using: &random)).map { _ in Int32.random(in: 0..<80, using: &random) }
    let taken = rows.take(picked)
    #expect(taken.rowCount == picked.count)
    for (row, source) in picked.enumerated() {
      #expect(taken.values(at: row) == rows.values(at: Int(source)))
      #expect(taken.change(row) == rows.change(Int(source)))
    }
  }

  @Test("a column has no more buffers than rows, however many it was taken from")
  func takeOutOfManyBuffers() {
    let texts = (0..<100).map { String(repeating: "text \($0) ", count: 3) }
    let parts = texts.map { text in
      let builder = ColumnBuilder(.string)
      builder.append(.string(text))
      return builder.finish()
    }
    let whole = Column.concatenate(parts)
    for picked in [[], [7], [99, 3, 99], Array(0..<100 as Range<Int32>)] as [[Int32]] {
      guard case .bytes(let taken) = whole.take(picked) else { return #expect(Bool(false), "strings are bytes") }
      #expect(taken.buffers.count <= picked.count)
      #expect((0..<taken.count).map { taken.string(at: $0) } == picked.map { texts[Int($0)] })
    }
  }

  @Test("strings that are too long for their view count as bytes, those of nulls do not", arguments: [0, 2, 50])
  func bytes(nullEvery: Int) {
    let builder = ColumnBuilder(.string)
    var expected = 300 * 16 + (nullEvery == 0 ? 0 : 5 * 8)
    for row in 0..<300 {
      if nullEvery > 0, row % nullEvery == 0 {
        builder.appendNull()
      } else {
        builder.append(.string(String(repeating: "x", count: row % 30)))
        if row % 30 > ByteView.inlineCapacity { expected += row % 30 }
      }
    }
    #expect(builder.finish().byteCount == expected)
  }

  @Test("concatenate gives all rows one after the other", arguments: 0..<20 as Range<UInt64>)
  func concatenate(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let parts = (0..<Int.random(in: 1...4, using: &random)).map { index in
      randomBatch(
        everyType, rowCount: .random(in: 0...70, using: &random), nullEvery: index % 2 == 0 ? 0 : 4, withChanges: index % 3 == 1,
        using: &random)
    }
    let whole = RecordBatch.concatenate(parts)
    var row = 0
    for part in parts {
      for index in 0..<part.rowCount {
        #expect(whole.values(at: row) == part.values(at: index))
        #expect(whole.change(row) == part.change(index))
        row += 1
      }
    }
    #expect(whole.rowCount == row)
  }

  @Test("rows of two columns are taken as from the one behind the other", arguments: 0..<20 as Range<UInt64>)
  func takeOfTwo(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func part(_ nullEvery: Int) -> RecordBatch { randomBatch(everyType, rowCount: 30, nullEvery: nullEvery, using: &random) }
    let (first, second) = (part(seed % 2 == 0 ? 0 : 4), part(seed % 4 < 2 ? 0 : 4))
    let rows = (0..<50).map { _ in Int32.random(in: 0..<60, using: &random) }
    let taken = RecordBatch(schema: everyType, columns: Column.take(rows, of: first.columns, and: second.columns), rowCount: 50)
    #expect(taken == RecordBatch.concatenate([first, second]).take(rows))
  }

  @Test("cutting a batch and joining the pieces gives it back", arguments: 0..<10 as Range<UInt64>)
  func cutAndJoin(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let whole = randomBatch(everyType, rowCount: 100, withChanges: true, using: &random)
    let cut = Int.random(in: 0...100, using: &random)
    #expect(RecordBatch.concatenate([whole.slice(0..<cut), whole.slice(cut..<100)]) == whole)
  }
}

/// These numbers decide which subtask owns a key in every snapshot ever written. If one changes, the hash's version must.
@Suite("the partitioning hash is a persistent format")
struct PartitionHashTests {
  private func hashes(_ batch: RecordBatch) -> [UInt64] {
    PartitionHash.hashes(batch.columns, types: batch.schema.fields.map(\.type), rowCount: batch.rowCount)
  }

  @Test("golden values of version 1")
  func goldenValues() {
    #expect(PartitionHash.version == 1)
    #expect(
      hashes(batch("a \n 0 \n 1 \n -1 \n 1000 \n NULL")) == [
        0x9CA0_66F1_A4AB_2EEA, 0x25B7_75FA_ECA8_F520, 0x3CD6_17BB_BCC3_9640, 0xD45B_965A_CF3F_CE7D, 0x6A09_E667_F3BC_C909,
      ])
    #expect(
      hashes(batch("s:string \n '' \n a \n 'twelve bytes' \n 'thirteen byte' \n 'größe'")) == [
        0x5D95_23DA_6AA6_71D3, 0x1EF3_D41A_3AA9_D7E3, 0xF424_E543_06AF_E76C, 0x8585_769D_9FE1_3727, 0xECF0_AA37_6FF2_6E07,
      ])
    #expect(hashes(batch("d:double \n 0 \n 1.5 \n -1.5")) == [0x9CA0_66F1_A4AB_2EEA, 0x35AF_CF05_F201_3659, 0x0594_C6A8_D855_4344])
    #expect(
      hashes(batch("n:decimal(10,2) \n 0.00 \n 1.50 \n -99.99")) == [0x1A5C_157F_E6E8_6490, 0x18BE_573D_BB20_7925, 0xE3E4_F228_27E6_39E6])
    #expect(hashes(batch("b:boolean \n true \n false")) == [0x25B7_75FA_ECA8_F520, 0x9CA0_66F1_A4AB_2EEA])
    #expect(hashes(batch("a s:string \n 7 x \n NULL x")) == [0x1DB4_17CB_F627_CD01, 0x4B41_08C1_1BE7_E4E3])
    #expect(hashes(batch("l:array<int> m:map<string,int> r:row<x:int,y:string> \n [1,2] {k=1,l=2} (1,z)")) == [0xCCFD_A7C4_0B07_006C])
    #expect(PartitionHash.hashes([], types: [], rowCount: 1) == [0x9E37_79B9_7F4A_7C15])
  }

  @Test("a string of any length has the hash of its bytes, eight at a time")
  func strings() {
    /// The format as it was first written down.
    func expected(_ bytes: [UInt8]) -> UInt64 {
      func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
      }
      func word(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
      let whole = bytes.count / 8 * 8
      let hash = stride(from: 0, to: whole, by: 8).reduce(0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)) {
        fold($0 ^ word(bytes[$1..<($1 + 8)]), 0xA076_1D64_78BD_642F)
      }
      return PartitionHash.mix(fold(hash ^ word(bytes[whole...]), 0xE703_7ED1_A0B4_28DB))
    }
    var random = SeededGenerator(seed: 1)
    let values = (0..<60).map { length in (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) } }
    let builder = ColumnBuilder(.varbinary(length: 60))
    for value in values { builder.append(.bytes(value)) }
    #expect(PartitionHash.hashes([builder.finish()], types: [.varbinary(length: 60)], rowCount: 60) == values.map(expected))
    #expect(values.map { value in value.withUnsafeBytes { PartitionHash.hash($0) } } == values.map(expected))
  }

  @Test("an integer has one hash in every width, and in a date or timestamp")
  func widths() {
    let numbers = "\n 0 \n 1 \n -1 \n 100 \n -128 \n NULL"
    let expected = hashes(batch("a:bigint" + numbers))
    for type in ["tinyint", "smallint", "int", "date", "timestamp(3)", "interval_months", "interval_time"] {
      #expect(hashes(batch("a:\(type)" + numbers)) == expected)
    }
  }

  @Test("a decimal has one hash in every scale and width")
  func decimals() {
    let numbers = "\n 1.5 \n -20.0 \n 0.0 \n NULL"
    let expected = hashes(batch("a:decimal(10,1)" + numbers))
    for type in ["decimal(18,4)", "decimal(38,1)", "decimal(38,20)"] { #expect(hashes(batch("a:\(type)" + numbers)) == expected) }
  }

  @Test("all NaNs are one key, and so are the two zeros and the two widths of floats")
  func floats() {
    let zeros = hashes(batch("a:double \n 0.0 \n -0.0 \n nan \n -nan \n 1.5"))
    #expect(zeros[0] == zeros[1] && zeros[2] == zeros[3] && zeros[0] != zeros[2])
    #expect(hashes(batch("a:float \n 1.5"))[0] == zeros[4])
  }

  @Test("moving rows does not change their hashes, whatever buffers they come from", arguments: 0..<10 as Range<UInt64>)
  func encodings(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let rows = randomBatch(everyType, rowCount: 50, using: &random)
    let picked = (0..<50).map { _ in Int32.random(in: 0..<50, using: &random) }
    let expected = hashes(rows)
    #expect(hashes(rows.take(picked)) == picked.map { expected[Int($0)] })
    #expect(hashes(.concatenate([rows.slice(0..<20), rows.slice(20..<50)])) == expected)
  }

  @Test("the entries of a map and of a multiset have no order, those of an array do")
  func order() {
    #expect(hashes(batch("m:map<string,int> \n {a=1,b=2}")) == hashes(batch("m:map<string,int> \n {b=2,a=1}")))
    #expect(hashes(batch("m:multiset<int> \n {1=1,2=2}")) == hashes(batch("m:multiset<int> \n {2=2,1=1}")))
    #expect(hashes(batch("a:array<int> \n [1,2]")) != hashes(batch("a:array<int> \n [2,1]")))
  }
}
