import MediaCodecs

/// Decodes a sound file, or refuses it.
enum VoiceProbe {
    /// In seconds.
    static let longest = 5

    /// Whether it was decoded.
    @discardableResult
    static func run(_ bytes: [UInt8]) -> Bool {
        do {
            let voice = try bytes.withUnsafeBytes { try PreparedVoice(decoding: $0, limit: .seconds(longest)) }
            precondition((1...longest * 50).contains(voice.frames), "a sound is as long as it may be")
            precondition(voice.aLaw.count == voice.frames * 160, "a sound has whole frames")
            precondition(voice.muLaw.count == voice.aLaw.count, "both codecs have the same sound")
            return true
        } catch {
            guard let fault = error as? VoiceFault else { preconditionFailure("\(error)") }
            precondition(!fault.rule.isEmpty, "a refusal has a reason")
            return false
        }
    }
}
