internal import LinuxIO
internal import MediaControl

/// The two threads that see to files, so that none that has packets waiting does.
struct FileThreads: Sendable {
    let voices: VoiceLibrary
    let recorder: Recorder
    private let voiceThread: DedicatedThread
    private let recorderThread: DedicatedThread

    init(
        voices voiceFolder: String, recordings recordingFolder: String, _ inboxes: [CommandInbox],
        _ report: @escaping @Sendable ([MediaReport]) -> Void
    ) throws(SystemError) {
        let voices = try VoiceLibrary(folder: voiceFolder) { voice in
            for inbox in inboxes { inbox.announce(voice) }
        }
        let recorder = try Recorder(folder: recordingFolder, report: report) { recording in
            for inbox in inboxes { inbox.put([.stopRecording(recording)]) }
        }
        self.voices = voices
        self.recorder = recorder
        voiceThread = try DedicatedThread(name: "voices") { voices.run() }
        do throws(SystemError) {
            recorderThread = try DedicatedThread(name: "recorder") { recorder.run() }
        } catch {
            voices.stop()
            voiceThread.join()
            throw error
        }
    }

    /// Everything recorded is written, with its reports, when this returns.
    func stop() {
        recorder.stop()
        recorderThread.join()
        voices.stop()
        voiceThread.join()
    }
}
