import Columnar
import Testing
import TestKit

@Suite("text fixtures")
struct FixturesTests {
  @Test("cells become typed values, changes become kinds")
  func readsCells() {
    let read = batch(
      """
      key  name:string  price:decimal(10,2)  time:timestamp(3)  tags:array<int>  extra:row<a:int,b:map<string,double>>
      +I 1 apple        1.5                  1000000            [1,NULL]         (7,{k=1.5})
      -U 2 'it''s one'  NULL                 2024-01-01T00:00:01.5  []           NULL
      """)
    #expect(
      read.values(at: 0) == [
        .integer(1), .string("apple"), .decimal(150), .integer(1_000_000), .list([.integer(1), .null]),
        .row([.integer(7), .list([.row([.string("k"), .double(1.5)])])]),
      ])
    #expect(read.values(at: 1) == [.integer(2), .string("it's one"), .null, .integer(1_704_067_201_500_000), .list([]), .null])
    #expect(read.changes == [.insert, .updateBefore])
    #expect(read.schema[3] == Field("time", .timestamp(precision: 3)))
  }

  @Test("without marks a batch has no changes, and a bang means NOT NULL")
  func readsSchema() {
    let read = batch("key! day:date \n 1 1970-01-02 \n 2 2000-03-01")
    #expect(read.changes == nil)
    #expect(read.schema == Schema([Field("key", .int64, isNullable: false), Field("day", .date)]))
    #expect(read.columns[1].value(at: 1, type: .date) == .integer(11_017))
  }
}
