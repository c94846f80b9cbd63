//  Starting a process of this same binary.

import Foundation

/// A role of the cluster in a process of its own.
struct ChildProcess {
  /// For messages: "coordinator", "worker 2".
  let name: String
  let arguments: [String]
  private(set) var processID: pid_t?
  private(set) var startedAt = ContinuousClock.now
  /// How often it was started.
  private(set) var startCount = 0
  var respawn = RespawnDelay()
  /// When to start it again; nil while it runs.
  var dueAt: ContinuousClock.Instant?

  init(name: String, arguments: [String]) {
    self.name = name
    self.arguments = arguments
  }

  /// The descriptor that a child's end of the supervisor's line has.
  private static let lineDescriptor: Int32 = 3

  /// - Parameter line: the reading end of the pipe that tells the child of its supervisor's end.
  mutating func start(line: Int32) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, line, Self.lineDescriptor)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own, so that Ctrl-C reaches the supervisor only, which then stops its children in order; and none of the
    // supervisor's blocked or ignored signals.
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigemptyset(&all)
    for number in [SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGPIPE] { sigaddset(&all, number) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

    var environment = ProcessInfo.processInfo.environment
    environment[ParentLine.variable] = String(Self.lineDescriptor)
    var argumentPointers = (["swiftwater"] + arguments).map { strdup($0) } + [nil]
    var environmentPointers = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }

    var child: pid_t = 0
    let status = posix_spawn(&child, "/proc/self/exe", &actions, &attributes, &argumentPointers, &environmentPointers)
    guard status == 0 else { throw Failure.failed("the \(name) could not be started: \(String(cString: strerror(status)))") }
    processID = child
    startedAt = .now
    startCount += 1
    dueAt = nil
  }

  /// It has died: decides when it is started again.
  mutating func died(now: ContinuousClock.Instant) {
    processID = nil
    dueAt = now + respawn.pause(after: startedAt.duration(to: now))
  }

  func signal(_ number: Int32) {
    if let processID { kill(processID, number) }
  }
}
