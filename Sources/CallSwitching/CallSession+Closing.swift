import CallFlow
import CallModel
import MediaControl
import SansIO

/// A call whose end is decided: what its final record still waits for.
struct Closing {
    /// The longest wait for the media's last counts.
    static let patience: Duration = .seconds(2)
    /// The longest wait for a cancel's commit.
    static let storePatience: Duration = .seconds(600)

    /// Legs whose media has not reported its counts.
    var counting: Set<Party> = [.first, .second]
    var cancel: CancelState
    var deadline: Instant
    /// The counts were waited for; only the store is.
    var isPatient = false
}

/// Whether the call was cancelled by API, and whether that is durable.
enum CancelState: Hashable {
    case none
    case committing
    case committed
}

extension CallSession {
    /// Closes the media and readies the final record; called once, when the flow decided the end.
    func close(_ ending: CallEnding, at now: Instant, _ exchange: inout Exchange) {
        record.ending = ending
        record.endTime = wallTime(at: now)
        phase = .closing(Closing(cancel: .none, deadline: now + Closing.patience))
        for party in Party.allCases {
            exchange.perform(.media(.close(legs[party].media)))
            exchange.ports.giveBack(legs[party].port, at: now)
            giveUpReservation(of: party, &exchange)
            if record[party].dialTime != nil, record[party].endTime == nil { record[party].endTime = record.endTime }
            record[party].signalling = nil
        }
    }

    /// A leg's media told its last counts.
    func mediaClosed(_ party: Party, _ summary: MediaSummary, at now: Instant, _ exchange: inout Exchange) {
        guard case .closing(var closing) = phase else { return }
        record[party].media = MediaCounts(
            packetsReceived: summary.packetsReceived, packetsSent: summary.packetsSent,
            packetsLost: summary.packetsLost)
        closing.counting.remove(party)
        proceed(closing, at: now, &exchange)
    }

    /// Ends the call by API; `nil` when its end is decided already. The writes make it durable.
    func cancel(at now: Instant, _ exchange: inout Exchange) -> StoreWrite? {
        guard mayBeCancelled else { return nil }
        keepTime(at: now, &exchange)
        guard mayBeCancelled else { return nil }
        tell(.cancel, at: now, &exchange)
        guard case .closing(var closing) = phase, let reason = record.ending?.reason else {
            preconditionFailure("a cancel that may come decides the end")
        }
        closing.cancel = .committing
        phase = .closing(closing)
        return .cancelled(id, reason)
    }

    /// The store answered to the cancel.
    func cancelCommitted(_ success: Bool, at now: Instant, _ exchange: inout Exchange) {
        guard case .closing(var closing) = phase else { return }
        closing.cancel = success ? .committed : .none
        proceed(closing, at: now, &exchange)
    }

    /// Counts that did not come are done without; whether there is an event is for the store to say.
    func closingTimedOut(_ closing: Closing, at now: Instant, _ exchange: inout Exchange) {
        var closing = closing
        switch closing.cancel {
        case .committing where !closing.isPatient:
            closing.isPatient = true
            closing.counting = []
            closing.deadline = now + Closing.storePatience
            phase = .closing(closing)
        case .committing:
            // Better an event too many than none at all.
            closing.cancel = .none
            report(closing, at: now, &exchange)
        case .none, .committed: report(closing, at: now, &exchange)
        }
    }

    private func proceed(_ closing: Closing, at now: Instant, _ exchange: inout Exchange) {
        if closing.counting.isEmpty, closing.cancel != .committing {
            report(closing, at: now, &exchange)
        } else {
            phase = .closing(closing)
        }
    }

    /// Sends the final record to the store, together with its event, unless the client cancelled the call.
    func report(_ closing: Closing, at now: Instant, _ exchange: inout Exchange) {
        phase = .reported
        let events = closing.cancel == .none ? [CallEvent.end(of: record, using: &exchange.entropy)] : []
        exchange.perform(.store([.ended(record, events: events)], nil))
    }
}

extension CallEvent {
    /// `duo_callback.end` for a call that is over.
    static func end(of record: CallRecord, using entropy: inout Entropy) -> CallEvent {
        CallEvent(
            id: CallID(using: &entropy), call: record.id, sequence: 1, time: record.endTime ?? record.beginTime,
            kind: .end(record))
    }
}
