import NIOCore
import NIOHTTP1
import NIOPosix

/// A receiver of webhooks on loopback: answers 200 and hands over what it got.
struct EventReceiver: Sendable {
    /// The most bytes of an event.
    private static let largestEvent = 1 << 20

    /// The bodies, in the order of their arrival.
    let events: AsyncStream<[UInt8]>
    let port: Int
    private let channel: any Channel

    static func listen(port: Int = 0) async throws -> EventReceiver {
        let (events, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(limit: largestEvent) { continuation.yield($0) })
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return EventReceiver(events: events, port: channel.localAddress?.port ?? 0, channel: channel)
    }

    var url: String { "http://127.0.0.1:\(port)/events" }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let limit: Int
        private let received: ([UInt8]) -> Void
        private var body: [UInt8] = []

        init(limit: Int, received: @escaping ([UInt8]) -> Void) {
            self.limit = limit
            self.received = received
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head: body = []
            case .body(let bytes):
                body += bytes.readableBytesView
                if body.count > limit { context.close(promise: nil) }
            case .end:
                received(body)
                let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "0"])
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
