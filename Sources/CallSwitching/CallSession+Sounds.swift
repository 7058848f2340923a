import Audio
import CallFlow
import CallModel
import MediaControl
import SansIO

extension CallSession {
    /// Has every voice file that the call may need made ready, so that each sounds as soon as it is wanted.
    func loadVoices(_ exchange: inout Exchange) {
        for party in Party.allCases {
            var loaded: Set<VoiceFileID> = []
            for voice in record.request.sounds.voices(for: party) where loaded.insert(voice.id).inserted {
                exchange.perform(.media(.load(legs[party].media, MediaVoiceID(voice.id))))
            }
        }
    }

    /// What a party is sent from now on.
    func feed(_ party: Party, _ feed: LegFeed, _ exchange: inout Exchange) {
        let source: MediaFeed =
            switch feed {
            case .nothing: .nothing
            case .silence: .silence
            case .ringBack: .tone(.ringBack(country: exchange.settings.country))
            case .loop(let voice): .voice(MediaVoiceID(voice.id), repeats: true)
            case .sound(.voice(let voice)): .voice(MediaVoiceID(voice.id), repeats: false)
            case .sound(.beep): .signal(.beep)
            // Silence keeps the stream running while the other holds the call without a sound.
            case .other: legs[party.other].isMute ? .silence : .leg(legs[party.other].media)
            }
        legs[party].hearsOther = feed == .other
        legs[party].feedNumber &+= 1
        exchange.perform(.media(.feed(legs[party].media, source, number: legs[party].feedNumber)))
    }
}

extension CallSounds {
    /// The files that `party` may hear.
    fileprivate func voices(for party: Party) -> [PreparedVoice] {
        var sounds: [Sound?] = [confirmation(of: party)?.prompt, greeting(of: party).map { .voice($0) }]
        if let countdown, countdown.audience.includes(party) { sounds.append(countdown.sound) }
        if let hint = recording?.hint, hint.audience.includes(party) { sounds.append(hint.sound) }
        if party == .first { sounds += [ringTone?.voice, busyVoice].map { $0.map { .voice($0) } } }
        return sounds.compactMap { sound in
            switch sound {
            case .voice(let voice): voice
            case .beep, nil: nil
            }
        }
    }
}

extension MediaVoiceID {
    fileprivate init(_ id: VoiceFileID) { self.init(high: id.high, low: id.low) }
}

extension ToneCadence {
    /// 1000 Hz at −13 dBm0, for as long as a beep is.
    fileprivate static let beep = ToneCadence(frequency: 1000, level: -13, on: Sound.beepLength, off: .zero)
}
