import SIPSyntax

/// Cuts a stream into messages, as it comes whole and in small pieces, and reads each.
enum StreamProbe {
    private struct Cut: Equatable {
        var pieces: [StreamFramer.Piece] = []
        var isFlawed = false
        var isInsideMessage = false
    }

    static func run(_ bytes: [UInt8]) {
        let whole = cut(bytes, every: max(1, bytes.count))
        for size in [1, 3, 1_460] {
            precondition(cut(bytes, every: size) == whole, "what is found depends on how it arrived")
        }
        var length = 0
        for piece in whole.pieces {
            switch piece {
            case .ping: length += 4
            case .message(let message):
                length += message.count
                precondition(message.count <= SIPLimits.messageBytes, "a message is longer than allowed")
                MessageProbe.run(message)
            }
        }
        precondition(length <= bytes.count, "more was found than came")
    }

    private static func cut(_ bytes: [UInt8], every size: Int) -> Cut {
        var framer = StreamFramer()
        var cut = Cut()
        bytes.withUnsafeBytes { stream in
            for start in stride(from: 0, to: stream.count, by: size) where !cut.isFlawed {
                let end = min(start + size, stream.count)
                framer.append(UnsafeRawBufferPointer(rebasing: stream[start..<end]))
                take(from: &framer, into: &cut)
            }
        }
        // Once a flaw is found the stream is closed, whatever else has come.
        cut.isInsideMessage = !cut.isFlawed && framer.isInsideMessage
        return cut
    }

    private static func take(from framer: inout StreamFramer, into cut: inout Cut) {
        do throws(StreamFramer.Flaw) {
            while let piece = try framer.next() { cut.pieces.append(piece) }
        } catch {
            cut.isFlawed = true
        }
    }
}
