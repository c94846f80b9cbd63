//  The frames of the handshake as bytes. Their layout is the same in every protocol version, so that any two versions can
//  at least refuse each other by name: the magic and the versions come first and nothing is read beyond what a version knows.

import Columnar

/// The client's first frame.
struct Hello {
  var versions: ClosedRange<UInt16>
  var role: UInt8
  var clusterID: String
  var token: [UInt8]

  /// "SWFTWATR": tells a stray client from one of ours.
  static let magic: UInt64 = 0x5257_5441_5746_5357

  var frame: Frame {
    var writer = ByteWriter()
    writer.write(fixed: Self.magic)
    writer.write(fixed: versions.lowerBound)
    writer.write(fixed: versions.upperBound)
    writer.write(role)
    writer.write(clusterID)
    writer.write(prefixed: token)
    return Frame(kind: .hello, payload: writer.bytes)
  }

  init(versions: ClosedRange<UInt16>, role: UInt8, clusterID: String, token: [UInt8]) {
    self.versions = versions
    self.role = role
    self.clusterID = clusterID
    self.token = token
  }

  init(payload: [UInt8]) throws(WireError) {
    self = try decodeHandshake(payload) { reader throws(CodecError) in
      guard try reader.readFixed(UInt64.self) == Hello.magic else { throw reader.error("the magic number is wrong") }
      let lower = try reader.readFixed(UInt16.self)
      let upper = try reader.readFixed(UInt16.self)
      guard lower <= upper else { throw reader.error("version \(lower) is above \(upper)") }
      let role = try reader.readByte()
      let clusterID = try reader.readString()
      return Hello(versions: lower...upper, role: role, clusterID: clusterID, token: try reader.readPrefixedArray())
    }
  }
}

/// The server's answer to a client that may stay.
struct Welcome {
  var version: UInt16
  var clusterID: String

  var frame: Frame {
    var writer = ByteWriter()
    writer.write(fixed: version)
    writer.write(clusterID)
    return Frame(kind: .welcome, payload: writer.bytes)
  }

  init(version: UInt16, clusterID: String) {
    self.version = version
    self.clusterID = clusterID
  }

  init(payload: [UInt8]) throws(WireError) {
    self = try decodeHandshake(payload) { reader throws(CodecError) in
      Welcome(version: try reader.readFixed(UInt16.self), clusterID: try reader.readString())
    }
  }
}

/// The server's answer to a client that may not stay.
struct Refusal {
  var kind: WireError.Kind
  var reason: String

  var frame: Frame {
    var writer = ByteWriter()
    writer.write(kind.rawValue)
    writer.write(reason)
    return Frame(kind: .refusal, payload: writer.bytes)
  }

  init(kind: WireError.Kind, reason: String) {
    self.kind = kind
    self.reason = reason
  }

  init(payload: [UInt8]) throws(WireError) {
    self = try decodeHandshake(payload) { reader throws(CodecError) in
      let kind = try reader.readString()
      return Refusal(kind: WireError.Kind(rawValue: kind) ?? .refused, reason: try reader.readString())
    }
  }
}

private func decodeHandshake<Result>(
  _ payload: [UInt8], _ body: (inout ByteReader) throws(CodecError) -> Result
) throws(WireError) -> Result {
  do throws(CodecError) {
    return try ByteReader.read(payload, body)
  } catch {
    throw WireError(.malformed, "the handshake could not be decoded: \(error)")
  }
}
