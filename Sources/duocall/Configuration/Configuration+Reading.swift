import CallModel
import Foundation
import SansIO

extension Configuration {
    /// Reads the file, then the environment's overrides.
    static func load(
        file: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) -> Configuration {
        try read(ConfigurationSource(file: file, environment: environment))
    }

    static func read(_ source: ConfigurationSource) throws(ConfigurationError) -> Configuration {
        let root = try Section.root(of: source)
        let configuration = try root.wholly(Configuration.init)
        try source.finish()
        return configuration
    }

    private init(_ root: Section) throws(ConfigurationError) {
        http = try root.section("http", HTTPSettings.init)
        sip = try root.section("sip", SIPSettings.init)
        media = try root.section("media", MediaSettings.init)
        dataFolder = try root.text("data") ?? "./duocall-data"
        try root.unavailable("store", unless: ["sqlite"])
        trunks = try root.sections("trunks", ConfiguredTrunk.init)
        extensions = try ConfiguredExtension.readAll(root)
        country = try root.value("country", expected: "a country code of 1 to 3 digits", Scalars.country) ?? "86"
        tenants = try Tenants.read(root)
        timestampZone =
            try root.section("auth") { section throws(ConfigurationError) in
                try section.value("timestamp_zone", expected: "a time zone such as Asia/Shanghai", Scalars.timeZone)
            } ?? "Asia/Shanghai"
        webhooksAllowPrivate = try root.section("webhooks") { section throws(ConfigurationError) in
            try section.bool("allow_private", default: false)
        }
        (callRetention, recordingRetention) = try root.section("retention") { section throws(ConfigurationError) in
            (try section.days("calls"), try section.days("recordings"))
        }
        drainTimeout = .seconds(try root.integer("drain_timeout", in: 0...86_400) ?? 300)
        logLevel =
            try root.section("log") { section throws(ConfigurationError) in
                let levels = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
                return try section.value("level", expected: "one of \(levels)") { LogLevel(rawValue: $0) }
            } ?? .info
        try ConfiguredTrunk.refuseRepeatedNames(trunks, in: root)
    }
}

extension HTTPSettings {
    init(_ section: Section) throws(ConfigurationError) {
        let address = "an address with a port, as 127.0.0.1:8080"
        listen =
            try section.value("listen", expected: address, Scalars.address)
            ?? TransportAddress(ip: .v4(0x7F00_0001), port: 8080)
        publicURL = try section.value("public_url", expected: "a URL with http or https", Scalars.url)
        while publicURL?.hasSuffix("/") == true { publicURL?.removeLast() }
        trustedProxies =
            try section.values("trusted_proxies", expected: "an address or a block, as 10.0.0.0/8", Scalars.block) ?? []
        metricsToken = try section.secret("metrics_token")
        try section.unavailable("tls")
    }
}

extension MediaSettings {
    init(_ section: Section) throws(ConfigurationError) {
        ports =
            try section.value(
                "ports", expected: "at least 4 ports between 1024 and 65535, as 10000-29999", Scalars.ports)
            ?? 10000...29999
        address = try section.value("address", expected: "an IP address") { IPAddress($0) }
    }
}
