//  The one switch from a connector's name to its code, and the catalogue of all that scripts may name.

import Columnar
import Dataflow

/// Makes the connectors of this target: `nexmark`, `datagen`, `filesystem`, `print` and `blackhole`, and the rows of VALUES.
public struct BuiltInConnectors: ConnectorFactory {
  public init() {}

  public func makeEnumerator(_ spec: SourceSpec) throws(OperatorError) -> any SplitEnumerator {
    switch spec.connector {
    case "datagen": return DataGenEnumerator()
    case "filesystem": return try FileEnumerator(spec)
    case "nexmark": return NexmarkEnumerator()
    case ValuesSource.connector: return ValuesEnumerator()
    default: throw unknown(spec.connector, as: "source")
    }
  }

  public func makeReader(_ spec: SourceSpec, subtask: Int, parallelism: Int) throws(OperatorError) -> any SourceReader {
    switch spec.connector {
    case "datagen": return try DataGenReader(spec)
    case "filesystem": return try FileReader(spec)
    case "nexmark": return try NexmarkReader(spec)
    case ValuesSource.connector: return try ValuesReader(spec)
    default: throw unknown(spec.connector, as: "source")
    }
  }

  public func makeSink(_ spec: SinkSpec, _ context: SinkContext, console: any Console) throws(OperatorError) -> any Sink {
    switch spec.connector {
    case "blackhole": return BlackholeSink()
    case "filesystem": return spec.partitionKeys.isEmpty ? try FileSink(spec, context) : try PartitionedFileSink(spec, context)
    case "print": return try PrintSink(spec, context, console: console)
    default: throw unknown(spec.connector, as: "sink")
    }
  }

  private func unknown(_ connector: String, as role: String) -> OperatorError {
    let known = ConnectorCatalog.builtIn.connectors.filter { role == "source" ? $0.isSource : $0.isSink }.map { "\"\($0.name)\"" }
    return OperatorError(.user, .never, "unknown \(role) connector \"\(connector)\", expected one of \(known.joined(separator: ", "))")
  }
}

extension ConnectorCatalog {
  /// Every connector and format of this target.
  public static let builtIn = ConnectorCatalog(
    connectors: [
      BlackholeSink.descriptor, DataGen.descriptor, FileSystem.descriptor, NexmarkModel.descriptor, PrintSink.descriptor,
    ],
    formats: [CSV.descriptor, JSON.descriptor, DebeziumJSON.descriptor])
}
