/// Takes a multipart body apart at its boundary lines, RFC 2046 §5.1.1.
enum MultipartScanner {
    /// The parts in their order; `nil` if the boundary cannot be one, no part begins, or the closing line is missing.
    static func parts(of body: BodyPart, boundary: SIPText) -> [BodyPart]? {
        guard (1...70).contains(boundary.count) else { return nil }
        let source = body.headers.bytes
        let dashBoundary = [UInt8]("--".utf8) + boundary.slice
        return source.withUnsafeBytes { bytes in
            var parts: [BodyPart] = []
            guard var line = boundaryLine(bytes, body.range, from: body.range.start, dashBoundary) else { return nil }
            while !line.isClosing {
                guard parts.count < SIPLimits.bodyParts,
                    let next = boundaryLine(bytes, body.range, from: line.end, dashBoundary),
                    let part = part(source, bytes, from: line.end, to: max(line.end, next.start - 2))
                else { return nil }
                parts.append(part)
                line = next
            }
            return parts.isEmpty ? nil : parts
        }
    }

    private struct BoundaryLine {
        let start: Int
        /// Behind the line's end.
        let end: Int
        let isClosing: Bool
    }

    /// The next boundary line that begins at `start` or behind.
    private static func boundaryLine(
        _ bytes: UnsafeRawBufferPointer, _ body: ByteRange, from start: Int, _ dashBoundary: [UInt8]
    ) -> BoundaryLine? {
        var lineStart = start
        while lineStart + dashBoundary.count <= body.end {
            if let line = boundaryLine(bytes, body, at: lineStart, dashBoundary) { return line }
            while lineStart < body.end, !bytes.isLineEnd(at: lineStart) { lineStart += 1 }
            lineStart += 2
        }
        return nil
    }

    private static func boundaryLine(
        _ bytes: UnsafeRawBufferPointer, _ body: ByteRange, at start: Int, _ dashBoundary: [UInt8]
    ) -> BoundaryLine? {
        guard bytes[start..<start + dashBoundary.count].elementsEqual(dashBoundary) else { return nil }
        var cursor = Cursor(bytes, ByteRange(start + dashBoundary.count, body.end))
        let isClosing = cursor.peek(at: cursor.position) == 0x2D && cursor.peek(at: cursor.position + 1) == 0x2D
        if isClosing { cursor.move(to: cursor.position + 2) }
        while let byte = cursor.next, ASCII.isBlank(byte) { cursor.move(to: cursor.position + 1) }
        let endsLine = cursor.position + 2 <= body.end && bytes.isLineEnd(at: cursor.position)
        guard endsLine || (isClosing && cursor.isAtEnd) else { return nil }
        return BoundaryLine(start: start, end: cursor.position + (endsLine ? 2 : 0), isClosing: isClosing)
    }

    /// Reads one part's headers; `nil` if they are malformed.
    private static func part(
        _ source: [UInt8], _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int
    ) -> BodyPart? {
        let part = UnsafeRawBufferPointer(rebasing: bytes[0..<end])
        var slots: [HeaderSlot] = []
        var position = start
        while position < end, !part.isLineEnd(at: position) {
            let line = HeaderLine(part, from: position)
            guard slots.count < SIPLimits.headers, line.flaw == nil, let slot = line.slot else { return nil }
            slots.append(slot)
            position = line.next
        }
        let content = ByteRange(min(position + 2, end), end)
        return BodyPart(headers: HeaderLines(bytes: source, slots: slots), range: content)
    }
}
