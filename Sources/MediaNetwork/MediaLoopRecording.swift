internal import Audio
internal import MediaControl
internal import RTP
internal import SansIO

extension MediaLoop {
    /// Begins a recording; both legs must be open, and not be recorded yet.
    mutating func record(_ recording: MediaRecording, at now: Instant) {
        precondition(recording.first.call == recording.second.call, "legs of different calls")
        guard let first = table.slot(of: recording.first), table.slot(of: recording.second) != nil,
            let number = recordings.insert(recording)
        else { return reports.append(.recordFailed(recording.id, RecordingSummary(), .notPossible)) }
        tape.mark(.begin(number, recording, at: now))
        table.legs[first].tap.received = RecordingTap.Track(recording: number, channel: .left)
        table.legs[first].tap.sent = RecordingTap.Track(recording: number, channel: .right)
    }

    /// The right channel is what party 2 says from now on.
    mutating func connectRecording(_ id: MediaRecordingID) {
        guard let running = recordings[id] else { return }
        tape.mark(.connect(running.number))
        if let first = table.slot(of: running.recording.first) {
            table.legs[first].tap.sent = RecordingTap.Track()
        }
        if let second = table.slot(of: running.recording.second) {
            table.legs[second].tap.received = RecordingTap.Track(recording: running.number, channel: .right)
        }
    }

    /// Records a packet that has just been read.
    mutating func recordReceived(_ packet: ReceivedRTP, _ codec: G711, _ slot: Int, at now: Instant) {
        let header = OutgoingStream.Header(
            marker: packet.header.marker, sequence: packet.header.sequence, timestamp: packet.header.timestamp)
        let payload = UnsafeRawBufferPointer(rebasing: memory.received[packet.payload])
        guard !payload.isEmpty else { return }
        tape.add(table.legs[slot].tap.received, ssrc: packet.header.ssrc, header, codec, payload, at: now)
    }

    /// Records what a leg is sent.
    mutating func recordSent(
        _ header: OutgoingStream.Header, _ codec: G711, in packet: UnsafeMutableRawBufferPointer, to slot: Int,
        at now: Instant
    ) {
        let leg = table.legs + slot
        let payload = UnsafeRawBufferPointer(rebasing: packet[RTPHeader.size...])
        tape.add(leg.pointee.tap.sent, ssrc: leg.pointee.stream.ssrc, header, codec, payload, at: now)
    }

    /// One that has ended is none; that was told.
    mutating func stopRecording(_ id: MediaRecordingID, at now: Instant) {
        guard let running = recordings.remove(id) else { return }
        for leg in [running.recording.first, running.recording.second] {
            if let slot = table.slot(of: leg) { table.legs[slot].tap = RecordingTap() }
        }
        tape.mark(.end(running.number, at: now))
        tape.handOver(at: now)
    }

    /// A leg is gone: a recording ends with the second of its legs.
    mutating func endRecording(with leg: MediaLegID, at now: Instant) {
        guard let recording = recordings[call: leg.call], table.slot(of: recording.first) == nil,
            table.slot(of: recording.second) == nil
        else { return }
        stopRecording(recording.id, at: now)
    }
}

extension MediaLegID {
    /// Legs `2n` and `2n + 1` are of one call.
    var call: UInt64 { number / 2 }
}
