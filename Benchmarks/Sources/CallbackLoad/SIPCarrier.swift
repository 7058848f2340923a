internal import LinuxIO
internal import Measuring
internal import SIPNetwork
internal import SIPTransactions
internal import SansIO

/// A trunk that answers every INVITE with 100, 180 and 200 at once and lets the second party hang up; one that is secured
/// first asks for a proof.
///
/// It knows a call by the digits that were dialled, which also stand in its Contact; nothing else is kept but what it
/// may have to send again.
final class SIPCarrier {
    /// What is sent again every 500 ms until it is confirmed (the real interval doubles; loopback hardly loses).
    private struct Unconfirmed {
        var due: Int64
        var leg: Leg
        var bytes: [UInt8]
        var tries: Int
    }

    private static let again: Int64 = 500_000_000
    private static let mostTries = 20

    /// How long the parties talk, in nanoseconds; `nil` until `hangUpAll`.
    var talk: Int64?
    private(set) var talking = 0

    let address: CarrierAddress
    private let challenge: CarrierChallenge?
    private let sockets: SignallingSockets
    private let media: [UDPSocketBox]
    private let answerBody: [UInt8]
    private var arrivals: [SignallingSockets.Arrival] = []
    /// Where the message came from that is looked at.
    private var source = Flow(remote: TransportAddress(ip: .v4(0x7F00_0001), port: 1))
    /// Each queue's intervals are equal, so that order of arrival is order of time.
    private var answers = Line<Unconfirmed>()
    private var goodbyes = Line<Unconfirmed>()
    private var hangUps = Line<(due: Int64, call: Int)>()
    private var byes: [Int: (bytes: [UInt8], to: Flow)] = [:]
    private var ended: Set<Int> = []

    /// - Parameter identity: a file with certificate and key, in PEM, which TLS is then spoken with; `nil`: UDP.
    init(identity: String?) throws {
        let any = TransportAddress(ip: .v4(0x7F00_0001), port: 0)
        sockets = try SignallingSockets(
            listen: [ListenAddress(any, over: identity == nil ? .udp : .tls)],
            identity: identity.map { try TLSIdentity(TLSFiles(certificate: $0, key: $0)) })
        address = CarrierAddress(port: sockets.addresses[0].port, isSecured: identity != nil)
        challenge = identity == nil ? nil : CarrierChallenge()
        // Packets have somewhere to go, so that no ICMP answers them; nobody reads them.
        let rtp = try UDPSocketBox()
        media = [rtp]
        answerBody = Array(
            """
            v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio \(rtp.port) RTP/AVP 8\r\n\
            a=rtcp:\(rtp.port)\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n
            """.utf8)
    }

    /// The tokens are below 255.
    func watch(by poller: borrowing Poller) throws { try sockets.watch(by: poller) }

    /// Reads what has come, by the poller's token.
    func receive(at token: Int, into ledger: inout CallLedger) throws {
        try sockets.receive(at: token, limit: 1_000, into: &arrivals)
        for arrival in arrivals {
            switch arrival {
            case .datagram(let bytes, let flow):
                source = flow
                bytes.withUnsafeBytes { take($0, into: &ledger) }
            case .undelivered: ledger.note("not delivered")
            case .broken, .notConnected: ledger.note("connection broken")
            }
        }
        arrivals.removeAll(keepingCapacity: true)
    }

    func hangUpAll(at now: Int64) {
        talk = 0
        for call in byes.keys { hangUps.append((now, call)) }
    }

    /// Hangs up whose time has come, and sends again what nobody confirmed.
    func passTime(_ now: Int64, _ ledger: inout CallLedger) {
        while let next = hangUps.first, next.due <= now {
            hangUps.removeFirst()
            hangUp(next.call, at: now)
        }
        while let next = answers.first, next.due <= now {
            answers.removeFirst()
            if ledger.entries[next.leg.call].acknowledged & next.leg.bit == 0 {
                repeating(next, in: &answers, "200 to INVITE sent again", at: now, &ledger)
            }
        }
        while let next = goodbyes.first, next.due <= now {
            goodbyes.removeFirst()
            if !ended.contains(next.leg.call) {
                repeating(next, in: &goodbyes, "BYE sent again", at: now, &ledger)
            }
        }
    }

    private func repeating(
        _ old: Unconfirmed, in line: inout Line<Unconfirmed>, _ oddity: String, at now: Int64,
        _ ledger: inout CallLedger
    ) {
        guard old.tries < Self.mostTries else { return ledger.note("given up: " + oddity) }
        ledger.note(oddity)
        send(old.bytes, to: source)
        var next = old
        (next.due, next.tries) = (now + Self.again, old.tries + 1)
        line.append(next)
    }

    private func hangUp(_ call: Int, at now: Int64) {
        guard let bye = byes.removeValue(forKey: call) else { return }
        talking -= 1
        send(bye.bytes, to: bye.to)
        goodbyes.append(
            Unconfirmed(due: now + Self.again, leg: Leg(call: call, isSecond: true), bytes: bye.bytes, tries: 1))
    }

    private func send(_ bytes: [UInt8], to destination: Flow) {
        do {
            // What a full queue loses is sent again.
            try sockets.send(Datagram(bytes: bytes, flow: destination), arrivals: &arrivals)
        } catch {
            preconditionFailure("the carrier's socket: \(error)")
        }
    }
}

// MARK: - Messages

extension SIPCarrier {
    private func take(_ message: UnsafeRawBufferPointer, into ledger: inout CallLedger) {
        if message.starts(with: "SIP/2.0 ") { return takeResponse(message, &ledger) }
        guard let parts = RequestParts(message), let leg = parts.leg, leg.call < ledger.entries.count else {
            return ledger.note("SIP that is not understood")
        }
        switch parts.method {
        case .invite: answer(parts, leg, &ledger)
        case .ack:
            // One of a 407 comes before the answer.
            if ledger.isInvited(leg), ledger.acknowledged(leg) {
                talking += 1
                if let talk { hangUps.append((MonotonicClock.now().nanoseconds + talk, leg.call)) }
            }
        case .bye: send(parts.response("200 OK", tagged: leg), to: source)
        case .cancel:
            ledger.note("CANCEL")
            send(parts.response("481 Call/Transaction Does Not Exist", tagged: leg), to: source)
        }
    }

    private func takeResponse(_ message: UnsafeRawBufferPointer, _ ledger: inout CallLedger) {
        guard let range = message.range(after: "branch=z9hG4bKbye", to: UInt8(ascii: "e")),
            let call = message.number(in: range)
        else { return ledger.note("SIP that is not understood") }
        if !message.starts(with: "SIP/2.0 200") { ledger.note("BYE refused") }
        ended.insert(call)
    }

    private func answer(_ invite: RequestParts, _ leg: Leg, _ ledger: inout CallLedger) {
        guard challenge.map({ prove(invite, leg, by: $0, &ledger) }) ?? true else { return }
        let now = MonotonicClock.now().nanoseconds
        if !ledger.invited(leg, at: now) { ledger.note("INVITE came again") }
        send(invite.response("100 Trying", tagged: nil), to: source)
        send(invite.response("180 Ringing", tagged: leg, contact: address), to: source)
        let ok = invite.response(
            "200 OK", tagged: leg, contact: address, lines: challenge == nil ? [] : Self.timer, body: answerBody)
        let sentAt = MonotonicClock.now().nanoseconds
        if !leg.isSecond, ledger.entries[leg.call].firstAnsweredAt == 0 {
            ledger.entries[leg.call].firstAnsweredAt = sentAt
        }
        send(ok, to: source)
        answers.append(Unconfirmed(due: sentAt + Self.again, leg: leg, bytes: ok, tries: 1))
        if leg.isSecond { byes[leg.call] = (invite.bye(leg, from: address), source) }
    }

    /// The server is to refresh, which it will not come to in calls this short; the timer runs all the same.
    private static let timer = Array("Require: timer\r\nSession-Expires: 1800;refresher=uac\r\n".utf8)

    /// Whether the INVITE bears its proof; if not it is asked for.
    private func prove(
        _ invite: RequestParts, _ leg: Leg, by challenge: CarrierChallenge, _ ledger: inout CallLedger
    ) -> Bool {
        switch invite.proof.flatMap({ challenge.holds($0, for: leg) }) {
        case true?: return true
        case false?: ledger.note("proof that does not hold")
        case nil: ledger.challenged(leg)
        }
        send(
            invite.response("407 Proxy Authentication Required", tagged: leg, lines: challenge.lines(for: leg)),
            to: source)
        return false
    }
}

/// A socket that is only there to be sent to.
private final class UDPSocketBox {
    let socket: UDPSocket
    let port: UInt16

    init() throws {
        socket = try UDPSocket(boundTo: TransportAddress(ip: .v4(0x7F00_0001), port: 0))
        port = try socket.localAddress().port
    }
}

/// A queue whose front moves instead of its elements.
struct Line<Element> {
    private var elements: [Element] = []
    private var front = 0

    var first: Element? { front < elements.count ? elements[front] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func removeFirst() {
        front += 1
        guard front > 4096, front * 2 > elements.count else { return }
        elements.removeFirst(front)
        front = 0
    }
}
