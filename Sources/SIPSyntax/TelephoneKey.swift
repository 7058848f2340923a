extension SIPMessage {
    /// The digit that an INFO tells of, as the number of its telephone-event: 0–9, 10 `*`, 11 `#`, 12–15 A–D
    /// (RFC 4733 §3.2). Two forms are in the field: `application/dtmf-relay` with a line `Signal=5`, and
    /// `application/dtmf` with the digit alone. `nil` where there is none.
    public var telephoneKey: UInt8? {
        do {
            if let relay = try body("application", "dtmf-relay") {
                let lines = relay.split { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
                return lines.lazy.compactMap { SIPMessage.signal(in: $0) }.first.flatMap(SIPMessage.key)
            }
            return try body("application", "dtmf").flatMap(SIPMessage.key)
        } catch {
            // A body that cannot be taken apart tells nothing.
            return nil
        }
    }

    /// The value of a line `Signal=…`.
    private static func signal(in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let halves = line.split(separator: ASCII.equals, maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, SIPText(String(decoding: trimmed(halves[0]), as: UTF8.self)).spells("Signal")
        else { return nil }
        return halves[1]
    }

    private static func key(_ text: ArraySlice<UInt8>) -> UInt8? {
        let text = trimmed(text)
        // Some write * and # as the numbers of their events.
        if text.elementsEqual("10".utf8) { return 10 }
        if text.elementsEqual("11".utf8) { return 11 }
        guard text.count == 1, let letter = text.first else { return nil }
        switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return letter - UInt8(ascii: "0")
        case UInt8(ascii: "*"): return 10
        case UInt8(ascii: "#"): return 11
        case UInt8(ascii: "A")...UInt8(ascii: "D"): return letter - UInt8(ascii: "A") + 12
        case UInt8(ascii: "a")...UInt8(ascii: "d"): return letter - UInt8(ascii: "a") + 12
        default: return nil
        }
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let last = text.lastIndex(where: { $0 > ASCII.space }) else { return [] }
        return text[...last].drop { $0 <= ASCII.space }
    }
}
