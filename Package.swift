// swift-tools-version: 6.2
import PackageDescription

// The target graph is the architecture: imports point downwards only. `ArchitectureTests` holds the sources to it,
// and Sources/README.md explains it.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

// Tests run debug builds, which check at run time that no two accesses to a variable overlap. The check costs up to a third of the
// work on a row, so release builds of what rows pass through rely on the tests.
let hot: [SwiftSetting] = [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

func layer(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict + hot)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource]? = nil) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let realModule = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
  name: "swiftwater",
  products: [
    .executable(name: "swiftwater", targets: ["swiftwater"]),
    .executable(name: "swiftwater-bench", targets: ["swiftwater-bench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    // The data
    layer("Columnar"),
    // The tools
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    layer("Expressions", ["Columnar", "CPCRE2", "CCrypto", realModule]),
    layer("State", ["Columnar"]),
    // The contract
    layer("Dataflow", ["Columnar", "Expressions", "State"]),
    // The decisions: pure
    layer("Operators", ["Columnar", "Expressions", "State", "Dataflow"]),
    layer("SQL", ["Columnar", "Expressions", "Dataflow"]),
    layer("Coordination", ["State", "Dataflow"]),
    layer("Execution", ["Columnar", "Expressions", "State", "Dataflow"]),
    layer("Wire", ["Columnar", "State", "Dataflow"]),
    // The world: one technology per target
    layer("Transport", ["Wire", "Columnar", "State", "Dataflow", logging, nioCore, nioPosix]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    layer("Checkpoints", ["State", "Dataflow", "CLZ4", grdb]),
    .target(name: "CScan"),
    .target(name: "CNexmark"),
    layer("Connectors", ["Columnar", "Expressions", "Dataflow", "CScan", "CNexmark"]),
    // The roles
    layer(
      "Worker",
      [
        "Columnar", "Expressions", "State", "Dataflow", "Operators", "Execution", "Wire", "Transport", "Checkpoints", "Connectors", logging,
      ]),
    layer("Coordinator", ["State", "Dataflow", "Coordination", "Wire", "Checkpoints", logging]),
    .target(
      name: "HTTPAPI",
      dependencies: [
        "Coordinator", "Coordination", "SQL", "Dataflow", hummingbird, hummingbirdCore, httpTypes, nioCore, nioHTTP1, nioHTTPTypes,
        lifecycle, logging,
      ],
      resources: [.embedInCode("Resources/web")], swiftSettings: strict),
    // The executables
    .systemLibrary(name: "CMalloc"),
    .executableTarget(
      name: "swiftwater",
      dependencies: [
        "CMalloc", "Columnar", "Expressions", "State", "Dataflow", "SQL", "Operators", "Execution", "Wire", "Transport", "Checkpoints",
        "Connectors",
        "Worker", "Coordinator", "HTTPAPI", argumentParser, logging, nioCore, nioPosix, nioHTTP1,
      ], swiftSettings: strict),
    .executableTarget(
      name: "swiftwater-bench", dependencies: ["LocalCluster", argumentParser], swiftSettings: strict),
    // Tests
    layer("LocalCluster"),
    layer("TestKit", ["Columnar", "Expressions", "State", "Dataflow"]),
    tests("ColumnarTests", ["Columnar", "TestKit"]),
    tests("ExpressionsTests", ["Columnar", "Expressions", "TestKit"]),
    tests("StateTests", ["Columnar", "State", "TestKit"]),
    tests("DataflowTests", ["Columnar", "Expressions", "Dataflow", "TestKit"]),
    tests("OperatorsTests", ["Columnar", "Expressions", "State", "Dataflow", "Operators", "TestKit"]),
    tests(
      "SQLTests", ["Columnar", "Expressions", "Dataflow", "SQL", "Operators", "Connectors", "TestKit"],
      resources: [.copy("Expressions"), .copy("Recordings")]),
    tests("CoordinationTests", ["Columnar", "State", "Dataflow", "Coordination", "TestKit"]),
    tests("ExecutionTests", ["Columnar", "Expressions", "State", "Dataflow", "Execution", "TestKit"]),
    tests(
      "GoldenTests",
      ["Columnar", "Expressions", "State", "Dataflow", "SQL", "Operators", "Execution", "Connectors", "TestKit", grdb], exclude: ["Cases"]),
    tests("WireTests", ["Columnar", "State", "Dataflow", "Wire", "TestKit"]),
    tests("TransportTests", ["Columnar", "Dataflow", "Wire", "Transport", "TestKit"]),
    tests("CheckpointsTests", ["State", "Dataflow", "Checkpoints", "TestKit", grdb]),
    tests("ConnectorsTests", ["Columnar", "Dataflow", "Connectors", "CScan", "CNexmark", "TestKit"], resources: [.copy("Golden")]),
    tests(
      "WorkerTests",
      [
        "Columnar", "Expressions", "State", "Dataflow", "Operators", "Execution", "Wire", "Transport", "Checkpoints", "Connectors",
        "Worker", "TestKit", logging,
      ]),
    tests("CoordinatorTests", ["Columnar", "State", "Dataflow", "Coordination", "Wire", "Checkpoints", "Coordinator", logging]),
    tests(
      "HTTPAPITests", ["Dataflow", "Coordination", "SQL", "Checkpoints", "Connectors", "Coordinator", "HTTPAPI"],
      resources: [.copy("Resources")]),
    tests("SwiftwaterTests", ["Expressions", "swiftwater", argumentParser]),
    tests("ClusterTests", ["LocalCluster", "swiftwater", "TestKit"], resources: [.copy("Golden")]),
    tests("ArchitectureTests", []),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
