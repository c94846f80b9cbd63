//  HTTP/1.1 requests to the coordinator: one connection each, bounded in size and time. Only what this client needs.

import NIOCore
import NIOHTTP1
import NIOPosix

/// Why there is no answer.
struct HTTPClientError: Error, CustomStringConvertible {
  let description: String
}

struct HTTPAnswer: Sendable {
  var status: Int
  var body: [UInt8]
}

struct HTTPClient: Sendable {
  let host: String
  let port: Int
  /// Sent as `Authorization: Bearer`.
  let token: String?

  static let bodyByteCountMax = 16 << 20
  /// From connecting to the end of the answer, beside what the server was asked to wait.
  static let timeout = Duration.seconds(20)

  var address: String { "http://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  /// - Throws: `HTTPClientError` if the server cannot be reached or gives no proper answer in time. Every status is an answer.
  func send(_ method: HTTPMethod, _ path: String, json body: [UInt8]? = nil, timeout: Duration = Self.timeout) async throws -> HTTPAnswer {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let answer = loop.makePromise(of: HTTPAnswer.self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: loop)
        .connectTimeout(.seconds(5))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(AnswerHandler(answer, bodyByteCountMax: Self.bodyByteCountMax))
          }
        }
        .connect(host: host, port: port).get()
    } catch {
      answer.fail(error)
      throw HTTPClientError(description: "no cluster answers at \(address) (\"swiftwater cluster\" starts one): \(error.networkText)")
    }
    let deadline = loop.scheduleTask(in: .nanoseconds(timeout.microseconds * 1000)) {
      answer.fail(HTTPClientError(description: "\(address) did not answer in \(timeout)"))
      channel.close(promise: nil)
    }
    defer { deadline.cancel() }
    var headers: HTTPHeaders = ["Host": "\(host.contains(":") ? "[\(host)]" : host):\(port)", "Connection": "close"]
    if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
    if let body {
      headers.add(name: "Content-Type", value: "application/json")
      headers.add(name: "Content-Length", value: "\(body.count)")
    }
    let head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    if let body { channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil) }
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    return try await answer.futureResult.get()
  }
}

/// Gathers one answer.
private final class AnswerHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let promise: EventLoopPromise<HTTPAnswer>
  private let bodyByteCountMax: Int
  private var answer = HTTPAnswer(status: 0, body: [])

  init(_ promise: EventLoopPromise<HTTPAnswer>, bodyByteCountMax: Int) {
    self.promise = promise
    self.bodyByteCountMax = bodyByteCountMax
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): answer.status = Int(head.status.code)
    case .body(let part):
      guard answer.body.count + part.readableBytes <= bodyByteCountMax else {
        return fail(context, "the answer is longer than \(bodyByteCountMax) bytes")
      }
      answer.body += part.readableBytesView
    case .end:
      promise.succeed(answer)
      context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { fail(context, "the answer is not HTTP: \(error)") }

  /// Does nothing after `.end`.
  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(HTTPClientError(description: "the coordinator closed the connection before it answered"))
  }

  private func fail(_ context: ChannelHandlerContext, _ message: String) {
    promise.fail(HTTPClientError(description: message))
    context.close(promise: nil)
  }
}
