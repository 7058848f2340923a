/// Cuts a stream into whole messages by their Content-Length (RFC 3261 §18.3), and finds the keep-alives between them
/// (RFC 5626 §4.4.1). What it holds never exceeds the longest message and what was appended last.
public struct StreamFramer: Sendable {
    /// Something whole.
    public enum Piece: Hashable, Sendable {
        case message([UInt8])
        /// Two empty lines; the far end waits for one in answer.
        case ping
    }

    /// Why nothing more can be found in a stream: it is to be closed.
    public enum Flaw: Error, Hashable, Sendable {
        /// Something other than a SIP message begins here.
        case notSIP
        /// Longer than `SIPLimits.messageBytes`.
        case messageTooLong
        /// No Content-Length, or none that can be read: the next message cannot be found.
        case unknownLength
    }

    private var buffer: [UInt8] = []
    /// Where the next piece begins.
    private var start = 0
    /// The end of the headers does not begin before here.
    private var scanned = 0
    /// Where the message ends, once its headers are there.
    private var messageEnd: Int?
    /// One empty line came directly before `start`.
    private var hasLoneLineEnd = false

    public init() {}

    /// Whether a message has begun that is not whole yet.
    public var isInsideMessage: Bool { start < buffer.count }

    /// Takes what arrived. `next` is to be called until it gives nothing.
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if start > 0 {
            buffer.removeFirst(start)
            scanned -= start
            messageEnd = messageEnd.map { $0 - start }
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole piece; `nil` until more arrives. After a flaw there is none.
    public mutating func next() throws(Flaw) -> Piece? {
        if messageEnd == nil {
            if try takeKeepAlive() { return .ping }
            messageEnd = try findMessageEnd()
        }
        guard let end = messageEnd, end <= buffer.count else { return nil }
        let message = Array(buffer[start..<end])
        begin(at: end)
        return .message(message)
    }

    private mutating func begin(at position: Int) {
        start = position
        scanned = position
        messageEnd = nil
        hasLoneLineEnd = false
    }

    /// Passes over empty lines; two in a row are a ping.
    private mutating func takeKeepAlive() throws(Flaw) -> Bool {
        while scanned == start, start < buffer.count, buffer[start] == ASCII.carriageReturn {
            guard start + 1 < buffer.count else { return false }
            guard buffer[start + 1] == ASCII.lineFeed else { throw .notSIP }
            let isPing = hasLoneLineEnd
            begin(at: start + 2)
            if isPing { return true }
            hasLoneLineEnd = true
        }
        return false
    }

    private mutating func findMessageEnd() throws(Flaw) -> Int? {
        guard start < buffer.count, buffer[start] != ASCII.carriageReturn else { return nil }
        guard CharacterSet.token.contains(buffer[start]) else { throw .notSIP }
        let bodyStart = buffer.withUnsafeBytes { $0.emptyLine(from: &scanned) }
        guard let bodyStart else {
            if buffer.count - start > SIPLimits.messageBytes { throw .messageTooLong }
            return nil
        }
        let head = buffer.withUnsafeBytes { bytes in
            StreamFramer.bodyLength(in: UnsafeRawBufferPointer(rebasing: bytes[start..<bodyStart]))
        }
        let end = bodyStart + (try head.get())
        if end - start > SIPLimits.messageBytes { throw .messageTooLong }
        return end
    }

    /// - Parameter head: the start line and the headers with the empty line behind them.
    private static func bodyLength(in head: UnsafeRawBufferPointer) -> Result<Int, Flaw> {
        guard let startLine = StartLineParts.find(in: head) else { return .failure(.notSIP) }
        var position = startLine.headersStart
        var length: Int?
        while position < head.count, !head.isLineEnd(at: position) {
            let line = HeaderLine(head, from: position)
            position = line.next
            guard let slot = line.slot, slot.name == .contentLength else { continue }
            var cursor = Cursor(head, slot.value)
            guard let number = cursor.takeNumber().flatMap(Int.init(exactly:)), cursor.isAtEnd,
                length ?? number == number
            else { return .failure(.unknownLength) }
            if number > SIPLimits.messageBytes { return .failure(.messageTooLong) }
            length = number
        }
        return length.map { .success($0) } ?? .failure(.unknownLength)
    }
}

extension UnsafeRawBufferPointer {
    /// Where the bytes behind the first empty line begin; `nil` if there is none yet, and then `scanned` tells where to
    /// go on looking.
    fileprivate func emptyLine(from scanned: inout Int) -> Int? {
        while true {
            scanned = nextControl(from: scanned)
            guard scanned + 3 < count else { return nil }
            if isLineEnd(at: scanned), isLineEnd(at: scanned + 2) { return scanned + 4 }
            scanned += 1
        }
    }
}
