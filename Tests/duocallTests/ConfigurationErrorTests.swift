import Foundation
import Testing

@testable import duocall

@Suite("Configuration, as it should not be")
struct ConfigurationErrorTests {
    @Test func `unknown keys are refused with their line, at every depth`() {
        #expect(
            complaint("\nhtpp: {}\n").hasPrefix("duocall.yaml:2: htpp: unknown key; expected one of: accounts, auth"))
        #expect(
            complaint("http:\n  listen: 127.0.0.1:1\n  lisen: 1\n")
                == "duocall.yaml:3: http.lisen: unknown key; expected one of: "
                + "listen, metrics_token, public_url, tls, trusted_proxies")
        #expect(
            complaint("accounts:\n- cert_id: a\n  secret_key: b\n  apps:\n  - app_id: c\n    colour: red\n")
                .hasPrefix("duocall.yaml:6: accounts.0.apps.0.colour: unknown key"))
    }

    @Test(arguments: [
        ("http: {listen: 8080}", "http.listen", "expected an address with a port"),
        ("http: {listen: localhost:80}", "http.listen", "expected an address with a port"),
        ("http: {listen: 127.0.0.1:65536}", "http.listen", "expected an address with a port"),
        ("http: {public_url: ftp://x}", "http.public_url", "expected a URL with http or https"),
        ("http: {trusted_proxies: [10.0.0.0/33]}", "http.trusted_proxies", "expected an address or a block"),
        ("http: {trusted_proxies: 10.0.0.1}", "http.trusted_proxies", "expected a list"),
        ("http: [a]", "http", "expected keys with values"),
        ("sip: {listen: [http://127.0.0.1]}", "sip.listen", "expected udp://ADDRESS:PORT"),
        ("sip: {listen: []}", "sip.listen", "expected 1 to 16"),
        (
            "sip: {listen: [tls://127.0.0.1]}", "sip.listen",
            "a tls:// listener needs sip.tls.certificate and sip.tls.key"
        ),
        ("sip: {tls: {certificate: c}}", "sip.tls.key", "missing; certificate and key go together"),
        ("sip: {tls: {key: k}}", "sip.tls.certificate", "missing; certificate and key go together"),
        ("sip: {tls: {cert: c}}", "sip.tls.cert", "unknown key; expected one of: ca, certificate, key"),
        ("sip: {public_address: example.org}", "sip.public_address", "expected an IP address"),
        ("sip: {name_servers: [dns.example]}", "sip.name_servers", "expected ADDRESS or ADDRESS:PORT"),
        (
            "sip: {name_servers: [10.0.0.2\(String(repeating: ", 10.0.0.1", count: 8))]}", "sip.name_servers",
            "expected at most 8"
        ),
        ("sip: {trunk_response_timeout: 33}", "sip.trunk_response_timeout", "expected a whole number from 1 to 32"),
        ("media: {ports: 10000-10002}", "media.ports", "expected at least 4 ports"),
        ("media: {ports: 1000-2000}", "media.ports", "expected at least 4 ports"),
        ("media: {ports: 20000}", "media.ports", "expected at least 4 ports"),
        ("media: {address: here}", "media.address", "expected an IP address"),
        ("data: [a]", "data", "expected a single value"),
        ("country: china", "country", "expected a country code"),
        ("auth: {timestamp_zone: Mars/Olympus}", "auth.timestamp_zone", "expected a time zone"),
        ("webhooks: {allow_private: yes please}", "webhooks.allow_private", "expected true or false"),
        ("retention: {calls: 36501}", "retention.calls", "expected a whole number from 0 to 36500"),
        ("drain_timeout: -1", "drain_timeout", "expected a whole number from 0 to 86400"),
        ("log: {level: loud}", "log.level", "expected one of debug, info, warning, error"),
        ("trunks: {name: x}", "trunks", "expected a list"),
        ("trunks: [{uri: sip:h}]", "trunks.0.name", "missing; expected 1 to 64 letters"),
        ("trunks: [{name: a b, uri: sip:h}]", "trunks.0.name", "expected 1 to 64 letters"),
        ("trunks: [{name: a}]", "trunks.0.uri", "missing; expected a SIP URI"),
        ("trunks: [{name: a, uri: 'tel:1'}]", "trunks.0.uri", "expected a SIP URI"),
        ("trunks: [{name: a, uri: 'sip:user@h'}]", "trunks.0.uri", "expected a SIP URI"),
        ("trunks: [{name: a, uri: 'sip:h;transport=sctp'}]", "trunks.0.uri", "expected a SIP URI"),
        ("trunks: [{name: a, uri: 'sips:h;transport=udp'}]", "trunks.0.uri", "expected a SIP URI"),
        (
            "trunks: [{name: a, uri: 'sip:h', ping: 4}]", "trunks.0.ping",
            "expected 0 for none, or seconds from 5 to 3600"
        ),
        ("trunks: [{name: a, uri: 'sip:h', tls_verify: perhaps}]", "trunks.0.tls_verify", "expected true or false"),
        ("trunks: [{name: a, uri: 'sip:h', prefixes: [abc]}]", "trunks.0.prefixes", "expected \"*\" or leading digits"),
        ("trunks: [{name: a, uri: 'sip:h', codecs: [G729]}]", "trunks.0.codecs", "expected PCMA or PCMU"),
        ("trunks: [{name: a, uri: 'sip:h', codecs: [PCMA, PCMA]}]", "trunks.0.codecs", "expected PCMA, PCMU or both"),
        ("trunks: [{name: a, uri: 'sip:h', codecs: []}]", "trunks.0.codecs", "expected PCMA, PCMU or both"),
        ("trunks: [{name: a, uri: 'sip:h', caller_ids: [x]}]", "trunks.0.caller_ids", "expected a phone number"),
        ("trunks: [{name: a, uri: 'sip:h', max_calls: 0}]", "trunks.0.max_calls", "expected a whole number"),
        ("trunks: [{name: a, uri: 'sip:h'}, {name: a, uri: 'sip:i'}]", "trunks", "two trunks are named a"),
        ("accounts: [{secret_key: x}]", "accounts.0.cert_id", "missing; expected 1 to 64 letters"),
        ("accounts: [{cert_id: x}]", "accounts.0.secret_key", "missing; expected the account's secret key"),
        ("accounts: [{cert_id: x, secret_key: y}, {cert_id: x, secret_key: z}]", "accounts", "two accounts"),
        ("extensions: [{user: '1001'}]", "extensions.0.password", "missing"),
        ("extensions: [{user: a, password: x, srtp: on}]", "extensions.0.srtp", "expected off, optional or required"),
        ("extensions: [{user: 'a b', password: x}]", "extensions.0.user", "expected 1 to 64 letters"),
        ("extensions: [{user: a, password: x}, {user: a, password: y}]", "extensions", "two extensions are named a"),
        ("trunks: [{name: extensions, uri: 'sip:h'}]", "trunks", "no trunk may be named extensions"),
    ])
    func `a bad value is refused with its key and what was expected`(yaml: String, key: String, problem: String) {
        #expect(complaint(yaml).hasPrefix("duocall.yaml:1: \(key): \(problem)"), "\(complaint(yaml))")
    }

    @Test(arguments: [
        ("store: postgres://user@host/database", "store"),
        ("http: {tls: {certificate: c, key: k}}", "http.tls"),
    ])
    func `what a later version brings is refused, not ignored`(yaml: String, key: String) {
        #expect(complaint(yaml) == "duocall.yaml:1: \(key): not available yet: \(key)")
    }

    @Test(arguments: ["sip:h", "sip:h;transport=udp", "sip:h;transport=tcp"], ["optional", "required"])
    func `keys of media go over TLS unless somebody says otherwise`(uri: String, security: String) {
        let trunk = "trunks:\n- name: a\n  uri: \(uri)\n  srtp: \(security)\n"
        #expect(
            complaint(trunk)
                == "duocall.yaml:4: trunks.0.srtp: needs transport=tls in uri, since its keys are part of the signalling, "
                + "or srtp_over_cleartext: true")
        #expect(complaint(trunk + "  srtp_over_cleartext: false\n").hasPrefix("duocall.yaml:4: trunks.0.srtp: needs"))
    }

    @Test(arguments: [
        ("password: p", "password", "needs username"), ("realm: r", "realm", "needs username"),
        ("auth_username: u", "auth_username", "needs username"), ("register: true", "register", "needs username"),
        ("username: 'a b'", "username", "expected 1 to 64 letters, digits or marks, found \"a b\""),
        ("srtp: sometimes", "srtp", "expected off, optional or required, found \"sometimes\""),
        ("srtp_over_cleartext: perhaps", "srtp_over_cleartext", "expected true or false, found \"perhaps\""),
        ("identity: loud", "identity", "expected none, pai or rpid, found \"loud\""),
        ("rewrite: [{match: a}]", "rewrite.0.match", "expected \"*\" or leading digits, as +86 or 0755, found \"a\""),
        (
            "rewrite: [{match: 1, replace: x}]", "rewrite.0.replace",
            "expected digits, as +86 or 9, or nothing, found \"x\""
        ),
        ("rewrite: [{replace: 9}]", "rewrite.0.match", "missing; expected \"*\" or leading digits, as +86 or 0755"),
    ])
    func `a bad value of a trunk's account or number is refused`(entry: String, key: String, problem: String) {
        #expect(
            complaint("trunks:\n- name: a\n  uri: sip:h\n  \(entry)\n")
                == "duocall.yaml:4: trunks.0.\(key): \(problem)")
    }

    @Test func `a username without a password is refused`() {
        #expect(
            complaint("trunks: [{name: a, uri: 'sip:h', username: u}]")
                == "duocall.yaml:1: trunks.0.password: missing; username needs it")
    }

    @Test func `what is not YAML is refused with its line`() {
        #expect(complaint("http:\n  listen: [a\n").hasPrefix("duocall.yaml:3: not YAML: "))
        #expect(
            complaint("data: a\ndata: b\n") == "duocall.yaml:1: given twice: data"
                || complaint("data: a\ndata: b\n") == "duocall.yaml:2: given twice: data")
        #expect(complaint("data: *nothing\n").hasPrefix("duocall.yaml:1: not YAML: found undefined alias"))
        #expect(complaint("- a\n") == "duocall.yaml:1: expected keys with values")
    }

    @Test func `no message repeats a secret`() {
        let secret = String(repeating: "s", count: 257)
        let complaint = complaint("accounts: [{cert_id: a, secret_key: \(secret)}]")
        #expect(complaint == "duocall.yaml:1: accounts.0.secret_key: expected 1 to 256 bytes")
    }

    @Test func `a file that cannot be read is named`() {
        #expect(
            throws: ConfigurationError(
                place: .file("/nowhere/d.yaml", line: nil), problem: "cannot be read: no such file")
        ) {
            _ = try Configuration.load(file: "/nowhere/d.yaml", environment: [:])
        }
    }

    @Test func `an over-long file is refused`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("duocall-\(UUID()).yaml").path
        defer { unlink(path) }
        try String(repeating: "#", count: ConfigurationSource.largestFile).write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: Never.self) { _ = try Configuration.load(file: path, environment: [:]) }
        try String(repeating: "#", count: ConfigurationSource.largestFile + 1).write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: ConfigurationError.self) { _ = try Configuration.load(file: path, environment: [:]) }
    }
}
