import CallModel

extension ConfiguredTrunk {
    init(_ section: Section) throws(ConfigurationError) {
        name = try section.required("name", expected: "1 to 64 letters, digits, - or _", Scalars.name)
        let uri = try section.required("uri", expected: "a SIP URI, as sip:carrier.example:5060", Scalars.trunkURI)
        guard uri.transport == "udp" else { throw section.notAvailable("uri") }
        (host, port) = (uri.host, uri.port)
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
        try Self.refuseLaterKeys(section)
    }

    private static func refuseLaterKeys(_ section: Section) throws(ConfigurationError) {
        for key in ["username", "password", "auth_username", "realm", "rewrite"] { try section.unavailable(key) }
        try section.unavailable("register", unless: ["false"])
        try section.unavailable("srtp", unless: ["off"])
        try section.unavailable("tls_verify", unless: ["true"])
        try section.unavailable("identity", unless: ["none"])
        try section.unavailable("ping", unless: ["0"])
        try section.unavailable("follow_redirects", unless: ["false"])
    }

    static func refuseRepeatedNames(_ trunks: [ConfiguredTrunk], in root: Section) throws(ConfigurationError) {
        var seen: Set<String> = []
        for trunk in trunks where !seen.insert(trunk.name).inserted {
            throw root.error("two trunks are named \(trunk.name)", key: "trunks")
        }
    }
}
