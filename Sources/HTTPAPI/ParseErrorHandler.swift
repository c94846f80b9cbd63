//  Answers bytes that are no HTTP with a 400 that says so, and closes the connection. Without it the answer would have no
//  body.

import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Turns the decoder's errors into an answer, unless one is being written already.
final class ParseErrorHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private var isWriting = false

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head: isWriting = true
    case .body: break
    case .end: isWriting = false
    }
    context.write(data, promise: promise)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError, !isWriting else {
      context.fireErrorCaught(error)
      return
    }
    isWriting = true
    let body = ByteBuffer(bytes: APIError(.badRequest, "this is not a valid HTTP request: \(error)").json.encoded())
    let head = HTTPResponse(
      status: .badRequest,
      headerFields: [
        .contentType: JSON.contentType, .contentLength: String(body.readableBytes), .connection: "close",
      ])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    let channel = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in channel.value.close(promise: nil) }
  }
}
