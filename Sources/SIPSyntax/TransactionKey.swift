/// Which transaction a message belongs to.
///
/// For a request it is that of RFC 3261 §17.2.3: top branch, sent-by and method, where ACK counts as INVITE. For a
/// response that of §17.1.3: top branch and CSeq's method. Requests from before RFC 3261, without a branch of their own,
/// are matched by Request-URI, From tag, Call-ID, CSeq number and top Via as §17.2.3 wants, but for the To tag.
public struct TransactionKey: Hashable, Sendable {
    private let hash: UInt64
    private let method: SIPMethod
    private let pieces: Pieces

    private enum Pieces: Sendable {
        case branch(SIPText, host: SIPText, port: UInt16)
        case ours(SIPText)
        case old(OldPieces)
    }

    private struct OldPieces: Hashable, Sendable {
        let texts: [SIPText]
        let number: UInt32
    }

    /// The key of the answers to a request of ours.
    /// - Parameter branch: the branch of the request's Via.
    public init(branch: String, method: SIPMethod) {
        self.init(ours: SIPText(branch), method)
    }

    private init(ours branch: SIPText, _ method: SIPMethod) {
        hash = branch.foldedHash(seed: 0)
        self.method = method
        pieces = .ours(branch)
    }

    init(_ message: SIPMessage, method: SIPMethod) {
        let via = message.topVia
        if !message.isRequest, let branch = via.branch {
            self.init(ours: branch, method)
        } else {
            self.init(request: message, via, method)
        }
    }

    private init(request: SIPMessage, _ via: Via, _ method: SIPMethod) {
        self.method = method == .ack ? .invite : method
        if let branch = via.branch, via.hasUniqueBranch {
            hash = via.host.foldedHash(seed: branch.foldedHash(seed: 1))
            pieces = .branch(branch, host: via.host, port: via.port ?? 0)
        } else {
            hash = via.text.foldedHash(seed: request.callID.foldedHash(seed: 2))
            let texts = [via.text, request.callID, request.requestURI?.text, request.from.tag].compactMap { $0 }
            pieces = .old(OldPieces(texts: texts, number: request.cseq.number))
        }
    }

    public static func == (one: TransactionKey, other: TransactionKey) -> Bool {
        guard one.hash == other.hash, one.method == other.method else { return false }
        switch (one.pieces, other.pieces) {
        case (.branch(let mine, let myHost, let myPort), .branch(let theirs, let theirHost, let theirPort)):
            return mine.equalsIgnoringCase(theirs) && myHost.equalsIgnoringCase(theirHost) && myPort == theirPort
        case (.ours(let mine), .ours(let theirs)): return mine.equalsIgnoringCase(theirs)
        case (.old(let mine), .old(let theirs)): return mine == theirs
        case (.branch, _), (.ours, _), (.old, _): return false
        }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(hash)
    }
}

extension SIPMessage {
    /// Which transaction this belongs to.
    public var transactionKey: TransactionKey { TransactionKey(self, method: method) }

    /// For a CANCEL: the key of the INVITE that it cancels (RFC 3261 §9.2).
    public var cancelledTransactionKey: TransactionKey { TransactionKey(self, method: .invite) }
}

extension SIPText {
    /// A hash that is the same for texts that differ in the case of letters only.
    func foldedHash(seed: UInt64) -> UInt64 {
        withBytes { bytes in
            var hash = seed ^ 0x9E37_79B9_7F4A_7C15
            var index = 0
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                hash = SIPText.mix(hash, word | 0x2020_2020_2020_2020)
                index += 8
            }
            while index < bytes.count {
                hash = SIPText.mix(hash, UInt64(bytes[index] | 0x20))
                index += 1
            }
            return hash
        }
    }

    @inline(__always)
    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let (high, low) = (hash ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return high ^ low
    }
}
