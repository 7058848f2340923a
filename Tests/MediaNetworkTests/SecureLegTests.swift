import Audio
import Glibc
import LinuxIO
import MediaControl
import RTP
import SansIO
import Testing

@testable import MediaNetwork

/// Legs whose far ends speak SRTP, through the engine.
struct SecureLegTests {
    let bench: Bench
    let phones: [TestPhone]

    init() throws {
        bench = try Bench()
        phones = [try TestPhone(), try TestPhone()]
    }

    /// Two legs that hear each other; `nil` keys are plain.
    private func bridge(
        _ first: SRTPKeys?, _ second: SRTPKeys?, anySource: Bool = false, firstSequence: UInt16 = 1_000
    ) throws -> [MediaLegID] {
        let legs = try zip([UInt64(8), 9], zip(phones, [first, second])).map { number, end in
            let (phone, keys) = end
            let remote = phone.media(
                anySource: anySource, eventsAs: 101, protection: keys.map(MediaProtection.srtp) ?? .plain)
            return try bench.open(number, phone, describe: remote, firstSequence: firstSequence)
        }
        bench.engine.perform([.feed(legs[0], .leg(legs[1])), .feed(legs[1], .leg(legs[0]))])
        return legs
    }

    /// Waits until the engine has carried out what it was told, and has surely read what was sent to it: a leg opened now is
    /// opened behind the commands so far, and its frames come 20 ms apart.
    private func settle() throws {
        let phone = try TestPhone()
        let leg = try bench.open(1_000, phone)
        bench.engine.perform([.feed(leg, .silence)])
        for _ in 0..<3 { _ = try phone.next() }
        bench.engine.perform([.close(leg)])
        _ = try bench.log.summary(of: leg)
    }

    private func close(_ leg: MediaLegID) throws -> MediaSummary {
        bench.engine.perform([.close(leg)])
        return try bench.log.summary(of: leg)
    }

    private let loud = [UInt8](repeating: 0x2A, count: 160)
    private let quiet = [UInt8](repeating: 0x31, count: 160)

    @Test func aSecureLegAndAPlainOneHearEachOther() throws {
        let legs = try bridge(.test(1), nil)
        let end = try SecureEnd(.test(1))
        for number in UInt16(1)..<20 {
            try phones[0].sendRaw(end.seal(rtpPacket(number, loud)))
            let heard = try phones[1].next()
            #expect(heard.payload.last == 0x2A && heard.header.ssrc == 9)
            try phones[1].send(number, quiet)
            let raw = try phones[0].nextRaw()
            #expect(raw.count == 182 && !Array(raw[12..<172]).contains(subsequence: quiet[..<16]))
            let plain = try #require(end.open(raw))
            #expect(plain[171] == 0x31 && plain[8..<12] == [0, 0, 0, 8])
        }
        let summary = try close(legs[0])
        #expect((summary.packetsReceived, summary.packetsSent) == (19, 19))
        #expect((summary.packetsForged, summary.packetsReplayed, summary.packetsLost) == (0, 0, 0))
    }

    @Test func twoSecureLegsWithTheirOwnSuites() throws {
        _ = try bridge(.test(1), .test(2, .aesCM128Tag32))
        let ends = [try SecureEnd(.test(1)), try SecureEnd(.test(2, .aesCM128Tag32))]
        for number in UInt16(1)..<10 {
            try phones[0].sendRaw(ends[0].seal(rtpPacket(number, loud)))
            #expect(try phones[1].next(ends[1]).payload.last == 0x2A)
            try phones[1].sendRaw(ends[1].seal(rtpPacket(number, quiet)))
            #expect(try phones[0].next(ends[0]).payload.last == 0x31)
        }
    }

    @Test func forgedAndRepeatedPacketsAreDroppedAndCounted() throws {
        let legs = try bridge(.test(1), nil)
        let end = try SecureEnd(.test(1))
        let first = try end.seal(rtpPacket(1, loud))
        try phones[0].sendRaw(first)
        _ = try phones[1].next()
        try phones[0].sendRaw(first)
        try phones[0].sendRaw(rtpPacket(2, quiet))
        var bad = try end.seal(rtpPacket(3, quiet))
        bad[20] ^= 1
        try phones[0].sendRaw(bad)
        try phones[0].sendControl(Control.senderReport(from: 99))
        try settle()
        #expect(!phones[1].hasMore())
        try phones[0].sendRaw(end.seal(rtpPacket(4, loud)))
        #expect(try phones[1].next().payload.last == 0x2A)
        let summary = try close(legs[0])
        #expect((summary.packetsForged, summary.packetsReplayed, summary.packetsReceived) == (3, 1, 2))
    }

    @Test func aStrangerWithoutTheKeyChangesNothing() throws {
        let legs = try bridge(.test(1), nil, anySource: true)
        let end = try SecureEnd(.test(1))
        let thief = try TestPhone(ip: .v4(0x7F00_0004), server: phones[0].server)
        // It speaks first, plainly and under a key of its own: nobody hears it, and nothing is sent to it.
        let pretender = try SecureEnd(.test(7))
        for number in UInt16(1)..<20 {
            try thief.sendRaw(rtpPacket(number, quiet))
            try thief.sendRaw(pretender.seal(rtpPacket(number, quiet)))
        }
        try settle()
        try phones[1].send(1, quiet)
        #expect(try phones[0].next(end).payload.last == 0x31)
        #expect(!phones[1].hasMore() && !thief.hasMore())
        // It repeats what the far end said, from its own address, once the far end is silent for a while.
        let said = try (1...9).map { try end.seal(rtpPacket($0, loud)) }
        for packet in said { try phones[0].sendRaw(packet) }
        for _ in said { _ = try phones[1].next() }
        bench.engine.perform([
            .describe(legs[0], phones[0].media(anySource: true, protection: .srtp(.test(1))))
        ])
        try settle()
        for packet in said { try thief.sendRaw(packet) }
        try settle()
        try phones[1].send(2, quiet)
        #expect(try phones[0].next(end).payload.last == 0x31)
        #expect(!phones[1].hasMore() && !thief.hasMore())
        let summary = try close(legs[0])
        #expect((summary.packetsForged, summary.packetsReplayed, summary.packetsReceived) == (38, 9, 9))
    }

    @Test func aStrangerThatMayNotBeTheFarEndCostsNoCheck() throws {
        let legs = try bridge(.test(1), nil)
        let thief = try TestPhone(ip: .v4(0x7F00_0004), server: phones[0].server)
        for number in UInt16(1)...5 { try thief.send(number) }
        try settle()
        let summary = try close(legs[0])
        #expect((summary.packetsFromStrangers, summary.packetsForged) == (5, 0))
    }

    @Test func aFarEndBehindTranslationIsLearntByItsKey() throws {
        _ = try bridge(.test(1), nil, anySource: true)
        let end = try SecureEnd(.test(1))
        let moved = try TestPhone(server: phones[0].server)
        for number in UInt16(1)...4 { try moved.sendRaw(end.seal(rtpPacket(number, loud))) }
        #expect(try phones[1].next().payload.last == 0x2A)
        try phones[1].send(1, quiet)
        #expect(try moved.next(end).payload.last == 0x31)
    }

    @Test func nothingIsHeardOrSentBeforeTheKeysAreKnown() throws {
        let leg = try bench.open(8, phones[0], describe: phones[0].media(protection: .awaitsKeys))
        let other = try bench.open(9, phones[1])
        bench.engine.perform([.feed(other, .leg(leg)), .feed(leg, .silence)])
        let end = try SecureEnd(.test(1))
        for number in UInt16(1)..<5 { try phones[0].sendRaw(end.seal(rtpPacket(number, loud))) }
        try settle()
        #expect(!phones[1].hasMore() && !phones[0].hasMore())
        bench.engine.perform([.describe(leg, phones[0].media(protection: .srtp(.test(1))))])
        #expect(try phones[0].next(end).header.ssrc == 8)
        try phones[0].sendRaw(end.seal(rtpPacket(5, loud)))
        #expect(try phones[1].next().payload.last == 0x2A)
        #expect(try close(leg).packetsRefused == 4)
    }

    @Test func oneStreamUnderOneCountFromToneToBridgeAndOverNewKeys() throws {
        // Its numbers roll over while the tone plays.
        let legs = try bridge(.test(1), nil, firstSequence: 65_530)
        let end = try SecureEnd(.test(1))
        var last = UInt16(65_529)
        func hear(_ count: Int) throws {
            for _ in 0..<count {
                let heard = try phones[0].next(end)
                #expect(heard.header.sequence == last &+ 1 && heard.header.ssrc == 8)
                last = heard.header.sequence
            }
        }
        bench.engine.perform([
            .feed(legs[0], .tone(ToneCadence(frequency: 450, level: -13, on: .seconds(1), off: .seconds(4))))
        ])
        try hear(12)
        bench.engine.perform([.feed(legs[0], .leg(legs[1]))])
        try settle()
        while phones[0].peekLength() > 0 { try hear(1) }
        for number in UInt16(1)...5 {
            try phones[1].send(number, quiet)
            try hear(1)
        }
        bench.engine.perform([.describe(legs[0], phones[0].media(protection: .srtp(.test(2, .aesCM128Tag32))))])
        try settle()
        try end.change(to: .test(2, .aesCM128Tag32))
        for number in UInt16(6)...10 {
            try phones[1].send(number, quiet)
            try hear(1)
            try phones[0].sendRaw(end.seal(rtpPacket(number, loud)))
            #expect(try phones[1].next().payload.last == 0x2A)
        }
    }

    @Test func aChangedSourceInMidCallIsHeard() throws {
        _ = try bridge(.test(1), nil)
        for ssrc in UInt32(100)..<105 {
            let end = try SecureEnd(.test(1), ssrc: ssrc)
            for number in UInt16(1)...3 {
                try phones[0].sendRaw(end.seal(rtpPacket(number, ssrc: ssrc, loud)))
                #expect(try phones[1].next().payload.last == 0x2A)
            }
        }
    }

    @Test func controlPacketsAreProtectedBothWays() throws {
        let legs = try bridge(.test(1), nil)
        let end = try SecureEnd(.test(1))
        try phones[0].sendControl(end.sealControl(Control.senderReport(from: 99)))
        try phones[0].sendRaw(end.seal(rtpPacket(1, loud)))
        _ = try phones[1].next()
        try phones[1].send(1, quiet)
        _ = try phones[0].next(end)
        bench.engine.perform([.close(legs[0])])
        let plain = try #require(end.openControl(phones[0].nextControl()))
        let report = try #require(plain.withUnsafeBytes { ReceivedRTCP($0, about: 99) })
        #expect(report.block?.lastSenderReport == 0x3344_5566)
    }

    @Test func keysAndRecordingsSeeWhatIsPlain() throws {
        let legs = try bridge(.test(1), .test(2))
        let ends = [try SecureEnd(.test(1)), try SecureEnd(.test(2))]
        let recording = MediaRecording(
            id: MediaRecordingID(high: 7, low: 7), first: legs[0], second: legs[1], channels: .dual, format: .alaw)
        bench.engine.perform([.record(recording), .connectRecording(recording.id)])
        for number in UInt16(1)..<6 {
            try phones[0].sendRaw(ends[0].seal(rtpPacket(number, loud)))
            try phones[1].sendRaw(ends[1].seal(rtpPacket(number, quiet)))
            _ = try phones[1].next(ends[1])
            _ = try phones[0].next(ends[0])
        }
        try phones[0].sendRaw(ends[0].seal(rtpPacket(6, type: 101, timestamp: 960, [5, 0x8A, 3, 32])))
        try bench.log.take(.digit(legs[0], event: 5))
        try settle()
        bench.engine.perform([.stopRecording(recording.id)])
        try bench.log.take("recorded") { if case .recorded(recording.id, _) = $0 { true } else { false } }
        let file = try TestWAV(bench.folder.read(recording.fileName))
        // Packets that come faster than they sound are not all kept.
        #expect(file.codes(0).count { $0 == 0x2A } >= 160 && file.codes(1).count { $0 == 0x31 } >= 160)
    }

    @Test func aLegGoesPlainAndSecureAgain() throws {
        let legs = try bridge(.test(1), nil)
        bench.engine.perform([.describe(legs[0], phones[0].media())])
        try settle()
        try phones[1].send(1, quiet)
        #expect(try phones[0].next().payload.last == 0x31)
        bench.engine.perform([.describe(legs[0], phones[0].media(protection: .srtp(.test(3))))])
        try settle()
        let end = try SecureEnd(.test(3))
        try phones[1].send(2, quiet)
        #expect(try phones[0].next(end).payload.last == 0x31)
    }
}

extension Array<UInt8> {
    fileprivate func contains(subsequence wanted: ArraySlice<UInt8>) -> Bool {
        indices.contains { self[$0...].starts(with: wanted) }
    }
}

extension TestPhone {
    /// The length of the datagram that lies unread first; 0 where there is none.
    fileprivate func peekLength() -> Int {
        var byte: UInt8 = 0
        return max(0, recv(rtp.descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_TRUNC)))
    }
}
