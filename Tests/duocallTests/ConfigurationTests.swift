import CallModel
import CallSwitching
import SDP
import SIPNetwork
import SIPTransactions
import SansIO
import Testing

@testable import duocall

/// Reads `yaml` as the file `duocall.yaml`.
func read(_ yaml: String, _ environment: [String: String] = [:]) throws(ConfigurationError) -> Configuration {
    try Configuration.read(ConfigurationSource(text: yaml, fileName: "duocall.yaml", environment: environment))
}

/// What reading `yaml` complains about.
func complaint(_ yaml: String, _ environment: [String: String] = [:]) -> String {
    do {
        _ = try read(yaml, environment)
        return "no complaint"
    } catch {
        return error.description
    }
}

@Suite("Configuration, as it should be")
struct ConfigurationTests {
    @Test func `an empty file has every default`() throws {
        let configuration = try read("")
        #expect(configuration.http.listen.description == "127.0.0.1:8080")
        #expect(configuration.http.publicURL == nil)
        #expect(configuration.http.trustedProxies.isEmpty)
        #expect(configuration.http.metricsToken == nil)
        #expect(configuration.sip.listen.map(\.description) == ["udp://127.0.0.1:5060"])
        #expect(configuration.sip.tls == TLSFiles())
        #expect(configuration.sip.publicAddress == nil)
        #expect(configuration.sip.trunkResponseTimeout == .seconds(4))
        #expect(configuration.sip.traceBytes == 16 << 20)
        #expect(configuration.media == MediaSettings(ports: 10000...29999, address: nil))
        #expect(configuration.dataFolder == "./duocall-data")
        #expect(configuration.trunks.isEmpty)
        #expect(configuration.tenants.accounts.isEmpty)
        #expect(configuration.country == "86")
        #expect(configuration.timestampZone == "Asia/Shanghai")
        #expect(!configuration.webhooksAllowPrivate)
        #expect(configuration.callRetention == nil)
        #expect(configuration.recordingRetention == nil)
        #expect(configuration.drainTimeout == .seconds(300))
        #expect(configuration.logLevel == .info)
    }

    @Test func `every server key is read`() throws {
        let configuration = try read(
            """
            http:
              listen: "[::1]:80"
              public_url: https://calls.example/
              trusted_proxies: [10.0.0.0/8, "::1"]
              metrics_token: hush
            sip:
              listen: [udp://192.0.2.1:5070, tcp://192.0.2.2, "tls://[::1]"]
              tls: {certificate: own.pem, key: own.key, ca: roots.pem}
              public_address: 203.0.113.9
              trunk_response_timeout: 6
              name_servers: [192.0.2.53, "127.0.0.1:5353", "[2001:db8::53]:54"]
            media: {ports: 20000-20399, address: 192.0.2.3}
            data: /var/lib/duocall
            store: sqlite
            country: 49
            auth: {timestamp_zone: Europe/Berlin}
            webhooks: {allow_private: true}
            retention: {calls: 90, recordings: 30}
            drain_timeout: 5
            log: {level: debug}
            extensions: [{user: "1001", password: "se cret"}, {user: alice, password: 7, srtp: required}]
            """)
        #expect(
            configuration.extensions == [
                ConfiguredExtension(user: "1001", password: "se cret"),
                ConfiguredExtension(user: "alice", password: "7", security: .required),
            ])
        #expect(configuration.http.listen.description == "[::1]:80")
        #expect(configuration.http.publicURL == "https://calls.example")
        #expect(configuration.http.trustedProxies == ["10.0.0.0/8", "::1"])
        #expect(configuration.http.metricsToken == "hush")
        #expect(
            configuration.sip.listen.map(\.description) == [
                "udp://192.0.2.1:5070", "tcp://192.0.2.2:5060", "tls://[::1]:5061",
            ])
        #expect(
            configuration.sip.tls == TLSFiles(certificate: "own.pem", key: "own.key", authorities: "roots.pem"))
        #expect(configuration.sip.publicAddress == IPAddress("203.0.113.9"))
        #expect(configuration.sip.trunkResponseTimeout == .seconds(6))
        #expect(
            configuration.sip.nameServers.map(\.description) == [
                "192.0.2.53:53", "127.0.0.1:5353", "[2001:db8::53]:54",
            ])
        #expect(configuration.media == MediaSettings(ports: 20000...20399, address: IPAddress("192.0.2.3")))
        #expect(configuration.dataFolder == "/var/lib/duocall")
        #expect(configuration.country == "49")
        #expect(configuration.timestampZone == "Europe/Berlin")
        #expect(configuration.webhooksAllowPrivate)
        #expect(configuration.callRetention == .seconds(90 * 86_400))
        #expect(configuration.recordingRetention == .seconds(30 * 86_400))
        #expect(configuration.drainTimeout == .seconds(5))
        #expect(configuration.logLevel == .debug)
    }

    @Test func `a trunk is read with its defaults and in full`() throws {
        let trunks = try read(
            """
            trunks:
              - {name: plain, uri: "sip:carrier.example"}
              - name: full
                uri: sip:[2001:db8::1]:5080;transport=udp
                prefixes: ["+86", 139]
                caller_ids: [075589877675]
                max_calls: 1000
                max_cps: 100
                codecs: [PCMU]
                nat: true
                username: "0755"
                password: hush
                auth_username: login
                realm: carrier.example
                register: true
                follow_redirects: true
                identity: PAI
                rewrite: [{match: "0086", replace: "+86"}, {match: "*"}]
                tls_verify: false
                ping: 30
                srtp: Optional
                srtp_over_cleartext: true
              - {name: sealed, uri: "sips:carrier.example", srtp: required}
              - {name: open, uri: "sip:carrier.example", srtp: off}
            """
        ).trunks
        #expect(
            trunks[0]
                == ConfiguredTrunk(
                    name: "plain", host: "carrier.example", port: nil, transport: nil, prefixes: ["*"], callerIDs: [],
                    maxCalls: nil,
                    maxRate: nil, codecs: ["PCMA", "PCMU"], nat: false))
        #expect(
            trunks[1]
                == ConfiguredTrunk(
                    name: "full", host: "[2001:db8::1]", port: 5080, transport: .udp, verifiesTLS: false,
                    ping: .seconds(30),
                    prefixes: ["+86", "139"],
                    callerIDs: [PhoneNumber("075589877675")!], maxCalls: 1000, maxRate: 100, codecs: ["PCMU"],
                    nat: true,
                    account: TrunkAccount(
                        user: "0755", password: "hush", login: "login", realm: "carrier.example", registers: true),
                    identity: .pai,
                    rewriting: [
                        RewriteRule(match: "0086", replacement: "+86"), RewriteRule(match: "*", replacement: ""),
                    ], followsRedirects: true, security: .optional))
        #expect(trunks[2].transport == .tls && trunks.map(\.security) == [.off, .optional, .required, .off])
    }

    @Test func `accounts and their apps become tenants`() throws {
        let tenants = try read(
            """
            accounts:
              - cert_id: 9053053bc1dc6e766e8b64bbbacfa84b
                secret_key: 00123
                apps:
                  - app_id: 4028b834234224480155de541c7b0000
                    callback_url: http://127.0.0.1:9000/events
                    allow_basic: true
                    allow_sip: true
                    allow_extensions: true
                    destinations: ["+1", "+44", "110"]
                    ip_white_list: [127.0.0.1, "2001:db8::/32"]
                    numbers: ["075589877675"]
            """
        ).tenants
        let id = CertID(rawValue: "9053053bc1dc6e766e8b64bbbacfa84b")
        let app = AppID(rawValue: "4028b834234224480155de541c7b0000")
        #expect(tenants.accounts == [id: Account(id: id, secretKey: "00123")])
        #expect(
            tenants.apps == [
                app: App(
                    id: app, account: id, callbackURL: "http://127.0.0.1:9000/events", allowBasic: true,
                    allowSIP: true, allowExtensions: true, destinations: ["+1", "+44", "110"],
                    ipWhiteList: ["127.0.0.1", "2001:db8::/32"], numbers: [PhoneNumber("075589877675")!])
            ])
    }
}

@Suite("Environment variables")
struct EnvironmentOverrideTests {
    @Test func `a variable overrides its key and supplies an absent one`() throws {
        let configuration = try read(
            "http: {listen: 127.0.0.1:1}",
            [
                "DUOCALL_HTTP_LISTEN": "127.0.0.1:2", "DUOCALL_COUNTRY": "1", "DUOCALL_DRAIN_TIMEOUT": "7",
                "DUOCALL_SIP_LISTEN": "udp://127.0.0.1:5, udp://127.0.0.1:6", "DUOCALL_AUTH_TIMESTAMP_ZONE": "UTC",
                "PATH": "/bin",
            ])
        #expect(configuration.http.listen.port == 2)
        #expect(configuration.country == "1")
        #expect(configuration.drainTimeout == .seconds(7))
        #expect(configuration.sip.listen.map(\.address.port) == [5, 6])
        #expect(configuration.timestampZone == "UTC")
    }

    @Test func `an empty variable takes the file's value away`() throws {
        #expect(try read("country: 1", ["DUOCALL_COUNTRY": ""]).country == "86")
    }

    @Test func `members of a list are reached by index, and the next index adds one`() throws {
        let configuration = try read(
            """
            trunks: [{name: one, uri: "sip:127.0.0.1:1"}]
            accounts: [{cert_id: a, apps: [{app_id: x}]}]
            """,
            [
                "DUOCALL_TRUNKS_0_URI": "sip:127.0.0.1:9", "DUOCALL_TRUNKS_1_NAME": "two",
                "DUOCALL_TRUNKS_1_URI": "sip:127.0.0.1:2", "DUOCALL_ACCOUNTS_0_SECRET_KEY": "s",
                "DUOCALL_ACCOUNTS_0_APPS_0_NUMBERS": "101,102",
            ])
        #expect(configuration.trunks.map(\.port) == [9, 2])
        #expect(configuration.trunks.map(\.name) == ["one", "two"])
        #expect(configuration.tenants.accounts[CertID(rawValue: "a")]?.secretKey == "s")
        #expect(configuration.tenants.apps[AppID(rawValue: "x")]?.numbers.map(\.dialled) == ["101", "102"])
    }

    @Test func `the client's variables and those of Kubernetes are left alone`() throws {
        let others = [
            "DUOCALL_URL": "http://x", "DUOCALL_SECRET": "s", "DUOCALL_SERVICE_HOST": "10.0.0.1",
            "DUOCALL_PORT": "tcp://10.0.0.1:80", "DUOCALL_PORT_80_TCP_ADDR": "10.0.0.1",
        ]
        #expect(try read("", others).country == "86")
    }

    @Test func `a variable below a key of a later version is refused`() {
        #expect(complaint("", ["DUOCALL_HTTP_TLS_KEY": "key.pem"]).hasSuffix("not available yet: http.tls"))
    }

    @Test(arguments: [
        ("DUOCALL_HTTP_LISTEN", "nowhere", #"expected an address with a port, as 127.0.0.1:8080, found "nowhere""#),
        ("DUOCALL_HTP_LISTEN", "127.0.0.1:1", "unknown key; no setting has this name"),
        ("DUOCALL_TRUNKS_3_NAME", "far", "unknown key; no setting has this name"),
        ("DUOCALL_STORE", "postgres://u@h/d", "not available yet: store"),
    ])
    func `a bad variable is named`(variable: String, value: String, problem: String) {
        #expect(complaint("", [variable: value]) == "environment variable \(variable): \(problem)")
    }
}
