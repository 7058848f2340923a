import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes a receiver's answer: the status counts, the body is read up to a limit so that the connection can be used
/// again, and thrown away.
final class Answer: HTTPClientResponseDelegate {
    static let bodyLimit = 64 * 1024

    private struct Progress {
        var status: Int?
        var bodySize = 0
    }

    private struct BodyTooLong: Error {}

    private let progress = Mutex(Progress())

    /// `nil` while no head of an answer came.
    var status: Int? { progress.withLock { $0.status } }

    /// How much of the body was read.
    var bodySize: Int { progress.withLock { $0.bodySize } }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        progress.withLock { $0.status = Int(head.status.code) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let isTooLong = progress.withLock { progress in
            progress.bodySize += buffer.readableBytes
            return progress.bodySize > Self.bodyLimit
        }
        if isTooLong { return task.eventLoop.makeFailedFuture(BodyTooLong()) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {}
}
