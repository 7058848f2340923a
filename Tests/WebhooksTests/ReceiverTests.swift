import SansIO
import Testing

@testable import Webhooks

@Suite struct ReceiverTests {
    @Test(
        "A URL tells host, port and the path that is signed",
        arguments: [
            ("http://example.org", "example.org", 80, "/"),
            ("https://example.org/a/b?c=d", "example.org", 443, "/a/b"),
            ("HTTP://example.org:8080/a%20b/", "example.org", 8080, "/a%20b/"),
            ("http://127.0.0.1:9000/events#top", "127.0.0.1", 9000, "/events"),
            ("https://[2a00::1]:8443/x", "[2a00::1]", 8443, "/x"),
        ])
    func read(url: String, host: String, port: Int, path: String) throws {
        let receiver = try Receiver(url: url)
        #expect(receiver.host == host)
        #expect(receiver.port == port)
        #expect(receiver.path == path)
    }

    @Test(
        "What is not a plain web address is refused",
        arguments: [
            "", "example.org", "ftp://example.org/", "file:///etc/passwd", "unix:///run/x", "http+unix://%2Frun%2Fx/",
            "http://", "http:///path", "http://user@example.org/", "http://user:password@example.org/",
            "http://@example.org/", "http://exa mple.org/", "http://example.org%2f@127.0.0.1/",
            "http://[fe80::1%25eth0]/", "http://[::1/", "gopher://example.org/",
        ])
    func refused(url: String) {
        #expect(throws: DeliveryFailure.self) { try Receiver(url: url) }
    }

    @Test("Only addresses in their usual form are taken without a lookup")
    func literals() throws {
        #expect(try Receiver(url: "http://192.0.2.1/").literalAddress == IPAddress("192.0.2.1"))
        #expect(try Receiver(url: "http://[2a00::1]/").literalAddress == IPAddress("2a00::1"))
        for host in ["127.1", "2130706433", "0x7f.0.0.1", "010.0.0.1", "localhost", "example.org"] {
            #expect(try Receiver(url: "http://\(host)/").literalAddress == nil, "\(host)")
        }
    }

    @Test("Deliveries to one host and port share an origin, whatever the path")
    func origins() throws {
        let origin = try Receiver(url: "http://example.org/a").origin
        #expect(try Receiver(url: "http://EXAMPLE.org:80/b?c").origin == origin)
        #expect(try Receiver(url: "https://example.org/a").origin != origin)
        #expect(try Receiver(url: "http://example.org:81/a").origin != origin)
    }
}
