import Foundation
import Testing

extension SignallingInterop {
    /// Voice files from the shell.
    @Suite(.serialized) struct VoiceFileTests {
        @Test func `a file is added, listed and deleted by its name, and a broken one refused`() async throws {
            let server = try await ServerUnderTest(trunks: [])
            let folder = try ScratchFolder()
            let file = folder.file("欢迎.wav")
            try Tone.wav(Tone.sine(700, share: 0.25, seconds: 1)).write(to: file)
            for name in ["欢迎.wav", "再见"] {
                let more = name == "再见" ? ["--name", name] : []
                let added = try await server.voice(["add", file.path] + more, in: folder)
                #expect(added.status == 0 && added.text.contains(name), "\(added.text)")
            }
            #expect(try await server.voice(["delete", "再见"], in: folder).status == 0)
            let listed = try await server.voice(["list"], in: folder)
            #expect(listed.text.contains("欢迎.wav") && !listed.text.contains("再见"), "\(listed.text)")
            try Data(contentsOf: file).prefix(1_000).write(to: folder.file("broken.wav"))
            let refused = try await server.voice(["add", folder.file("broken.wav").path], in: folder)
            #expect(refused.status == 1 && refused.text.contains("shorter than its header says"), "\(refused.text)")
        }
    }
}

extension ServerUnderTest {
    /// What `duocall voice` does with this server.
    fileprivate func voice(
        _ arguments: [String], in folder: ScratchFolder
    ) async throws -> (status: Int32?, text: String) {
        let access = [
            "--url", url.absoluteString, "--cert-id", Self.certID, "--secret", Self.secret, "--app", Self.appID,
        ]
        let program = try Program(
            Checkout.server.path, ["voice"] + arguments + access, output: folder.file("voice-\(UUID().uuidString).log"))
        return (try await program.wait(), program.text)
    }
}
