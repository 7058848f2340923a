import CallModel
import SansIO

extension PreparedVoice {
    /// A voice of this length in a run.
    static func virtual(_ milliseconds: UInt64) -> PreparedVoice {
        PreparedVoice(
            name: "\(milliseconds)", id: VoiceFileID(high: 0, low: milliseconds),
            length: .milliseconds(Int64(milliseconds)))
    }
}

extension CallSounds {
    /// What a client of the field asks for: mostly little, now and then everything at once.
    ///
    /// - Parameter keyTimeouts: how many seconds parties are given to press a key.
    static func ofTheField(_ fate: inout Fate, keyTimeouts: [Int]) -> CallSounds {
        var sounds = CallSounds.none
        if fate.strikes(0.4) {
            sounds.ringTone = RingTone(mode: fate.pick(RingToneMode.allCases), voice: .virtual(1500))
        }
        if fate.strikes(0.15) { sounds.greeting1 = .virtual(800) }
        if fate.strikes(0.15) { sounds.greeting2 = .virtual(900) }
        if fate.strikes(0.08) { sounds.confirmation1 = confirmation(&fate, keyTimeouts) }
        if fate.strikes(0.12) { sounds.confirmation2 = confirmation(&fate, keyTimeouts) }
        if fate.strikes(0.15) { sounds.busyVoice = .virtual(1200) }
        if fate.strikes(0.2) {
            sounds.countdown = Countdown(
                time: .seconds(5), sound: fate.strikes(0.5) ? .beep : .voice(.virtual(700)),
                audience: fate.pick(Audience.allCases))
        }
        if fate.strikes(0.3) {
            let hint = RecordingHint(sound: .voice(.virtual(600)), audience: fate.pick(Audience.allCases))
            sounds.recording = RecordingOrder(
                start: fate.pick(RecordingStart.allCases), hint: fate.strikes(0.5) ? hint : nil)
        }
        return sounds
    }

    private static func confirmation(_ fate: inout Fate, _ timeouts: [Int]) -> Confirmation {
        guard let key = TelephoneKey(event: 1) else { preconditionFailure("1 is a key") }
        return Confirmation(
            key: key, timeout: .seconds(fate.pick(timeouts)),
            prompt: fate.strikes(0.3) ? .beep : .voice(.virtual(1000)))
    }
}

extension EventSelection {
    /// A third asks for nothing, a third for everything, a third for some.
    static func ofTheField(_ fate: inout Fate) -> EventSelection {
        switch fate.pick([0, 1, 2]) {
        case 0: .none
        case 1: .all
        default: EventSelection(EventName.allCases.filter { _ in fate.strikes(0.5) })
        }
    }
}
