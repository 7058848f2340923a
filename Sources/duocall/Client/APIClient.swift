import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Speaks to a server's HTTP API as one of its accounts.
struct APIClient: Sendable {
    let access: ServerAccess
    /// The most of an answer that is read.
    private static let largestAnswer = 8 << 20
    private static let timeout = TimeAmount.seconds(10)
    /// For a file to arrive and be decoded.
    private static let uploadTimeout = TimeAmount.seconds(300)

    /// An answer: its code, and the bytes it came as.
    struct Answer: Sendable {
        var code: String
        var message: String
        var body: Data

        /// `data`, read as `type`; throws for a refusal.
        func payload<Payload: Decodable>(_ type: Payload.Type) throws -> Payload {
            guard code == "000000" else { throw CommandFailure("the server answers \(code) \(message)") }
            let envelope = try JSONDecoder().decode(Envelope<Payload>.self, from: body)
            guard let data = envelope.data else { throw CommandFailure("the server's answer holds no data") }
            return data
        }
    }

    private struct Envelope<Payload: Decodable>: Decodable {
        var code: String
        var msg: String
        var data: Payload?
    }

    private struct Head: Decodable {
        var code: String
        var msg: String
    }

    func get(_ path: String, query: String = "") async throws -> Answer {
        try await send(.GET, path, query: query, body: [])
    }

    func post(_ path: String, _ parameters: [String: String]) async throws -> Answer {
        try await send(.POST, path, body: Array(JSONEncoder().encode(parameters)))
    }

    func delete(_ path: String) async throws -> Answer { try await send(.DELETE, path, body: []) }

    func upload(_ path: String, query: String, body: [UInt8]) async throws -> Answer {
        try await send(
            .POST, path, query: query, body: body, contentType: "application/octet-stream",
            timeout: Self.uploadTimeout)
    }

    /// Fetches what is no JSON; an envelope in its place is a refusal.
    func download(_ path: String, query: String) async throws -> Data {
        let (status, contentType, data) = try await exchange(
            .GET, path, query: query, body: [], contentType: "", timeout: Self.timeout)
        guard contentType.hasPrefix("application/json") else { return data }
        let answer = try Self.envelope(data, status, from: access.url)
        throw CommandFailure("the server answers \(answer.code) \(answer.message)")
    }

    private func send(
        _ method: HTTPMethod, _ path: String, query: String = "", body: [UInt8],
        contentType: String = "application/json;charset=utf-8", timeout: TimeAmount = Self.timeout
    ) async throws -> Answer {
        let (status, _, data) = try await exchange(
            method, path, query: query, body: body, contentType: contentType, timeout: timeout)
        return try Self.envelope(data, status, from: access.url)
    }

    private static func envelope(_ data: Data, _ status: UInt, from url: String) throws(CommandFailure) -> Answer {
        // Why it is none of ours matters less than that it is not.
        guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
            throw CommandFailure("\(url) answers HTTP \(status) without a Duocall answer")
        }
        return Answer(code: head.code, message: head.msg, body: data)
    }

    private func exchange(
        _ method: HTTPMethod, _ path: String, query: String, body: [UInt8], contentType: String, timeout: TimeAmount
    ) async throws -> (status: UInt, contentType: String, body: Data) {
        let path = access.path(path)
        var request = HTTPClientRequest(url: access.url + path + (query.isEmpty ? "" : "?" + query))
        request.method = method
        let contentType = body.isEmpty ? "" : contentType
        if !body.isEmpty {
            request.headers.add(name: "Content-Type", value: contentType)
            request.body = .bytes(body)
        }
        let signed = RequestSignature.headers(
            method: method.rawValue, path: path, contentType: contentType, body: body, access: access, now: Date())
        for header in signed { request.headers.add(name: header.name, value: header.value) }
        let response = try await execute(request, timeout: timeout)
        let bytes = try await response.body.collect(upTo: Self.largestAnswer)
        return (
            response.status.code, response.headers.first(name: "Content-Type") ?? "", Data(bytes.readableBytesView)
        )
    }

    private func execute(
        _ request: HTTPClientRequest, timeout: TimeAmount
    ) async throws(CommandFailure) -> HTTPClientResponse {
        do {
            return try await HTTPClient.shared.execute(request, timeout: timeout)
        } catch {
            throw CommandFailure("no answer from \(access.url): \(error)")
        }
    }
}
