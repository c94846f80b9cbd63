//  All functions of the library, by topic: one list a file.

public enum FunctionLibrary {
  /// Every function once.
  public static let all: [FunctionDefinition] =
    trigonometry + numberText + textSearch + textPieces + textChecks + webText + encodings + digests + matches + arrays + arraySort + maps
    + json
    + jsonConstructors + jsonQuotes + zones + randomness + currentWatermark + percentile + printf + internetAddresses

  /// By name and by alias.
  public static let byName: [String: FunctionDefinition] = Dictionary(
    uniqueKeysWithValues: all.flatMap { function in ([function.name] + function.aliases).map { ($0, function) } })
}
