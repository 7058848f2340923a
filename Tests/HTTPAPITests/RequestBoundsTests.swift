import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTPAPI

@Suite struct RequestBoundsTests {
    private let limits = RequestBounds.Limits(duration: .seconds(30), discarded: 100)

    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: RequestBounds(limits: limits))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    private func head(_ fields: HTTPFields = [:]) -> HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/", headerFields: fields))
    }

    @Test func aRequestThatIsNotDoneInTimeIsCutOff() throws {
        let channel = try channel()
        try channel.writeInbound(head())
        channel.embeddedEventLoop.advanceTime(by: .seconds(20))
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(9999))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test func aRequestThatIsDoneLeavesTheConnectionOpen() throws {
        let channel = try channel()
        for _ in 0..<2 {
            try channel.writeInbound(head())
            try channel.writeInbound(HTTPRequestPart.end(nil))
            channel.embeddedEventLoop.advanceTime(by: .seconds(60))
            #expect(channel.isActive)
        }
        _ = try channel.finish()
    }

    @Test func whatIsSentBeyondTheBoundIsNotReadAnyMore() throws {
        let channel = try channel()
        try channel.writeInbound(head())
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 60)))
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 40)))
        #expect(channel.isActive)
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 1)))
        #expect(!channel.isActive)
    }

    @Test func theSumBeginsAnewWithEachRequest() throws {
        let channel = try channel()
        for _ in 0..<3 {
            try channel.writeInbound(head())
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(repeating: 0, count: 60)))
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }
        #expect(channel.isActive)
        _ = try channel.finish()
    }

    @Test func onlyABodyThatMayComeIsAskedFor() throws {
        let channel = try channel()
        try channel.writeInbound(head([.expect: "100-Continue", .contentLength: "65536"]))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .head(HTTPResponse(status: .continue)))
        try channel.writeInbound(HTTPRequestPart.end(nil))
        try channel.writeInbound(head([.expect: "100-continue", .contentLength: "65537"]))
        try channel.writeInbound(head([.contentLength: "5"]))
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        _ = try channel.finish()
    }
}
