import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A receiver of events on loopback that records what it gets and answers as it is told.
final class TestReceiver: Sendable {
    struct Post: Sendable {
        var head: HTTPRequestHead
        var body: [UInt8]

        func header(_ name: String) -> String? { head.headers.first(name: name) }
    }

    enum Reply: Sendable {
        case status(Int, headers: [String: String] = [:], body: Int = 0)
        /// A head that promises a body that never comes.
        case endless(status: Int)
        case silence
        case hangUp
    }

    let posts = Inbox<Post>()
    let connections = Inbox<Void>()
    private let channel: any Channel

    /// - Parameter reply: to the nth post, from 1.
    init(tls: NIOSSLContext? = nil, reply: @escaping @Sendable (Int, Post) -> Reply = { _, _ in .status(200) })
        async throws
    {
        let (posts, connections) = (posts, connections)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    connections.add(())
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(posts: posts, reply: reply))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress!.port! }

    func url(_ path: String = "/events") -> String { "http://127.0.0.1:\(port)\(path)" }

    func close() async throws { try await channel.close() }
}

private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let posts: Inbox<TestReceiver.Post>
    private let reply: @Sendable (Int, TestReceiver.Post) -> TestReceiver.Reply
    private var current: TestReceiver.Post?

    init(
        posts: Inbox<TestReceiver.Post>, reply: @escaping @Sendable (Int, TestReceiver.Post) -> TestReceiver.Reply
    ) {
        self.posts = posts
        self.reply = reply
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): current = TestReceiver.Post(head: head, body: [])
        case .body(let bytes): current?.body += bytes.readableBytesView
        case .end:
            guard let post = current else { return }
            posts.add(post)
            answer(reply(posts.all.count, post), context)
        }
    }

    private func answer(_ reply: TestReceiver.Reply, _ context: ChannelHandlerContext) {
        switch reply {
        case .status(let status, let headers, let size):
            var fields = HTTPHeaders(headers.map { ($0.key, $0.value) })
            fields.add(name: "Content-Length", value: "\(size)")
            write(status, fields, context)
            writeBody(size, context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        case .endless(let status):
            write(status, ["Content-Length": "1000000000"], context)
            writeBody(100_000, context)
        case .silence: break
        case .hangUp: context.close(promise: nil)
        }
    }

    private func write(_ status: Int, _ headers: HTTPHeaders, _ context: ChannelHandlerContext) {
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    private func writeBody(_ size: Int, _ context: ChannelHandlerContext) {
        guard size > 0 else { return }
        let bytes = context.channel.allocator.buffer(repeating: 0x41, count: size)
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }
}
