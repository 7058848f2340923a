import Audio
import Testing

struct WAVHeaderTests {
    private func bytes(_ header: WAVHeader) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xEE, count: WAVHeader.size)
        bytes.withUnsafeMutableBytes { header.write(to: $0) }
        return bytes
    }

    @Test func aTwoChannelALawHeaderIsWhatTheFormatSays() {
        let header = WAVHeader(coding: .g711(.pcma), channels: 2, samples: 8_000)
        #expect(
            bytes(header)
                == Array("RIFF".utf8) + [0xB2, 0x3E, 0, 0] + Array("WAVEfmt ".utf8)
                + [18, 0, 0, 0, 6, 0, 2, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 8, 0, 0, 0]
                + Array("fact".utf8) + [4, 0, 0, 0, 0x40, 0x1F, 0, 0] + Array("data".utf8) + [0x80, 0x3E, 0, 0])
        #expect(header.width == 2)
    }

    @Test func linearSamplesAreTwoBytes() {
        let header = WAVHeader(coding: .linear, channels: 1, samples: 3)
        let bytes = bytes(header)
        #expect(Array(bytes[20..<36]) == [1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0])
        #expect(Array(bytes[54...]) == [6, 0, 0, 0])
        #expect(header.width == 2)
        #expect(self.bytes(WAVHeader(coding: .g711(.pcmu), channels: 1))[20] == 7)
    }

    @Test func lengthsThatDoNotFitAreTheGreatest() {
        let header = WAVHeader(coding: .linear, channels: 2, samples: 1 << 31)
        #expect(Array(bytes(header)[54...]) == [0xFF, 0xFF, 0xFF, 0xFF])
    }
}
