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
        /// The same where the body may be a file.
        var uploadDuration = TimeAmount.seconds(300)
        /// A longer body than is ever accepted is thrown away up to here, so that its sender can read the refusal.
        var discarded = 1_048_576
        /// The same where the body may be a file.
        var discardedUpload = APIResponder.maxUpload + 1_048_576
    }

    private enum State {
        case between
        case reading(body: Int, isUpload: Bool, deadline: Scheduled<Void>?)
    }

    private let limits: Limits
    private var state = State.between

    init(limits: Limits = Limits()) { self.limits = limits }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), _):
            let isUpload = APIResponder.maxBody(of: head) == APIResponder.maxUpload
            state = .reading(body: 0, isUpload: isUpload, deadline: nil)
            if head.waitsForContinue {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case (.body(let chunk), .reading(let body, let isUpload, let deadline)):
            let sum = body + chunk.readableBytes
            state = .reading(body: sum, isUpload: isUpload, deadline: deadline)
            guard sum <= (isUpload ? limits.discardedUpload : limits.discarded) else {
                return context.close(promise: nil)
            }
        case (.body, .between): break
        case (.end, _): stopReading()
        }
        context.fireChannelRead(data)
    }

    /// A request that came in one piece never gets here unfinished, and costs no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if case .reading(let body, let isUpload, nil) = state {
            let channel = context.channel
            let duration = isUpload ? limits.uploadDuration : limits.duration
            state = .reading(
                body: body, isUpload: isUpload,
                deadline: context.eventLoop.scheduleTask(in: duration) { channel.close(promise: nil) })
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopReading()
        context.fireChannelInactive()
    }

    private func stopReading() {
        if case .reading(_, _, let deadline) = state { deadline?.cancel() }
        state = .between
    }
}

extension HTTPRequest {
    fileprivate var waitsForContinue: Bool {
        guard headerFields[.expect]?.lowercased() == "100-continue" else { return false }
        return (headerFields[.contentLength].flatMap { Int($0) } ?? 0) <= APIResponder.maxBody(of: self)
    }
}
