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
    /// The longest body of most requests, in bytes.
    static let maxBody = 65_536
    /// The longest body of an upload: the file, and the form around it.
    static let maxUpload = VoiceFile.maxSize + maxBody

    /// The longest body that a request may have, in bytes.
    static func maxBody(of request: HTTPRequest) -> Int {
        request.method == .post && Route.mayBeUpload(request.path ?? "") ? maxUpload : maxBody
    }

    let api: CallbackAPI

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let target = Self.originForm(request.head.path ?? "/")
        let question = target.firstIndex(of: "?") ?? target.endIndex
        let head = APIRequest(
            method: request.method, path: String(target[..<question]), query: String(target[question...].dropFirst()),
            headers: RequestHeaders(request.headers), body: [], peer: context.peer)
        let answer = try await api.answer(head) { try await Self.collect(request, upTo: $0) }
        var headers = answer.headers
        headers[.contentType] = answer.contentType
        let response = Response(status: answer.status, headers: headers, body: Self.body(of: answer))
        return request.method == .head ? response.createHeadResponse() : response
    }

    private static func body(of answer: Answer) -> ResponseBody {
        guard let (file, range) = answer.file else { return ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)) }
        return ResponseBody(contentLength: range.count) { writer in
            var place = range.lowerBound
            while place < range.upperBound {
                let piece = try await file.read(place..<range.upperBound)
                place += Int64(piece.readableBytes)
                try await writer.write(piece)
            }
            try await writer.finish(nil)
        }
    }

    /// RFC 9112 §3.2.2: a server understands a target that names scheme and authority, too.
    private static func originForm(_ target: String) -> Substring {
        guard !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") else { return target[...] }
        let rest = target[scheme.upperBound...]
        return rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? "/"
    }

    private static func collect(_ request: Request, upTo maxBody: Int) async throws -> Result<[UInt8], Refusal> {
        let tooLong = Refusal.http(413, "body must not be longer than \(maxBody) bytes")
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > maxBody {
            return .failure(tooLong)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(0, request.headers[.contentLength].flatMap { Int($0) } ?? 0))
        for try await chunk in request.body {
            guard bytes.count + chunk.readableBytes <= maxBody else { return .failure(tooLong) }
            bytes.append(contentsOf: chunk.readableBytesView)
        }
        return .success(bytes)
    }
}
