import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Bounds how long and how much a connection may go on sending one request, whatever is answered meanwhile, and asks
/// for a body that waits for `100 Continue` (RFC 9110 §10.1.1).
final class RequestBounds: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    struct Limits: Sendable {
        /// From the first bytes of a request to its last.
        var duration = TimeAmount.seconds(30)
        /// A longer body than is ever accepted is thrown away up to here, so that its sender can read the refusal.
        var discarded = 1_048_576
    }

    private enum State {
        case between
        case reading(body: Int, deadline: Scheduled<Void>?)
    }

    private let limits: Limits
    private var state = State.between

    init(limits: Limits = Limits()) { self.limits = limits }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), _):
            state = .reading(body: 0, deadline: nil)
            if head.waitsForContinue {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case (.body(let chunk), .reading(let body, let deadline)):
            let sum = body + chunk.readableBytes
            state = .reading(body: sum, deadline: deadline)
            guard sum <= limits.discarded else { return context.close(promise: nil) }
        case (.body, .between): break
        case (.end, _): stopReading()
        }
        context.fireChannelRead(data)
    }

    /// A request that came in one piece never gets here unfinished, and costs no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if case .reading(let body, nil) = state {
            let channel = context.channel
            state = .reading(
                body: body,
                deadline: context.eventLoop.scheduleTask(in: limits.duration) { channel.close(promise: nil) })
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopReading()
        context.fireChannelInactive()
    }

    private func stopReading() {
        if case .reading(_, let deadline) = state { deadline?.cancel() }
        state = .between
    }
}

extension HTTPRequest {
    fileprivate var waitsForContinue: Bool {
        guard headerFields[.expect]?.lowercased() == "100-continue" else { return false }
        return (headerFields[.contentLength].flatMap { Int($0) } ?? 0) <= APIResponder.maxBody
    }
}
