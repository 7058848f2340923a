import Foundation
import TestMaterials

/// baresip as a phone without a sound card: it answers, speaks a tone and keeps what it hears.
final class BaresipPhone: Sendable {
    let port: UInt16
    private let folder: ScratchFolder
    private let program: Program

    /// Where a phone registers, and its password there.
    struct Registrar {
        let port: UInt16
        let password: String
    }

    /// - Parameters:
    ///   - transport: `udp`, `tcp` or `tls`; baresip listens for TLS at the next port.
    ///   - encryption: `srtp` where its media may be encrypted, `srtp-mand` where it must.
    init(
        name: String, frequency: Double, codec: String = "PCMA", transport: String = "udp",
        registrar: Registrar? = nil, encryption: String? = nil, answers: Bool = true
    ) async throws {
        folder = try ScratchFolder()
        let base = try freePorts(2)
        port = transport == "tls" ? base + 1 : base
        let identity = folder.file("identity.pem")
        try TestIdentity.write(to: identity)
        try Tone.write(frequency: frequency, seconds: 30, to: folder.file("tone.wav"))
        try """
        sip_listen 127.0.0.1:\(base)
        sip_certificate \(identity.path)
        audio_source aufile,\(folder.file("tone.wav").path)
        audio_player aubridge,null
        audio_alert aubridge,null
        audio_srate 8000
        rtp_ports 10000-20000
        audio_channels 1
        module_path /usr/lib/baresip/modules
        module g711.so
        module aufile.so
        module aubridge.so
        module sndfile.so
        \(encryption == nil ? "" : "module srtp.so")
        snd_path \(folder.url.path)
        module_tmp account.so
        module_app menu.so
        """.write(to: folder.file("config"), atomically: true, encoding: .utf8)
        let registration =
            registrar.map { "@127.0.0.1:\($0.port);transport=\(transport)>;regint=60;auth_pass=\($0.password)" }
            ?? "@127.0.0.1:\(port);transport=\(transport)>;regint=0"
        let mediaEncryption = encryption.map { ";mediaenc=\($0)" } ?? ""
        let answerMode = answers ? "auto" : "manual"
        try "<sip:\(name)\(registration);answermode=\(answerMode);audio_codecs=\(codec)\(mediaEncryption)\n"
            .write(to: folder.file("accounts"), atomically: true, encoding: .utf8)
        try "".write(to: folder.file("contacts"), atomically: true, encoding: .utf8)
        program = try Program(
            "/usr/bin/baresip", ["-4", "-n", "127.0.0.1", "-f", folder.url.path], output: folder.file("baresip.log"))
        let program = program
        guard try await eventually(.seconds(30), { program.text.contains("baresip is ready") }) else {
            throw InteropFailure("baresip did not start:\n\(program.text)")
        }
    }

    /// Ends the phone and returns what it heard.
    func heard() async throws -> [Int16] {
        program.signal(SIGTERM)
        if try await program.wait(.seconds(5)) == nil { program.signal(SIGKILL) }
        let files = try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil)
        guard let file = files.first(where: { $0.lastPathComponent.hasSuffix("dec.wav") }) else {
            throw InteropFailure("the phone kept nothing: \(files.map(\.lastPathComponent))\n\(program.text)")
        }
        return try Tone.read(file)
    }
}
