import Columnar
import Expressions
import TestKit
import Testing

@Suite("string functions")
struct StringFunctionTests {
  private func shownCall(_ function: ScalarFunction, _ arguments: [Expression], _ type: DataType = .string) throws -> String {
    try shown(.call(function, arguments, type))
  }

  @Test(
    "SUBSTRING counts characters from 1, from the end if negative",
    arguments: [
      ("Swiftwater", 6 as Int64, nil as Int64?, "water"), ("Swiftwater", 1, 5, "Swift"), ("Swiftwater", 0, 3, "Swi"),
      ("Swiftwater", -5, 3, "wat"),
      ("Swiftwater", 20, 3, ""), ("Swiftwater", -20, 3, ""), ("Swiftwater", 2, -1, "NULL"), ("naïve größe", 3, 8, "ïve größ"),
      ("", 1, 1, ""),
      ("abc", 2, 2_147_483_647, "bc"),
    ])
  func substring(text: String, start: Int64, length: Int64?, result: String) throws {
    #expect(try shownCall(.substring, [.literal(.string(text), .string), int(start)] + (length.map { [int($0)] } ?? [])) == result)
  }

  @Test("strings are joined, NULL ones making the result NULL or being left out")
  func concatenation() throws {
    #expect(try shownCall(.concat, [text("a"), text("bc"), text("")]) == "abc")
    #expect(try shownCall(.concat, [text("a"), null(.string)]) == "NULL")
    #expect(try shownCall(.concatWS, [text("-"), text("a"), null(.string), text("c")]) == "a-c")
    #expect(try shownCall(.concatWS, [text("-"), null(.string), null(.string)]) == "")
    #expect(try shownCall(.concatWS, [null(.string), text("a")]) == "NULL")
  }

  @Test("case, length and order of characters beyond ASCII")
  func characters() throws {
    #expect(try shownCall(.upper, [text("größe")]) == "GRÖSSE")
    #expect(try shownCall(.lower, [text("ÀB-Z[")]) == "àb-z[")
    #expect(try shownCall(.charLength, [text("größe€𝄞")], .int32) == "7")
    #expect(try shownCall(.reverse, [text("abç𝄞")]) == "𝄞çba")
    #expect(try shownCall(.ascii, [text("Az")], .int32) == "65")
    #expect(try shownCall(.ascii, [text("")], .int32) == "0")
    #expect(try shownCall(.chr, [integer(321)]) == "A")
    #expect(try shownCall(.chr, [integer(-1)]) == "")
  }

  @Test("TRIM takes any of the characters away")
  func trims() throws {
    #expect(try shownCall(.trimBoth, [text("  a b "), text(" ")]) == "a b")
    #expect(try shownCall(.trimLeading, [text("xyxaxy"), text("yx")]) == "axy")
    #expect(try shownCall(.trimTrailing, [text("aéàé"), text("àé")]) == "a")
    #expect(try shownCall(.trimBoth, [text("    "), text(" ")]) == "")
  }

  @Test("searching, replacing and splitting")
  func searching() throws {
    #expect(try shownCall(.position, [text("wä"), text("schwäne")], .int32) == "4")
    #expect(try shownCall(.position, [text("x"), text("abc")], .int32) == "0")
    #expect(try shownCall(.position, [text(""), text("abc")], .int32) == "1")
    #expect(try shownCall(.replace, [text("aXbXc"), text("X"), text("--")]) == "a--b--c")
    #expect(try shownCall(.replace, [text("ab"), text(""), text("-")]) == "-a-b-")
    #expect(try shownCall(.splitIndex, [text("a,,c"), text(","), int(2)]) == "c")
    #expect(try shownCall(.splitIndex, [text("a,,c"), text(","), int(1)]) == "")
    #expect(try shownCall(.splitIndex, [text("a,,c"), text(","), int(3)]) == "NULL")
    #expect(try shownCall(.splitIndex, [text(""), text(","), int(0)]) == "NULL")
    #expect(try shownCall(.splitIndex, [text("a b"), text(""), int(1)]) == "b")
    #expect(try shownCall(.startsWith, [text("swift"), text("sw")], .boolean) == "TRUE")
    #expect(try shownCall(.endsWith, [text("swift"), text("swiftly")], .boolean) == "FALSE")
  }

  @Test("LEFT, RIGHT, LPAD, RPAD and REPEAT")
  func lengths() throws {
    #expect(try shownCall(.left, [text("größe"), int(3)]) == "grö")
    #expect(try shownCall(.right, [text("größe"), int(3)]) == "öße")
    #expect(try shownCall(.left, [text("abc"), int(-1)]) == "")
    #expect(try shownCall(.right, [text("abc"), int(9)]) == "abc")
    #expect(try shownCall(.lpad, [text("7"), int(4), text("ab")]) == "aba7")
    #expect(try shownCall(.rpad, [text("7"), int(4), text("ä")]) == "7äää")
    #expect(try shownCall(.lpad, [text("long"), int(2), text("x")]) == "lo")
    #expect(try shownCall(.lpad, [text("a"), int(-1), text("x")]) == "NULL")
    #expect(try shownCall(.lpad, [text("a"), int(3), text("")]) == "NULL")
    #expect(try shownCall(.repeatString, [text("ab"), int(3)]) == "ababab")
    #expect(try shownCall(.repeatString, [text("ab"), int(-3)]) == "")
  }

  @Test("a text that would grow without bound is an error, not an allocation")
  func boundedTexts() {
    #expect(throws: EvaluationError("a text of 4294967294 bytes is longer than 16777216")) {
      try value(call(.repeatString, text("ab"), int(2_147_483_647), type: .string))
    }
    #expect(throws: EvaluationError.self) { try value(call(.lpad, text("ab"), int(2_147_483_647), text("x"), type: .string)) }
  }

  @Test(
    "LIKE",
    arguments: [
      ("swiftwater", "swift%", true), ("swiftwater", "%water", true), ("swiftwater", "%ftw%", true), ("swiftwater", "s%t%r", true),
      ("swiftwater", "swift", false), ("swiftwater", "_wift_____", true), ("swiftwater", "_wift____", false), ("größe", "gr__e", true),
      ("", "%", true), ("", "_", false), ("", "", true), ("aaab", "%aab", true), ("abcabd", "%ab_", true), ("a%b", "a%%b", true),
      ("mississippi", "m%iss%ip%i", true), ("mississippi", "m%iss%ipp", false),
    ])
  func like(value: String, pattern: String, matches: Bool) throws {
    #expect(try shownCall(.like, [text(value), text(pattern)], .boolean) == (matches ? "TRUE" : "FALSE"))
  }

  @Test("the escape of LIKE makes a wildcard literal")
  func escapes() throws {
    #expect(try shownCall(.like, [text("100%"), text("100!%"), text("!")], .boolean) == "TRUE")
    #expect(try shownCall(.like, [text("1000"), text("100!%"), text("!")], .boolean) == "FALSE")
    #expect(try shownCall(.like, [text("a!b"), text("a!!_"), text("!")], .boolean) == "TRUE")
    #expect(throws: EvaluationError.self) { try value(call(.like, text("a"), text("a!"), text("!"), type: .boolean)) }
    #expect(throws: EvaluationError.self) { try value(call(.like, text("a"), text("!a"), text("!"), type: .boolean)) }
  }

  @Test("LIKE takes time in proportion to text and pattern, not more")
  func likeIsBounded() throws {
    let pattern = String(repeating: "%a", count: 200) + "%b"
    #expect(try shownCall(.like, [text(String(repeating: "a", count: 2000)), text(pattern)], .boolean) == "FALSE")
  }

  @Test("regular expressions match, extract and replace")
  func regularExpressions() throws {
    #expect(try shownCall(.regexpLike, [text("order-17"), text("^[a-z]+-\\d+$")], .boolean) == "TRUE")
    #expect(try shownCall(.regexpLike, [text("order"), text("\\d")], .boolean) == "FALSE")
    #expect(try shownCall(.regexpExtract, [text("foothebar"), text("foo(.*?)(bar)"), int(2)]) == "bar")
    #expect(try shownCall(.regexpExtract, [text("foothebar"), text("foo(.*?)(bar)"), int(0)]) == "foothebar")
    #expect(try shownCall(.regexpExtract, [text("foothebar"), text("foo(.*?)(bar)"), int(3)]) == "NULL")
    #expect(try shownCall(.regexpExtract, [text("none"), text("foo(.*)"), int(1)]) == "NULL")
    #expect(try shownCall(.regexpReplace, [text("foobar"), text("oo|ar"), text("")]) == "fb")
    #expect(try shownCall(.regexpReplace, [text("a1b22"), text("([a-z])(\\d+)"), text("$2\\")]) == "$2\\$2\\")
    #expect(try shownCall(.regexpReplace, [text("äb"), text("x*"), text("-")]) == "-ä-b-")
    #expect(try shownCall(.regexpReplace, [null(.string), text("x"), text("y")]) == "NULL")
  }

  @Test("a regular expression that is not valid matches nothing; one that never ends is an error")
  func failingRegularExpressions() throws {
    #expect(try shownCall(.regexpLike, [text("a"), text("(")], .boolean) == "FALSE")
    #expect(try shownCall(.regexpReplace, [text("a"), text("("), text("b")]) == "NULL")
    #expect(throws: EvaluationError.self) {
      try value(call(.regexpLike, text(String(repeating: "a", count: 60) + "!"), text("^(a|aa)+$"), type: .boolean))
    }
  }

  @Test("digests are those of the standards")
  func digests() throws {
    #expect(try shownCall(.md5, [text("abc")]) == "900150983cd24fb0d6963f7d28e17f72")
    #expect(try shownCall(.sha1, [text("abc")]) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(try shownCall(.sha256, [text("")]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }
}
