import CallModel
import CallSwitching
import SDP
import SIPTransactions

extension ConfiguredTrunk {
    init(_ section: Section) throws(ConfigurationError) {
        name = try section.required("name", expected: "1 to 64 letters, digits, - or _", Scalars.name)
        let uri = try section.required("uri", expected: "a SIP URI, as sip:carrier.example:5060", Scalars.trunkURI)
        (host, port, transport) = (uri.host, uri.port, uri.transport)
        verifiesTLS = try section.bool("tls_verify", default: true)
        ping = try section.value("ping", expected: "0 for none, or seconds from 5 to 3600") { text in
            Int(text).flatMap { $0 == 0 || (5...3_600).contains($0) ? Duration.seconds($0) : nil }
        }
        if ping == .zero { ping = nil }
        prefixes =
            try section.values("prefixes", expected: "\"*\" or leading digits, as +86 or 139", Scalars.prefix) ?? ["*"]
        callerIDs = try section.values("caller_ids", expected: "a phone number") { PhoneNumber($0) } ?? []
        maxCalls = try section.integer("max_calls", in: 1...1_000_000)
        maxRate = try section.integer("max_cps", in: 1...100_000)
        codecs = try section.values("codecs", expected: "PCMA or PCMU", Scalars.codec) ?? ["PCMA", "PCMU"]
        guard !codecs.isEmpty, Set(codecs).count == codecs.count else {
            throw section.error("expected PCMA, PCMU or both, each once", key: "codecs")
        }
        nat = try section.bool("nat", default: false)
        account = try Self.account(section)
        identity =
            try section.value("identity", expected: "none, pai or rpid") { CallerIdentity(rawValue: $0.lowercased()) }
            ?? .none
        rewriting = try section.sections("rewrite", RewriteRule.init)
        followsRedirects = try section.bool("follow_redirects", default: false)
        security = try Self.security(section, over: uri.transport)
    }

    /// What stands in a SIP URI's user part without escapes.
    private static func userName(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"<>\"@:;/?&%\\".utf8.contains($0) }
        return isPlain && (1...64).contains(text.utf8.count) ? text : nil
    }

    private static func account(_ section: Section) throws(ConfigurationError) -> TrunkAccount? {
        let user = try section.value("username", expected: "1 to 64 letters, digits or marks", userName)
        let password = try section.secret("password")
        let login = try section.text("auth_username", longest: 128)
        let realm = try section.text("realm", longest: 128)
        let registers = try section.bool("register", default: false)
        guard let user else {
            if registers { throw section.error("needs username", key: "register") }
            for key in ["password", "auth_username", "realm"] where section.isGiven(key) {
                throw section.error("needs username", key: key)
            }
            return nil
        }
        guard let password else { throw section.error("missing; username needs it", key: "password") }
        return TrunkAccount(user: user, password: password, login: login, realm: realm, registers: registers)
    }

    private static func security(
        _ section: Section, over transport: Transport?
    ) throws(ConfigurationError) -> MediaSecurity {
        let security = try section.security()
        let mayBeRead = try section.bool("srtp_over_cleartext", default: false)
        guard security == .off || transport == .tls || mayBeRead else {
            throw section.error(
                "needs transport=tls in uri, since its keys are part of the signalling, or srtp_over_cleartext: true",
                key: "srtp")
        }
        return security
    }

    static func refuseRepeatedNames(_ trunks: [ConfiguredTrunk], in root: Section) throws(ConfigurationError) {
        // Records name it for calls to registered phones.
        var seen: Set<String> = ["extensions"]
        for trunk in trunks where !seen.insert(trunk.name).inserted {
            let isReserved = trunk.name == "extensions"
            throw root.error(
                isReserved ? "no trunk may be named extensions" : "two trunks are named \(trunk.name)", key: "trunks")
        }
    }
}

extension Section {
    /// Whether media is encrypted, by the key `srtp`.
    func security() throws(ConfigurationError) -> MediaSecurity {
        try value("srtp", expected: "off, optional or required") { MediaSecurity(rawValue: $0.lowercased()) } ?? .off
    }
}

extension RewriteRule {
    init(_ section: Section) throws(ConfigurationError) {
        self.init(
            match: try section.required("match", expected: "\"*\" or leading digits, as +86 or 0755", Scalars.prefix),
            replacement: try section.value(
                "replace", expected: "digits, as +86 or 9, or nothing", Scalars.dialled) ?? "")
    }
}
