import CallModel
import GRDB

/// Legs to rows of `legs` and back.
enum LegRows {
    private static let columnNames = [
        "caller", "trunk", "dial_time", "ring_time", "answer_time", "end_time", "sip_status", "sip_reason", "q850",
        "post_dial_delay", "codec", "sip_call_id", "packets_received", "packets_sent", "packets_lost",
        "loss", "jitter", "round_trip", "opinion_score", "signalling", "dialog_call_id", "local_name", "remote_name",
        "local_tag", "remote_tag", "target", "via",
        "routes", "local_sequence", "remote_sequence", "destination", "local_description", "remote_description",
    ]

    /// The columns in the order in which `ColumnReader.leg` reads them.
    static func columns(of table: String) -> String {
        columnNames.map { "\(table).\($0)" }.joined(separator: ", ")
    }

    private static let putSQL = """
        INSERT OR REPLACE INTO legs (call, party, \(columnNames.joined(separator: ", ")))
        VALUES (?, ?, \(columnNames.map { _ in "?" }.joined(separator: ", ")))
        """

    static func put(_ leg: LegRecord, of party: Party, call number: Int64, in db: Database) throws {
        var statement = try BoundStatement(putSQL, in: db)
        statement.append(number)
        statement.append(raw: party)
        statement.append(leg)
        try statement.run()
    }
}

extension BoundStatement {
    fileprivate mutating func append(_ leg: LegRecord) {
        append(leg.from)
        append(raw: leg.trunk)
        append(leg.dialTime)
        append(leg.ringTime)
        append(leg.answerTime)
        append(leg.endTime)
        append(leg.sipStatus)
        append(leg.sipReason)
        append(leg.q850)
        append(leg.postDialDelay)
        append(leg.codec)
        append(leg.sipCallID)
        append(leg.media?.packetsReceived)
        append(leg.media?.packetsSent)
        append(leg.media?.packetsLost)
        append(leg.media?.quality?.loss)
        append(leg.media?.quality?.jitter)
        append(leg.media?.quality?.roundTrip)
        append(leg.media?.quality?.meanOpinionScore)
        append(leg.signalling)
    }

    private mutating func append(_ signalling: LegSignalling?) {
        switch signalling {
        case .early(let invite): append(invite)
        case .confirmed(let dialog): append(dialog)
        case nil: appendNulls(14)
        }
    }

    private mutating func append(_ invite: InviteSnapshot) {
        append(raw: SignallingKind.early)
        append(invite.callID)
        append(invite.from)
        append(invite.to)
        appendNulls(2)
        append(invite.requestURI)
        append(invite.via)
        append(list: invite.routes)
        append(invite.sequence)
        appendNulls(1)
        append(invite.destination)
        appendNulls(2)
    }

    private mutating func append(_ dialog: DialogSnapshot) {
        append(raw: SignallingKind.confirmed)
        append(dialog.callID)
        append(dialog.localURI)
        append(dialog.remoteURI)
        append(dialog.localTag)
        append(dialog.remoteTag)
        append(dialog.remoteTarget)
        appendNulls(1)
        append(list: dialog.routes)
        append(dialog.localSequence)
        append(dialog.remoteSequence)
        append(dialog.destination)
        append(String(decoding: dialog.localDescription, as: UTF8.self))
        append(String(decoding: dialog.remoteDescription, as: UTF8.self))
    }
}

/// What a leg's signalling columns hold.
private enum SignallingKind: Int {
    case early = 1
    case confirmed = 2
}

extension ColumnReader {
    /// A leg that has no row is an empty record.
    mutating func leg() throws -> LegRecord {
        var leg = LegRecord()
        leg.from = optional()
        leg.trunk = try optionalRaw()
        leg.dialTime = optional()
        leg.ringTime = optional()
        leg.answerTime = optional()
        leg.endTime = optional()
        leg.sipStatus = optional()
        leg.sipReason = optional()
        leg.q850 = optional()
        leg.postDialDelay = optional()
        leg.codec = optional()
        leg.sipCallID = optional()
        leg.media = try mediaCounts()
        leg.signalling = try signalling()
        return leg
    }

    private mutating func mediaCounts() throws -> MediaCounts? {
        guard let received: UInt64 = optional() else {
            skip(6)
            return nil
        }
        return MediaCounts(
            packetsReceived: received, packetsSent: try next(), packetsLost: try next(), quality: try quality())
    }

    private mutating func quality() throws -> HearingQuality? {
        guard let loss: Double = optional() else {
            skip(3)
            return nil
        }
        return HearingQuality(
            loss: loss, jitter: try next(), roundTrip: optional(), meanOpinionScore: try next())
    }

    private mutating func signalling() throws -> LegSignalling? {
        guard let raw: Int = optional() else {
            skip(13)
            return nil
        }
        switch SignallingKind(rawValue: raw) {
        case .early: return .early(try invite())
        case .confirmed: return .confirmed(try dialog())
        case nil: throw StoreFailure.damaged("signalling \(raw)")
        }
    }

    private mutating func invite() throws -> InviteSnapshot {
        let callID: String = try next()
        let from: String = try next()
        let to: String = try next()
        skip(2)
        let requestURI: String = try next()
        let via: String = try next()
        let routes = try list()
        let sequence: UInt32 = try next()
        skip(1)
        let destination: String = try next()
        skip(2)
        return InviteSnapshot(
            requestURI: requestURI, callID: callID, from: from, to: to, sequence: sequence, via: via, routes: routes,
            destination: destination)
    }

    private mutating func dialog() throws -> DialogSnapshot {
        let callID: String = try next()
        let localURI: String = try next()
        let remoteURI: String = try next()
        let localTag: String = try next()
        let remoteTag: String = try next()
        let remoteTarget: String = try next()
        skip(1)
        let routes = try list()
        let localSequence: UInt32 = try next()
        let remoteSequence: UInt32? = optional()
        let destination: String = try next()
        let (local, remote): (String, String) = (try next(), try next())
        return DialogSnapshot(
            callID: callID, localTag: localTag, remoteTag: remoteTag, localURI: localURI, remoteURI: remoteURI,
            remoteTarget: remoteTarget, routes: routes, localSequence: localSequence, remoteSequence: remoteSequence,
            destination: destination, localDescription: Array(local.utf8), remoteDescription: Array(remote.utf8))
    }
}
