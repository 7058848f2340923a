public import Foundation

/// The identity of `sip.test`, 127.0.0.1 and ::1, signed by itself and made for these tests only.
public enum TestIdentity {
    public static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBgDCCASegAwIBAgIBATAKBggqhkjOPQQDAjATMREwDwYDVQQDDAhzaXAudGVz
        dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowEzERMA8GA1UEAwwI
        c2lwLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATJxI4EW6A3rj1RPSTL
        CLgQa7O3IHx1VsxU4XS7SoSvL1Sw7X+gP6TPi4VEE8PXqygA+6JqMgynkZ4aGtq8
        PaZIo2owaDA2BgNVHREELzAtgghzaXAudGVzdIIJbG9jYWxob3N0hwR/AAABhxAA
        AAAAAAAAAAAAAAAAAAABMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFIbj2AQa
        jtD9Z87eZFFnsAk/CBYKMAoGCCqGSM49BAMCA0cAMEQCICkFtTtxUhcuiT+IQH9/
        fbWCFem+zc1RSaMVCKo5lJi4AiBzOWBxHMlQYl5USMsa4zKWVU/FoPAtWaTlrgOY
        8Z6+8g==
        -----END CERTIFICATE-----
        """

    /// The same, but for the name `sip.test` alone.
    public static let namedCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBXzCCAQSgAwIBAgIBAjAKBggqhkjOPQQDAjATMREwDwYDVQQDDAhzaXAudGVz
        dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowEzERMA8GA1UEAwwI
        c2lwLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATJxI4EW6A3rj1RPSTL
        CLgQa7O3IHx1VsxU4XS7SoSvL1Sw7X+gP6TPi4VEE8PXqygA+6JqMgynkZ4aGtq8
        PaZIo0cwRTATBgNVHREEDDAKgghzaXAudGVzdDAPBgNVHRMBAf8EBTADAQH/MB0G
        A1UdDgQWBBSG49gEGo7Q/WfO3mRRZ7AJPwgWCjAKBggqhkjOPQQDAgNJADBGAiEA
        +WJtINOj2jYzz08MKaInz5KCdMDZyVrZpbE9ho0gkSoCIQDQxyxRE4RCcUaPOD/j
        ZNGCl85mfu8HfMersiSSJNDU3Q==
        -----END CERTIFICATE-----
        """

    public static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOt4zO/OJGWCgcGzw
        yYY4p2MsF7NU1yZVuKVgLQrLh5yhRANCAATJxI4EW6A3rj1RPSTLCLgQa7O3IHx1
        VsxU4XS7SoSvL1Sw7X+gP6TPi4VEE8PXqygA+6JqMgynkZ4aGtq8PaZI
        -----END PRIVATE KEY-----
        """

    /// Writes key and certificate into one file, as baresip wants it; as a list of authorities it serves too.
    public static func write(to file: URL) throws {
        try (key + "\n" + certificate + "\n").write(to: file, atomically: true, encoding: .utf8)
    }
}
