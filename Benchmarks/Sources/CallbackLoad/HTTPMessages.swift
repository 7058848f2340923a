/// Takes HTTP messages apart that come over one connection one after the other, each with Content-Length or no body.
struct HTTPMessages {
    private var pending: [UInt8] = []

    mutating func add(_ bytes: UnsafeRawBufferPointer) { pending.append(contentsOf: bytes) }

    /// The next whole message, given to `read` as its head and its body.
    mutating func next<Result>(
        _ read: (_ head: UnsafeRawBufferPointer, _ body: UnsafeRawBufferPointer) -> Result
    ) -> Result? {
        let found = pending.withUnsafeBytes { bytes -> (result: Result, length: Int)? in
            guard let end = bytes.position(of: "\r\n\r\n") else { return nil }
            let head = UnsafeRawBufferPointer(rebasing: bytes[..<(end + 2)])
            let length = Self.contentLength(head)
            guard bytes.count >= end + 4 + length else { return nil }
            let body = UnsafeRawBufferPointer(rebasing: bytes[(end + 4)..<(end + 4 + length)])
            return (read(head, body), end + 4 + length)
        }
        guard let found else { return nil }
        pending.removeFirst(found.length)
        return found.result
    }

    private static func contentLength(_ head: UnsafeRawBufferPointer) -> Int {
        for name in ["Content-Length: ", "content-length: "] as [StaticString] {
            if let range = head.range(after: name, to: 13), let length = head.number(in: range) { return length }
        }
        return 0
    }
}
