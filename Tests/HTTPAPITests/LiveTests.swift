import CallModel
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOPosix
import Testing

@testable import HTTPAPI

/// The server over real sockets.
@Suite struct LiveTests {
    private let state = Shared(Fixture.State())

    private func server(port: Int = 0) -> HTTPServer {
        HTTPServer(
            HTTPServerConfiguration(host: "127.0.0.1", port: port, country: "86", zone: shanghai),
            tenants: CurrentTenants(Fixture.directory { $0.ipWhiteList = ["127.0.0.1", "::1"] }), remembered: [],
            commands: Fixture.commands(state), sounds: Fixture.sounds(state), links: Fixture.links,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            clock: { noon })
    }

    private func live(_ test: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        try await server().application(on: MultiThreadedEventLoopGroup.singleton, whenBound: { _ in }).test(.live, test)
    }

    @Test func aSignedRequestOverASocketPlacesACall() async throws {
        let request = ClientRequest()
        try await live { client in
            let response = try await client.execute(
                uri: request.path, method: .post, headers: request.fields, body: ByteBuffer(string: request.body))
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json;charset=utf-8")
            #expect(
                String(buffer: response.body)
                    == #"{"code":"000000","msg":"请求成功","data":{"callId":"00000000000000010000000000000002"}}"#)
        }
        #expect(state.read(\.placed.count) == 1)
    }

    @Test func aBodyEndsAt64KiB() async throws {
        try await live { client in
            for (length, status, code) in [
                (65_536, HTTPResponse.Status.ok, "000000"), (65_537, .contentTooLarge, "000001"),
            ] {
                var request = ClientRequest()
                request.body += String(repeating: " ", count: length - request.body.utf8.count)
                let response = try await client.execute(
                    uri: request.path, method: .post, headers: request.fields, body: ByteBuffer(string: request.body))
                #expect(response.status == status)
                #expect(try JSONReader.object(in: Array(buffer: response.body))["code"] == .string(code))
            }
            let after = try await client.execute(uri: "/healthz", method: .get)
            #expect(after.status == .ok)
        }
        #expect(state.read(\.placed.count) == 1)
    }

    @Test func anUploadEndsAt20MiB() async throws {
        var request = ClientRequest()
        request.path = "/v1/account/main/management/voice_file"
        request.contentType = "application/octet-stream"
        for (length, status) in [
            (VoiceFile.maxSize, HTTPResponse.Status.ok), (APIResponder.maxUpload + 1, .contentTooLarge),
        ] {
            request.body = String(repeating: "x", count: length)
            let sent = request
            try await live { client in
                let response = try await client.execute(
                    uri: sent.path + "?name=a", method: .post, headers: sent.fields,
                    body: ByteBuffer(string: sent.body))
                #expect(response.status == status)
            }
        }
        #expect(state.read { $0.uploads.map(\.bytes.count) } == [VoiceFile.maxSize])
    }

    @Test func aRecordingIsSentInPiecesAndItsHeadAlone() async throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
        defer { unlink(path) }
        let recording = Recording(
            id: RecordingID(high: 1, low: 1), call: Fixture.callID, mainAccount: Fixture.main,
            app: AppID(rawValue: "app"), subaccount: nil, began: noon, channels: .dual, format: .mp3, state: .ready)
        state.change {
            $0.recordings = [recording.id: recording]
            $0.path = path
        }
        let url = Fixture.links.url(
            ofFile: recording.fileName, until: WallTime(milliseconds: noon.milliseconds + 60_000))
        let target = String(url.dropFirst("https://calls.example".count))
        try await live { client in
            let whole = try await client.execute(uri: target, method: .get)
            #expect(whole.headers[.contentLength] == "200000")
            #expect(whole.headers[.contentType] == "audio/mpeg")
            #expect(Array(buffer: whole.body) == bytes)
            let part = try await client.execute(uri: target, method: .get, headers: [.range: "bytes=100000-199998"])
            #expect(part.status == .partialContent)
            #expect(Array(buffer: part.body) == Array(bytes[100_000..<199_999]))
            let head = try await client.execute(uri: target, method: .head)
            #expect(head.status == .ok)
            #expect(head.headers[.contentLength] == "200000")
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test func theQueryIsCutFromThePath() async throws {
        var request = ClientRequest()
        request.method = .get
        request.body = ""
        let sent = request
        try await live { client in
            let response = try await client.execute(
                uri: sent.path + "?pageNo=2?&pageSize=5", method: .get, headers: sent.fields)
            #expect(String(buffer: response.body).contains("pageNo must be"))
            _ = try await client.execute(uri: sent.path + "?pageSize=5", method: .get, headers: sent.fields)
        }
        #expect(state.read { $0.queries.map(\.pageSize) } == [5])
    }

    /// Runs the server, sends bytes over one connection and gives what comes back until the server closes it or `end`
    /// arrived.
    private func exchange(_ pieces: [String], until end: String) async throws -> String {
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = server()
        return try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask {
                try await server.run(on: MultiThreadedEventLoopGroup.singleton) { port.yield($0) }
                return nil
            }
            group.addTask {
                for await port in ports { return try await Self.talk(pieces, until: end, port: port) }
                return ""
            }
            for try await text in group {
                guard let text else { continue }
                group.cancelAll()
                return text
            }
            return ""
        }
    }

    private static func talk(_ pieces: [String], until end: String, port: Int) async throws -> String {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await connection.executeThenClose { inbound, outbound in
            for piece in pieces { try await outbound.write(ByteBuffer(string: piece)) }
            var received = ""
            do {
                for try await chunk in inbound {
                    received += String(buffer: chunk)
                    if received.contains(end) { break }
                }
            } catch is IOError {
                // The server closed the connection with bytes of ours unread.
            }
            return received
        }
    }

    @Test func theServerTellsItsPortAndStopsWhenItIsCancelled() async throws {
        let text = try await exchange(["GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"], until: "null}")
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(text.hasSuffix(#"{"code":"000000","msg":"请求成功","data":null}"#))
    }

    @Test func aTargetMayNameSchemeAndAuthority() async throws {
        for target in ["http://x/healthz", "http://x/healthz?a=b"] {
            let text = try await exchange(["GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n"], until: "null}")
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
        let text = try await exchange(["GET http://x HTTP/1.1\r\nHost: x\r\n\r\n"], until: "null}")
        #expect(text.hasPrefix("HTTP/1.1 404"))
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n",
        "GET / HTTP/1.1\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ])
    func malformedHTTPIs400(bytes: String) async throws {
        let text = try await exchange([bytes], until: "\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 400"))
    }

    @Test func headersAreCounted() async throws {
        for (count, status) in [(HTTPConnections.maxHeaders, "200"), (HTTPConnections.maxHeaders + 1, "400")] {
            let fields = "Host: x\r\n" + String(repeating: "X: y\r\n", count: count - 1)
            let text = try await exchange(["GET /healthz HTTP/1.1\r\n\(fields)\r\n"], until: "\r\n\r\n")
            #expect(text.hasPrefix("HTTP/1.1 \(status)"))
        }
    }

    @Test func aBodyThatWaitsIsAskedFor() async throws {
        let request = ClientRequest()
        let head = "POST \(request.path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(request.body.utf8.count)\r\n"
        let fields = request.fields.map { "\($0.name): \($0.value)\r\n" }.joined()
        let text = try await exchange([head + fields + "Expect: 100-continue\r\n\r\n", request.body], until: "}}")
        #expect(text.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
    }

    @Test func aLongBodyThatWaitsIsRefusedAtOnce() async throws {
        let head =
            "POST \(ClientRequest().path) HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\nExpect: 100-continue\r\n\r\n"
        let text = try await exchange([head], until: "null}")
        #expect(text.hasPrefix("HTTP/1.1 413"))
    }

    @Test func aBodyWithoutEndIsCutOff() async throws {
        let head = "POST \(ClientRequest().path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunk = "10000\r\n" + String(repeating: " ", count: 65_536) + "\r\n"
        let text = try await exchange([head, chunk, "1\r\n \r\n"], until: "null}")
        #expect(text.hasPrefix("HTTP/1.1 413"))
        #expect(text.contains("body must not be longer than 65536 bytes"))
    }
}
