import CallModel
import Crypto
import Foundation
import Storage
import Testing

@Suite struct RecordingFolderTests {
    private let temporary = TemporaryFolder()

    private func recording(_ format: RecordingFormat, _ channels: RecordingChannels = .dual) -> Recording {
        var recording = Sample.recording(1, of: Sample.call(1))
        recording.format = format
        recording.channels = channels
        return recording
    }

    private func little(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    /// A file of three chunks, whose sizes are as told.
    private func file(riff: UInt32, fact: UInt32, data: UInt32, sound: Int) -> [UInt8] {
        var bytes = Array("RIFF".utf8) + little(riff)
        bytes += Array("WAVEfmt ".utf8) + little(16) + Array(repeating: 0, count: 16)
        bytes += Array("fact".utf8) + little(4) + little(fact)
        bytes += Array("data".utf8) + little(data)
        bytes += Array(repeating: 0xD5, count: sound)
        return bytes
    }

    private func finished(_ bytes: [UInt8]?, _ recording: Recording) throws -> (FinishedFile?, [UInt8]?) {
        let folder = try RecordingFolder(path: temporary.path)
        let path = folder.path(of: recording)
        if let bytes { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
        let found = try folder.finish(recording)
        return (found, FileManager.default.contents(atPath: path).map { Array($0) })
    }

    @Test("A file that is whole is digested and left as it is", arguments: [160, 162])
    func whole(sound: Int) throws {
        let bytes = file(riff: UInt32(48 + sound), fact: UInt32(sound / 2), data: UInt32(sound), sound: sound)
        let (found, left) = try finished(bytes, recording(.aLaw))
        #expect(left == bytes)
        #expect(
            found
                == FinishedFile(
                    samples: Int64(sound / 2), bytes: Int64(bytes.count), sha256: Array(SHA256.hash(data: bytes))))
    }

    @Test("A sound of an odd length keeps the byte that fills it up")
    func odd() throws {
        let bytes = file(riff: 48 + 162, fact: 161, data: 161, sound: 162)
        let (found, left) = try finished(bytes, recording(.muLaw, .mixed))
        #expect(left == bytes)
        #expect(found?.samples == 161)
    }

    @Test("A header that lags behind gets its sizes, and half a sample is cut off", arguments: [0, 2, 100])
    func interrupted(told: UInt32) throws {
        let bytes = file(riff: 48 + told, fact: told / 4, data: told, sound: 161 * 4 + 3)
        let (found, left) = try finished(bytes, recording(.pcm))
        #expect(left == file(riff: 48 + 161 * 4, fact: 161, data: 161 * 4, sound: 161 * 4))
        #expect(found?.samples == 161)
        let size: Int64 = 56 + 161 * 4
        #expect(found?.bytes == size)
    }

    @Test("A file that is missing, no WAV file or without sound is nothing")
    func nothing() throws {
        for bytes in [
            nil, [], Array("RIFF".utf8), Array(repeating: 7, count: 400), file(riff: 0, fact: 0, data: 0, sound: 1),
        ] {
            #expect(try finished(bytes, recording(.aLaw)).0 == nil)
        }
        #expect(try finished([], recording(.mp3)).0 == nil)
    }

    @Test("An MP3 file is digested, and its length is for others to find")
    func mp3() throws {
        let (found, left) = try finished([1, 2, 3], recording(.mp3))
        #expect(found == FinishedFile(samples: nil, bytes: 3, sha256: Array(SHA256.hash(data: [1, 2, 3] as [UInt8]))))
        #expect(left == [1, 2, 3])
    }

    @Test("A removed file is gone, and removing it again is no fault")
    func removing() throws {
        let recording = recording(.mp3)
        _ = try finished([1], recording)
        let folder = try RecordingFolder(path: temporary.path)
        try folder.remove(recording)
        try folder.remove(recording)
        #expect(try folder.finish(recording) == nil)
    }

    @Test("A voice file is written whole and readable by its owner only, and what nobody knows is swept away")
    func voices() throws {
        let folder = try VoiceFolder(path: temporary.path)
        let (known, unknown) = (Sample.voiceFile(1, name: "a").id, Sample.voiceFile(2, name: "b").id)
        for id in [known, unknown] { try folder.write(id, aLaw: [1, 2], muLaw: [3]) }
        let left = "\(temporary.path)/\(unknown).alaw.part"
        #expect(FileManager.default.createFile(atPath: left, contents: Data()))
        try folder.sweep(keeping: [known])
        let names = try FileManager.default.contentsOfDirectory(atPath: temporary.path)
        #expect(Set(names) == ["\(known).alaw", "\(known).ulaw"])
        #expect(FileManager.default.contents(atPath: "\(temporary.path)/\(known).alaw") == Data([1, 2]))
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(temporary.path)/\(known).ulaw")
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        try folder.remove(known)
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path).isEmpty)
    }
}
