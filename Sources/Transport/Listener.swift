//  A listening socket and the connections that came in over it.

import NIOCore
import NIOPosix
import Synchronization
import Wire

/// The process's event loops: shared by everything that talks over the network. The executable says how many there are.
let sharedEventLoops: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

/// Listens, and gives every connection a handler and a delegate of its own.
final class Listener: Sendable {
  let address: Address
  private let channel: any Channel
  private let children: Children

  /// Connections that may be open at a time; more are closed at once.
  static let connectionCountMax = 4096

  private final class Children: Sendable {
    struct State {
      var open: [ObjectIdentifier: any Channel] = [:]
      var isStopped = false
    }
    let state = Mutex(State())

    func add(_ channel: any Channel) -> Bool {
      let id = ObjectIdentifier(channel)
      let isAdded = state.withLock { state in
        guard !state.isStopped, state.open.count < Listener.connectionCountMax else { return false }
        state.open[id] = channel
        return true
      }
      if isAdded {
        channel.closeFuture.whenComplete { _ in self.state.withLock { _ = $0.open.removeValue(forKey: id) } }
      }
      return isAdded
    }
  }

  private init(address: Address, channel: any Channel, children: Children) {
    self.address = address
    self.channel = channel
    self.children = children
  }

  static func start(
    host: String, port: Int, settings: ConnectionHandler.Settings, makeDelegate: @escaping @Sendable () -> any ConnectionDelegate
  ) async throws -> Listener {
    let children = Children()
    let channel = try await ServerBootstrap(group: sharedEventLoops)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        guard children.add(channel) else { return channel.eventLoop.makeFailedFuture(ChannelError.eof) }
        return channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(ConnectionHandler(settings: settings, delegate: makeDelegate()))
        }
      }
      .bind(host: host, port: port).get()
    let address = Address(host: host, port: channel.localAddress?.port ?? port)
    return Listener(address: address, channel: channel, children: children)
  }

  /// Stops listening and closes every connection that came in.
  func stop(reason: String) async {
    try? await channel.close()
    let open = children.state.withLock { state in
      state.isStopped = true
      return Array(state.open.values)
    }
    for child in open { try? await child.close() }
  }
}
