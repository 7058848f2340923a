internal import LinuxIO
internal import MediaControl

/// The threads that see to files, so that none that has packets waiting does.
struct FileThreads: Sendable {
    let voices: VoiceLibrary
    let recorder: Recorder
    private let settler: RecordingSettler
    private let voiceThread: DedicatedThread
    private let recorderThread: DedicatedThread
    private let settlerThread: DedicatedThread

    init(
        voices voiceFolder: String, recordings recordingFolder: String, _ inboxes: [CommandInbox],
        _ report: @escaping @Sendable ([MediaReport]) -> Void
    ) throws(SystemError) {
        let voices = try VoiceLibrary(folder: voiceFolder) { voice in
            for inbox in inboxes { inbox.announce(voice) }
        }
        let settler = try RecordingSettler(folder: recordingFolder, report: report)
        let recorder = try Recorder(folder: recordingFolder, end: { settler.take($0) }) { recording in
            for inbox in inboxes { inbox.put([.perform(.stopRecording(recording))]) }
        }
        self.voices = voices
        self.recorder = recorder
        self.settler = settler
        voiceThread = try DedicatedThread(name: "voices") { voices.run() }
        do throws(SystemError) {
            settlerThread = try DedicatedThread(name: "settler") { settler.run() }
        } catch {
            voices.stop()
            voiceThread.join()
            throw error
        }
        do throws(SystemError) {
            recorderThread = try DedicatedThread(name: "recorder") { recorder.run() }
        } catch {
            settler.stop()
            settlerThread.join()
            voices.stop()
            voiceThread.join()
            throw error
        }
    }

    /// Everything recorded is written, with its reports, when this returns.
    func stop() {
        recorder.stop()
        recorderThread.join()
        settler.stop()
        settlerThread.join()
        voices.stop()
        voiceThread.join()
    }
}
