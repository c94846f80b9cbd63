//  Readings of processes from /proc: CPU time, memory, children.

import Foundation

public enum Procfs {
  /// User and system time, in seconds.
  public static func cpuSeconds(of process: Int32) throws -> Double {
    let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    // The command name may hold spaces; it ends at the last parenthesis.
    guard let end = stat.lastIndex(of: ")") else { throw ClusterError("/proc/\(process)/stat cannot be read") }
    let fields = stat[stat.index(end, offsetBy: 2)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      throw ClusterError("/proc/\(process)/stat has too few fields")
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Proportional set size, in MiB: shared pages are counted in part.
  public static func proportionalSetSize(of process: Int32) throws -> Double {
    try kilobytes("Pss:", in: "/proc/\(process)/smaps_rollup") / 1024
  }

  /// Peak resident set size since `resetPeak`, in MiB.
  public static func peakResidentSetSize(of process: Int32) throws -> Double {
    try kilobytes("VmHWM:", in: "/proc/\(process)/status") / 1024
  }

  public static func resetPeak(of process: Int32) throws {
    try Data("5".utf8).write(to: URL(filePath: "/proc/\(process)/clear_refs"))
  }

  public static func arguments(of process: Int32) -> [String] {
    guard let line = try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8) else { return [] }
    return line.split(separator: "\0").map(String.init)
  }

  public static func children(of parent: Int32) -> [Int32] {
    let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap(Int32.init) ?? []
    return processes.filter { process in
      guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8) else { return false }
      return status.contains("\nPPid:\t\(parent)\n")
    }
  }

  private static func kilobytes(_ key: String, in path: String) throws -> Double {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for line in text.split(separator: "\n") where line.hasPrefix(key) {
      if let value = line.split(whereSeparator: \.isWhitespace).compactMap({ Double($0) }).first { return value }
    }
    throw ClusterError("\(path) has no \(key)")
  }
}
