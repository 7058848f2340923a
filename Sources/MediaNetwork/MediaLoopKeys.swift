internal import Audio
internal import MediaControl
internal import RTP
internal import SansIO

extension MediaLoop {
    /// Looks for the tones of keys in a packet that has just been read.
    mutating func detectTone(_ packet: ReceivedRTP, _ codec: G711, _ slot: Int, at now: Instant) {
        let codes = UnsafeRawBufferPointer(rebasing: memory.received[packet.payload])
        guard let ended = table.legs[slot].tones?.pointee.listen(to: codes, of: codec, at: now) else { return }
        tell(of: ended.key, from: .tone, samples: ended.samples, slot, at: now)
    }

    /// A far end that sends no silence sends nothing behind a tone.
    mutating func endUnheardTone(of slot: Int, at now: Instant) {
        guard let ended = table.legs[slot].tones?.pointee.overdue(at: now) else { return }
        tell(of: ended.key, from: .tone, samples: ended.samples, slot, at: now)
    }

    /// - Parameter samples: how long the key was pressed, as far as is known.
    mutating func tell(of key: UInt8, from source: KeyPresses.Source, samples: Int, _ slot: Int, at now: Instant) {
        let leg = table.legs + slot
        let start = now - .nanoseconds(Int64(samples) * 125_000)
        guard leg.pointee.tones?.pointee.keys.isNew(key, from: source, start: start, end: now) ?? true else { return }
        reports.append(.digit(leg.pointee.id, event: key))
    }
}
