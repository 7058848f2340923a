import CallModel
import HTTPTypes
import Logging

/// The routes under `…/recording/`, and the download that their links lead to.
struct RecordingRoutes: Sendable {
    let commands: SoundCommands
    let links: RecordingLinks
    let zone: TimestampZone
    let logger: Logger

    func list(_ request: APIRequest, _ grant: AuthenticatedRequest) async throws(Refusal) -> Answer {
        let parameters = try Parameters.ofList(request)
        let place = try PageRequest(parameters)
        let query = RecordingQuery(
            scope: grant.scope, start: try parameters.required("start", parameters.time("start", in: zone)),
            end: try parameters.required("end", parameters.endOfTime("end", in: zone)),
            call: try call(parameters), page: place.number, pageSize: place.size)
        let page: Page<Recording>
        do { page = try await commands.recordings(query) } catch { throw storeFailed(error) }
        return .envelope(.success) { text in
            text.page(page, place) { $0.recording($1, in: zone) }
        }
    }

    private func call(_ parameters: Parameters) throws(Refusal) -> CallID? {
        guard let given = try parameters.text("callId") else { return nil }
        guard let id = CallID(given) else { throw .parameter("callId must be 32 hex digits") }
        return id
    }

    func link(_ request: APIRequest, _ grant: AuthenticatedRequest, now: WallTime) async throws(Refusal) -> Answer {
        let parameters = try Parameters.ofList(request)
        let given = try parameters.required("id", parameters.text("id"))
        let validity =
            try parameters.integer("expires", in: RecordingLinks.validity) ?? RecordingLinks.defaultValidity
        guard let id = RecordingID(given) else { throw .code(.recordingUnknown) }
        var recording = try await find(id, in: grant.scope)
        if recording.isUnfinished {
            do { try await commands.awaitRecording(id, .seconds(validity)) } catch { throw storeFailed(error) }
            // It may have been finished before it was awaited, and then nobody will be told.
            recording = try await find(id, in: grant.scope)
        }
        let expiry = WallTime(milliseconds: now.milliseconds + Int64(validity) * 1000)
        let url = recording.isUnfinished ? nil : links.url(ofFile: recording.fileName, until: expiry)
        return .envelope(.success) { text in
            text.object { text in
                text.member("state", url == nil ? 0 : 1)
                text.member("url", url)
            }
        }
    }

    /// A recording in the scope whose file is there or will be.
    private func find(_ id: RecordingID, in scope: CallScope) async throws(Refusal) -> Recording {
        let found: Recording?
        do { found = try await commands.recording(id) } catch { throw storeFailed(error) }
        guard let found, scope.covers(found) else { throw .code(.recordingUnknown) }
        switch found.state {
        case .inProgress, .finishing, .ready: return found
        case .failed, .deleted: throw .code(.recordingUnknown)
        }
    }

    /// - Parameter fileName: the path's last component.
    func download(_ fileName: Substring, _ request: APIRequest, now: WallTime) async throws(Refusal) -> Answer {
        let id = try links.recording(fileName, query: request.query, now: now)
        let found: Recording?
        do { found = try await commands.recording(id) } catch { throw storeFailed(error) }
        guard let found, found.state == .ready else { return .noRecording }
        let file: ServedFile
        do { file = try await ServedFile.open(commands.recordingPath(found)) } catch {
            logger.error("a recording cannot be read", metadata: ["id": "\(id)", "error": "\(error)"])
            return .noRecording
        }
        return .file(file, of: found, request)
    }

    private func storeFailed(_ error: any Error) -> Refusal {
        logger.error("the store cannot be read or written", metadata: ["error": "\(error)"])
        return .code(.internalError)
    }
}

extension Answer {
    /// 404, as for a link to a deleted recording.
    fileprivate static var noRecording: Answer { envelope(.recordingUnknown, status: .notFound) }

    fileprivate static func file(_ file: ServedFile, of recording: Recording, _ request: APIRequest) -> Answer {
        let tag = recording.sha256.map { "\"\($0.hexText)\"" }
        // A part of another version is of no use (RFC 9110 §13.1.5).
        let isCurrent = request.headers.ifRange == nil || request.headers.ifRange == tag
        let range = ByteRange(request.method == .get && isCurrent ? request.headers.range : nil, size: file.size)
        var answer = Answer(status: .ok, contentType: recording.format.contentType, body: [], code: .success)
        answer.headers = [
            .cacheControl: "private, no-store", .acceptRanges: "bytes",
            .contentDisposition: "attachment; filename=\"\(recording.fileName)\"",
        ]
        answer.headers[.eTag] = tag
        switch range {
        case .whole: answer.file = (file, 0..<file.size)
        case .part(let part):
            answer.status = .partialContent
            answer.headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
            answer.file = (file, part)
        case .unsatisfiable:
            answer.status = .rangeNotSatisfiable
            answer.headers[.contentRange] = "bytes */\(file.size)"
        }
        return answer
    }
}

extension Recording {
    fileprivate var isUnfinished: Bool { state == .inProgress || state == .finishing }
}

extension RecordingFormat {
    fileprivate var contentType: String {
        switch self {
        case .pcm, .aLaw, .muLaw: "audio/wav"
        case .mp3: "audio/mpeg"
        }
    }
}

extension [UInt8] {
    /// In lower-case hex.
    var hexText: String {
        String(decoding: flatMap { [($0 >> 4).lowerHexDigit, ($0 & 15).lowerHexDigit] }, as: UTF8.self)
    }
}

extension JSONText {
    fileprivate mutating func recording(_ recording: Recording, in zone: TimestampZone) {
        object { text in
            text.member("id", recording.id.description)
            text.member("date", zone.civil(recording.began).spaced)
            text.member("duration", recording.seconds)
            text.member("size", recording.bytes)
            text.member("callId", recording.call.description)
            text.member("record_file", recording.fileName)
            text.member("channels", recording.channels.rawValue)
            text.member("format", recording.format.rawValue)
            text.member("sha256", recording.sha256?.hexText)
        }
    }
}
