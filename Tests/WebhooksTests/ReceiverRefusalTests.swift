import CallModel
import NIOSSL
import SansIO
import Storage
import Testing

@testable import Webhooks

@Suite(.timeLimit(.minutes(2))) struct ReceiverRefusalTests {
    /// A public address that nobody has: nothing of IPv6's 2d00::/8 is given out.
    private static let nobody = IPAddress("2d00::1")!

    private func firstError(_ office: Office, _ url: String) async throws -> String? {
        let errors = Inbox<String?>()
        try await office.open {
            try office.commit(Sample.over(1, url: url))
            guard case .attemptFailed(_, 1, _, let error)? = await office.recorded.next(1).first else {
                errors.add(nil)
                return
            }
            errors.add(error)
        }
        return errors.all.first ?? nil
    }

    @Test("A receiver on loopback is refused unless private ones are allowed")
    func loopback() async throws {
        let receiver = try await TestReceiver()
        #expect(
            try await firstError(Office(allowPrivate: false), receiver.url())
                == "127.0.0.1 is not public (loopback)")
        #expect(receiver.connections.all.isEmpty)
        try await receiver.close()
    }

    @Test("A name is refused when one of its addresses is not public")
    func mixed() async throws {
        let office = Office(allowPrivate: false) { _, _ in [Self.nobody, IPAddress("10.0.0.1")!] }
        #expect(try await firstError(office, "http://mixed.test/") == "10.0.0.1 is not public (private)")
    }

    @Test(
        "Odd spellings of an address are looked up, and what they mean is checked", arguments: ["127.1", "0x7f000001"])
    func oddSpelling(host: String) async throws {
        let office = Office(allowPrivate: false) { _, _ in [IPAddress("127.0.0.1")!] }
        #expect(try await firstError(office, "http://\(host)/") == "127.0.0.1 is not public (loopback)")
        #expect(office.lookups.all == [host])
    }

    @Test("A name that is public first and loopback second never reaches loopback")
    func rebinding() async throws {
        let receiver = try await TestReceiver()
        let office = Office(allowPrivate: false, timeout: .milliseconds(200)) { _, count in
            count == 1 ? [Self.nobody] : [IPAddress("127.0.0.1")!]
        }
        try await office.open {
            try office.commit(Sample.over(1, url: "http://rebinding.test:\(receiver.port)/"))
            let writes = await office.recorded.next(2)
            let errors = writes.map { write -> String? in
                guard case .attemptFailed(_, _, _, let error) = write else { return nil }
                return error
            }
            #expect(errors.count == 2)
            #expect(errors.last == "127.0.0.1 is not public (loopback)")
            #expect(errors.first != errors.last)
        }
        // One lookup per attempt: the connection used the address that was checked.
        #expect(office.lookups.all.count == 2)
        #expect(receiver.connections.all.isEmpty)
        try await receiver.close()
    }

    @Test("The connection goes to the address that was looked up, with the name in the Host header")
    func pinning() async throws {
        let receiver = try await TestReceiver()
        let office = Office { _, _ in [IPAddress("127.0.0.1")!] }
        try await office.open {
            try office.commit(Sample.over(1, url: "http://pinned.test:\(receiver.port)/"))
            #expect(await office.recorded.next(1) == [.delivered(outbox: 1)])
        }
        #expect(receiver.posts.all.first?.header("Host") == "pinned.test:\(receiver.port)")
        #expect(office.lookups.all == ["pinned.test"])
        try await receiver.close()
    }

    @Test("The next attempt takes the name's next address")
    func nextAddress() async throws {
        let receiver = try await TestReceiver()
        let office = Office(timeout: .milliseconds(500)) { _, _ in [IPAddress("127.0.0.2")!, IPAddress("127.0.0.1")!] }
        try await office.open {
            try office.commit(Sample.over(1, url: "http://two.test:\(receiver.port)/"))
            #expect(await office.recorded.next(2).last == .delivered(outbox: 1))
        }
        try await receiver.close()
    }

    @Test("A name without addresses, an unknown signer and user information fail without a connection")
    func unreachable() async throws {
        #expect(try await firstError(Office(), "http://nowhere.test/") == "host not found: nowhere.test")
        #expect(
            try await firstError(Office(), "http://user@127.0.0.1/")
                == "callback URL: it holds user information")
        let office = Office()
        try await office.open {
            let stranger = CertID(rawValue: "gone")
            try office.commit(Sample.over(1, url: "http://127.0.0.1/", signer: stranger))
            guard case .attemptFailed(_, 1, _, "no account to sign for")? = await office.recorded.next(1).first else {
                Issue.record("sent without a key")
                return
            }
        }
    }

    @Test(
        "TLS verifies the URL's name, not the address that it is pinned to", arguments: ["receiver.test", "other.test"])
    func tls(name: String) async throws {
        let certificate = try NIOSSLCertificate(bytes: Array(TestIdentity.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestIdentity.privateKey.utf8), format: .pem)
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
        let receiver = try await TestReceiver(tls: context)
        let office = Office(trustRoots: [certificate]) { _, _ in [IPAddress("127.0.0.1")!] }
        try await office.open {
            try office.commit(Sample.over(1, url: "https://\(name):\(receiver.port)/"))
            let write = await office.recorded.next(1).first
            #expect((write == .delivered(outbox: 1)) == (name == "receiver.test"), "\(String(describing: write))")
        }
        #expect(receiver.posts.all.count == (name == "receiver.test" ? 1 : 0))
        try await receiver.close()
    }

    @Test("A certificate that nobody vouches for is refused")
    func untrusted() async throws {
        let certificate = try NIOSSLCertificate(bytes: Array(TestIdentity.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestIdentity.privateKey.utf8), format: .pem)
        let context = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
        let receiver = try await TestReceiver(tls: context)
        let office = Office { _, _ in [IPAddress("127.0.0.1")!] }
        #expect(try await firstError(office, "https://receiver.test:\(receiver.port)/") != nil)
        #expect(receiver.posts.all.isEmpty)
        try await receiver.close()
    }
}
