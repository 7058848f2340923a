import Foundation

/// linphone's console client as a phone that answers by itself, without a sound card.
final class LinphonePhone: Sendable {
    private let folder: ScratchFolder
    private let program: Program
    private let commands: FileHandle

    init(name: String, password: String, registrar: UInt16) async throws {
        folder = try ScratchFolder()
        try FileManager.default.createDirectory(
            at: folder.file(".local/share/linphone"), withIntermediateDirectories: true)
        let port = try freePort()
        try """
        [sip]
        sip_port=\(port)
        sip_tcp_port=0
        sip_tls_port=0
        default_proxy=0
        [rtp]
        audio_rtp_port=0
        [sound]
        playback_dev_id=ANull: ANull
        capture_dev_id=ANull: ANull
        ringer_dev_id=ANull: ANull
        [auth_info_0]
        username=\(name)
        passwd=\(password)
        realm=duocall
        [proxy_0]
        reg_proxy=<sip:127.0.0.1:\(registrar)>
        reg_identity=<sip:\(name)@127.0.0.1:\(registrar)>
        reg_expires=60
        reg_sendregister=1
        """.write(to: folder.file("linphonerc"), atomically: true, encoding: .utf8)
        let pipe = Pipe()
        commands = pipe.fileHandleForWriting
        program = try Program(
            "/usr/bin/env",
            ["HOME=\(folder.url.path)", "/usr/bin/linphonec", "-a", "-c", folder.file("linphonerc").path], input: pipe,
            output: folder.file("linphone.log"))
    }

    func hangUp() { commands.write(Data("terminate\n".utf8)) }

    func quit() {
        commands.write(Data("quit\n".utf8))
        program.signal(SIGTERM)
    }
}
