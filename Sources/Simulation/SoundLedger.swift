import CallModel
import CallSwitching
import MediaControl

/// What the parties of a run hear, judged at each change of a call's state: the sound begins with its cause.
struct SoundLedger {
    fileprivate struct Call {
        let sounds: CallSounds
        let first: MediaLegID
        let second: MediaLegID
    }

    private var calls: [CallID: Call] = [:]
    private(set) var violations: [Violation] = []

    /// Takes note of which media legs a call has.
    mutating func note(_ input: SwitchboardInput, causing effects: [SwitchboardEffect]) {
        guard case .media(.opened(let leg)) = input else { return }
        for case .store(let writes, _) in effects {
            for case .accepted(let record, _) in writes {
                let number = leg.number >> 1
                calls[record.id] = Call(
                    sounds: record.request.sounds, first: MediaLegID(number: 2 * number),
                    second: MediaLegID(number: 2 * number + 1))
            }
        }
    }

    /// - Parameter feed: what a leg is sent at this moment.
    mutating func judge(_ note: CallNote, feed: (MediaLegID) -> MediaFeed) {
        guard let call = calls[note.call] else { return }
        let (first, second) = (feed(call.first), feed(call.second))
        let isRight: Bool
        switch note.state {
        case .answered1: isRight = first.isPrompt
        case .dialling2: isRight = first == call.whileDialling
        case .ringing2: isRight = call.whileRinging(first)
        case .talking: isRight = call.hears(first, .first) && call.hears(second, .second)
        case .unknown, .ringing1, .ended, .queued, .scheduled, .dialling1: isRight = true
        }
        if !isRight {
            violations.append(Violation(.sound, "\(note.call) in \(note.state) hears \(first) and \(second)"))
        }
    }
}

extension SoundLedger.Call {
    /// Party 1's sound as the dialling of party 2 begins.
    fileprivate var whileDialling: MediaFeed {
        switch sounds.ringTone?.mode {
        case .untilRinging, .whileDialling: file
        case .whileRinging, .beforeDialling, nil: .silence
        }
    }

    /// Whether party 1 may hear this once party 2 rings, or answered without ringing and hears its prompts.
    fileprivate func whileRinging(_ feed: MediaFeed) -> Bool {
        switch sounds.ringTone?.mode {
        case .whileRinging, .whileDialling: feed == file
        case .untilRinging: feed.isTone || feed.isLeg || (hasPrompts && feed == file)
        case .beforeDialling, nil: feed.isTone || feed.isLeg
        }
    }

    private var hasPrompts: Bool { sounds.greeting2 != nil || sounds.confirmation2 != nil }

    private var file: MediaFeed {
        guard let voice = sounds.ringTone?.voice else { return .silence }
        return .voice(MediaVoiceID(high: voice.id.high, low: voice.id.low), repeats: true)
    }

    /// At the connection a party hears the other, or that it is recorded.
    fileprivate func hears(_ feed: MediaFeed, _ party: Party) -> Bool {
        let mayBeTold = sounds.recording?.hint?.audience.includes(party) ?? false
        return feed.isLeg || (mayBeTold && feed.isPrompt)
    }
}

extension MediaFeed {
    fileprivate var isPrompt: Bool {
        switch self {
        case .signal, .voice(_, repeats: false): true
        case .nothing, .silence, .tone, .voice, .leg: false
        }
    }

    fileprivate var isTone: Bool {
        switch self {
        case .tone: true
        case .nothing, .silence, .signal, .voice, .leg: false
        }
    }

    fileprivate var isLeg: Bool {
        switch self {
        case .leg: true
        case .nothing, .silence, .tone, .signal, .voice: false
        }
    }
}
