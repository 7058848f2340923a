import NIOCore
import NIOTLS
import SIPSyntax
import SIPTransactions

/// The end of one connection's pipeline: bytes become messages, and what happens to the connection is told to the engine.
final class StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let id: ConnectionID
    private let transport: Transport
    private let engine: StreamEngine
    private var framer = StreamFramer()
    private var messages: [[UInt8]] = []
    private var reason: String?
    private var isReadHeld = false

    init(_ id: ConnectionID, over transport: Transport, engine: StreamEngine) {
        self.id = id
        self.transport = transport
        self.engine = engine
    }

    func channelActive(context: ChannelHandlerContext) {
        if transport == .tcp { engine.opened(id) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event { engine.opened(id) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unwrapInboundIn(data).withUnsafeReadableBytes { framer.append($0) }
        do throws(StreamFramer.Flaw) {
            while let piece = try framer.next() {
                switch piece {
                case .message(let bytes): messages.append(bytes)
                case .ping: write(context: context, [13, 10])
                }
            }
        } catch {
            // What came before it is good; it would be lost with the connection.
            deliver()
            engine.garbled(id)
            reason = "\(error)"
            context.close(promise: nil)
        }
    }

    private func write(context: ChannelHandlerContext, _ bytes: [UInt8]) {
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        deliver()
        context.fireChannelReadComplete()
    }

    private func deliver() {
        let batch = messages
        messages = []
        engine.received(batch, on: id, isInside: framer.isInsideMessage)
    }

    /// Reading stops for every connection while the signalling thread is behind; the kernel then slows the far ends.
    func read(context: ChannelHandlerContext) {
        if engine.mayRead(id) { context.read() } else { isReadHeld = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if reason == nil { reason = "\(error)" }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        engine.ended(id, reason: reason)
        context.fireChannelInactive()
    }
}
