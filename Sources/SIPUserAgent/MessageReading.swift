import SIPSyntax

extension SIPMessage {
    /// The session description it bears, in a multipart body or alone, or a body that does not say what it is;
    /// empty if none can be read.
    var describedSession: [UInt8] {
        if headers[.contentType] == nil { return Array(body) }
        do {
            return try sessionDescription.map { Array($0) } ?? []
        } catch {
            // A body that cannot be taken apart describes nothing.
            return []
        }
    }

    /// Seconds to wait, of a Retry-After that can be read.
    var pause: Int? {
        do {
            return try retryAfter.map { Int($0.seconds) }
        } catch {
            // A malformed pause is no pause.
            return nil
        }
    }

    /// The URIs of its contacts, those that can be read.
    var targets: [String] {
        do {
            return try contacts.map(\.uri.description)
        } catch {
            // A redirection that points nowhere is still a refusal.
            return []
        }
    }
}
