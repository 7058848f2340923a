import CallFlow
import CallModel
import MediaControl
import SansIO

/// A call whose end is decided: what its final record still waits for.
struct Closing {
    /// The longest wait for the media's last counts and for a recording's file.
    static let patience: Duration = .seconds(2)
    /// The longest wait for a cancel's commit.
    static let storePatience: Duration = .seconds(600)

    /// Legs whose media has not reported its counts.
    var counting = PartySet.both
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
        announceFailure(ending, at: now, &exchange)
        stopRecording(at: now, &exchange)
        record.ending = ending
        record.endTime = wallTime(at: now)
        phase = .closing(Closing(cancel: .none, deadline: now + Closing.patience))
        for party in Party.allCases {
            exchange.perform(.media(.close(legs[party].media)))
            exchange.ports.giveBack(legs[party].port, at: now)
            giveUpReservation(of: party, &exchange)
            if record[party].dialTime != nil, record[party].endTime == nil { record[party].endTime = record.endTime }
            forgetSignalling(of: party)
        }
    }

    /// A leg's media told its last counts.
    func mediaClosed(_ party: Party, _ summary: MediaSummary, at now: Instant, _ exchange: inout Exchange) {
        guard case .closing(var closing) = phase else { return }
        record[party].media = MediaCounts(summary)
        closing.counting.remove(PartySet(party))
        proceed(closing, at: now, &exchange)
    }

    /// Nothing more comes of the recording.
    func recordingIsOver(at now: Instant, _ exchange: inout Exchange) {
        guard case .closing(let closing) = phase else { return }
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
        if closing.counting.isEmpty, closing.isPatient || !tape.isOpen, closing.cancel != .committing {
            report(closing, at: now, &exchange)
        } else {
            phase = .closing(closing)
        }
    }

    /// Sends the final record to the store, together with its event, unless the client cancelled the call and does not
    /// want to be told.
    func report(_ closing: Closing, at now: Instant, _ exchange: inout Exchange) {
        phase = .reported
        var events = takeUntold()
        if closing.cancel == .none || record.request.notifiesOnCancel {
            record.eventCount += 1
            events.append(.end(of: record, using: &exchange.entropy))
        }
        exchange.perform(.store([.ended(record, events: events)], nil))
    }
}
