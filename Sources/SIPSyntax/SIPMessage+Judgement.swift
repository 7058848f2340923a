extension SIPMessage {
    /// Judges a message that is well formed on the whole, in the order of RFC 3261 §8.2: method, URIs, Require, body.
    ///
    /// CANCEL and ACK are never refused, but dropped where another request would be.
    public func judgement(by capabilities: SIPCapabilities) -> Judgement {
        guard isRequest else { return hasForeignVia ? .drop : .accept }
        let refusal =
            syntaxRefusal ?? methodRefusal(capabilities) ?? uriRefusal ?? extensionRefusal(capabilities)
            ?? bodyRefusal(capabilities)
        guard let refusal else { return .accept }
        return method == .ack || method == .cancel ? .drop : .refuse(refusal)
    }

    /// Whether a response has another Via below the top one, and so went astray (RFC 3261 §8.1.3.3).
    private var hasForeignVia: Bool {
        var lines = block.slots.lazy.filter { $0.name == .via }.makeIterator()
        return lines.next()?.value.end != topVia.parts.whole.end || lines.next() != nil
    }

    /// Headers that are read only when asked for, but decide where later requests go.
    private var syntaxRefusal: Refusal? {
        do throws(MalformedHeader) {
            if hasForeignVia { _ = try vias }
            if method.refreshesTarget { _ = try (contacts, routes, recordRoutes) }
        } catch {
            return Refusal(.badRequest, phrase: "Malformed \(error.name)")
        }
        if case .malformed = block.essentials.maxForwards {
            return Refusal(.badRequest, phrase: "Malformed Max-Forwards")
        }
        return nil
    }

    private func methodRefusal(_ capabilities: SIPCapabilities) -> Refusal? {
        guard method != .ack, method != .cancel, !capabilities.methods.contains(method) else { return nil }
        let allow = capabilities.methods.map(\.description).joined(separator: ", ")
        if case .other = method { return Refusal(.notImplemented, [(.allow, allow)]) }
        return Refusal(.methodNotAllowed, [(.allow, allow)])
    }

    private var uriRefusal: Refusal? {
        guard let requestURI else { return nil }
        if requestURI.scheme == .other { return Refusal(.unsupportedURIScheme) }
        if requestURI.headers != nil { return Refusal(.badRequest, phrase: "Headers In Request-URI") }
        // RFC 3261 §10.2: the address of record is a SIP or SIPS URI.
        if method == .register, to.uri.scheme == .other { return Refusal(.badRequest, phrase: "Malformed To") }
        return nil
    }

    private func extensionRefusal(_ capabilities: SIPCapabilities) -> Refusal? {
        do throws(MalformedHeader) {
            let missing = try require.filter { !capabilities.hasExtension($0) }
            guard !missing.isEmpty else { return nil }
            return Refusal(.badExtension, [(.unsupported, missing.map(\.description).joined(separator: ", "))])
        } catch {
            return Refusal(.badRequest, phrase: "Malformed Require")
        }
    }
}

extension SIPMethod {
    /// Whether the request's Contact becomes the remote target (RFC 3261 §12.2, RFC 3311 §5.1) or a binding.
    fileprivate var refreshesTarget: Bool {
        switch self {
        case .invite, .update, .subscribe, .notify, .refer, .register: true
        case .ack, .bye, .cancel, .options, .prack, .info, .message, .publish, .other: false
        }
    }

    /// Whether the request cannot be served without understanding its body.
    fileprivate var dependsOnBody: Bool {
        switch self {
        case .invite, .update, .prack, .message: true
        case .ack, .bye, .cancel, .options, .register, .info, .refer, .subscribe, .notify, .publish, .other: false
        }
    }

    /// Whether a success has a body whose type the request's Accept decides.
    fileprivate var isAnsweredWithSession: Bool { self == .invite || self == .update }
}

extension SIPCapabilities {
    fileprivate func hasExtension(_ tag: SIPText) -> Bool {
        extensions.contains { tag.equalsIgnoringCase(SIPText($0)) }
    }

    fileprivate func reads(_ type: MediaType) -> Bool {
        contentTypes.contains { SIPText(type.description).equalsIgnoringCase(SIPText($0)) }
    }
}

extension SIPMessage {
    private func bodyRefusal(_ capabilities: SIPCapabilities) -> Refusal? {
        do throws(MalformedHeader) {
            if method.isAnsweredWithSession, let accept = try accept,
                !accept.contains(where: { $0.includes("application", "sdp") })
            {
                // RFC 4475 §3.3.15 suggests the warning.
                let warning = SIPWarning(code: 399, text: "No answer in the formats of Accept")
                return Refusal(.notAcceptable, [(.warning, warning.description)])
            }
            guard method.dependsOnBody, !block.body.isEmpty, let type = try contentType else { return nil }
            return unreadable(type, capabilities) ? capabilities.unsupportedMediaType : nil
        } catch {
            return Refusal(.badRequest, phrase: "Malformed \(error.name)")
        }
    }

    private func unreadable(_ type: MediaType, _ capabilities: SIPCapabilities) -> Bool {
        if !(headers[.contentEncoding]?.spells("identity") ?? true) { return true }
        guard type.type.spells("multipart") else { return !capabilities.reads(type) }
        do throws(MalformedBody) {
            return try !bodyParts.contains { $0.isPlain && ($0.type.value.map(capabilities.reads) ?? false) }
        } catch {
            return true
        }
    }
}

extension SIPCapabilities {
    fileprivate var unsupportedMediaType: Refusal {
        Refusal(.unsupportedMediaType, [(.accept, contentTypes.joined(separator: ", "))])
    }
}
