//  What stands on the command line, as values.

import ArgumentParser
import Testing

@testable import swiftwater

@Test(
  "an address is host and port, IPv6 in brackets",
  arguments: [("127.0.0.1:6123", "127.0.0.1", 6123), ("[::1]:1", "::1", 1), ("coordinator:65535", "coordinator", 65_535)])
func addresses(text: String, host: String, port: Int) {
  let address = AddressOption(argument: text)
  #expect(address?.host == host)
  #expect(address?.port == port)
}

@Test("what is no address is refused", arguments: ["", "host", ":1", "host:", "host:0", "host:65536", "host:x"])
func noAddresses(text: String) { #expect(AddressOption(argument: text) == nil) }

@Test("a setting is a key, and a value that may hold anything")
func settings() {
  let settings = ["a.b=c", " a.b = d = e ", "x="].compactMap(Setting.init(argument:))
  #expect(settings.dictionary == ["a.b": "d = e", "x": ""])
  #expect(Setting(argument: "a.b") == nil)
  #expect(Setting(argument: "=c") == nil)
}

@Test(
  "only what cannot be reached from elsewhere is loopback",
  arguments: [
    ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("localhost", true), ("0.0.0.0", false), ("127.0.0.1.example.org", false),
    ("127.0.0", false), ("127.0.0.256", false), ("::", false), ("", false),
  ])
func loopback(host: String, isLoopback: Bool) { #expect(NetworkOptions.isLoopback(host) == isLoopback) }

@Test("settings of the cluster are used here, the others are defaults for jobs")
func clusterSettings() throws {
  let settings = try ClusterSettings([
    "heartbeat.interval": "50 ms", "heartbeat.timeout": "2s", "execution.checkpointing.interval": "1 min",
  ])
  #expect(settings.heartbeatInterval == .milliseconds(50))
  #expect(settings.transport(token: "t").heartbeatTimeout == .seconds(2))
  #expect(settings.coordinator(httpHost: "::1", httpPort: 1).advertisedAddress == "[::1]:1")
  #expect(settings.jobDefaults == ["execution.checkpointing.interval": "1 min"])
}

@Test("a heartbeat that makes no sense is refused", arguments: ["0", "-1 s", "soon", "1 parsec", "", "99999999999999999999 s"])
func badHeartbeats(text: String) {
  #expect(throws: Failure.self) { try ClusterSettings(["heartbeat.interval": text]) }
}

@Test("a timeout below the interval is refused")
func heartbeatsMustFit() {
  #expect(throws: Failure.self) { try ClusterSettings(["heartbeat.interval": "2 s", "heartbeat.timeout": "1 s"]) }
}

@Test(
  "a setting that SET would refuse is refused when the cluster starts, not by each of its jobs",
  arguments: [("foo", "1"), ("parallelism.default", "x"), ("execution.checkpointing.intervall", "1 s")])
func badJobDefaults(key: String, value: String) {
  #expect {
    try ClusterSettings([key: value])
  } throws: { error in
    guard let failure = error as? Failure else { return false }
    return failure.isUsage && failure.message.contains("'\(key)'") && !failure.message.contains("line 1")
  }
}

@Test("every option of every command has help")
func everyOptionHasHelp() {
  for command in Swiftwater.configuration.subcommands {
    let lines = Swiftwater.helpMessage(for: command, columns: 1000).split(separator: "\n")
    let options = lines.indices.filter { lines[$0].hasPrefix("  --") }
    #expect(!options.isEmpty)
    for index in options {
      // "  --name <value>  Help.", or the help on a line of its own where the name is long.
      let words = lines[index].split(separator: " ").drop { $0.hasPrefix("-") || $0.hasPrefix("<") }
      let next = index + 1 < lines.count ? lines[index + 1] : ""
      #expect(!words.isEmpty || next.hasPrefix("        "), "\(lines[index]) of \(command._commandName) says nothing")
    }
  }
}
