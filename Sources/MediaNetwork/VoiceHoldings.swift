internal import MediaControl

/// Which voice files the legs of a thread hold: each the ones it was told to load or was fed, until it is closed.
struct VoiceHoldings {
    /// Voice files of one leg; further ones fail.
    static let limit = 32

    private let library: VoiceLibrary
    private var held: [Int: [MediaVoiceID]] = [:]

    init(_ library: VoiceLibrary) { self.library = library }

    /// Holds the file for the leg in `slot`, if that does not hold it yet.
    mutating func hold(_ id: MediaVoiceID, for slot: Int) -> VoiceLibrary.Answer {
        let files = held[slot] ?? []
        if files.contains(id) { return library.answer(about: id) }
        guard files.count < VoiceHoldings.limit else { return .failed }
        held[slot] = files + [id]
        return library.hold(id)
    }

    mutating func releaseAll(of slot: Int) {
        for id in held.removeValue(forKey: slot) ?? [] { library.release(id) }
    }

    func slots(holding id: MediaVoiceID) -> [Int] { held.filter { $0.value.contains(id) }.map(\.key) }
}
