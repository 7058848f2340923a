import CallModel
import HTTPTypes
import Hummingbird
import NIOCore

/// What the server says about the connection of a request.
struct ConnectionContext: InitializableFromSource {
    let peer: NetworkAddress?

    init(source: ApplicationRequestContextSource) { peer = source.channel.remoteAddress.flatMap { NetworkAddress($0) } }
}

/// Translates between Hummingbird's requests and the API's.
struct APIResponder: HTTPResponder {
    /// The longest body, in bytes.
    static let maxBody = 65_536

    let api: CallbackAPI

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let target = Self.originForm(request.head.path ?? "/")
        let question = target.firstIndex(of: "?") ?? target.endIndex
        let head = APIRequest(
            method: request.method, path: String(target[..<question]), query: String(target[question...].dropFirst()),
            headers: RequestHeaders(request.headers), body: [], peer: context.peer)
        let answer = try await api.answer(head) { try await Self.collect(request) }
        var headers = answer.headers
        headers[.contentType] = answer.contentType
        return Response(
            status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    /// RFC 9112 §3.2.2: a server understands a target that names scheme and authority, too.
    private static func originForm(_ target: String) -> Substring {
        guard !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") else { return target[...] }
        let rest = target[scheme.upperBound...]
        return rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? "/"
    }

    private static func collect(_ request: Request) async throws -> Result<[UInt8], Refusal> {
        let tooLong = Refusal.http(413, "body must not be longer than \(maxBody) bytes")
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > maxBody {
            return .failure(tooLong)
        }
        var bytes: [UInt8] = []
        for try await chunk in request.body {
            guard bytes.count + chunk.readableBytes <= maxBody else { return .failure(tooLong) }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return .success(bytes)
    }
}
