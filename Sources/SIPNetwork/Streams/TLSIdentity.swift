import NIOSSL

/// The files that TLS is spoken with, as PEM.
public struct TLSFiles: Hashable, Sendable {
    /// Our certificate with those that lead from it to the root, shown to whoever connects and to whoever asks for it.
    public var certificate: String?
    public var key: String?
    /// The roots that far ends' certificates must lead to; `nil`: those of the system.
    public var authorities: String?

    public init(certificate: String? = nil, key: String? = nil, authorities: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.authorities = authorities
    }
}

/// Why TLS cannot be spoken with the files given.
public struct TLSIdentityError: Error, Hashable, Sendable, CustomStringConvertible {
    public let file: String
    public let reason: String

    public var description: String { "\(file): \(reason)" }
}

/// What TLS is spoken with: certificates read and found good.
public struct TLSIdentity: Sendable {
    /// For connections to us; `nil` without a certificate of ours.
    let server: NIOSSLContext?
    /// For connections to far ends whose certificate is verified, and for those whose is not.
    let client: NIOSSLContext
    let unverifyingClient: NIOSSLContext

    /// Reads the files. Blocks.
    public init(_ files: TLSFiles = TLSFiles()) throws(TLSIdentityError) {
        let own = try OwnCertificate(files)
        let roots = try files.authorities.map { file throws(TLSIdentityError) in try TLSIdentity.roots(in: file) }
        var client = TLSConfiguration.makeClientConfiguration()
        if let own {
            client.certificateChain = own.chain
            client.privateKey = .privateKey(own.key)
        }
        if let roots { client.trustRoots = roots }
        let name = files.certificate ?? "tls"
        self.client = try TLSIdentity.context(client, name)
        client.certificateVerification = .none
        unverifyingClient = try TLSIdentity.context(client, name)
        guard let own else {
            server = nil
            return
        }
        var server = TLSConfiguration.makeServerConfiguration(
            certificateChain: own.chain, privateKey: .privateKey(own.key))
        if let roots {
            // Phones seldom have certificates; who shows one shows a good one.
            server.trustRoots = roots
            server.certificateVerification = .optionalVerification
        }
        self.server = try TLSIdentity.context(server, name)
    }

    private static func roots(in file: String) throws(TLSIdentityError) -> NIOSSLTrustRoots {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(file)
            guard !certificates.isEmpty else { throw TLSIdentityError(file: file, reason: "holds no certificate") }
            return .certificates(certificates)
        } catch let error as TLSIdentityError {
            throw error
        } catch {
            throw TLSIdentityError(file: file, reason: "cannot be read as certificates in PEM")
        }
    }

    private static func context(
        _ configuration: TLSConfiguration, _ file: String
    ) throws(TLSIdentityError) -> NIOSSLContext {
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSIdentityError(file: file, reason: "certificate and key do not belong together (\(error))")
        }
    }
}

/// Our certificate chain and its key.
private struct OwnCertificate {
    let chain: [NIOSSLCertificateSource]
    let key: NIOSSLPrivateKey

    /// `nil` where none is configured.
    init?(_ files: TLSFiles) throws(TLSIdentityError) {
        guard let certificate = files.certificate, let key = files.key else { return nil }
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        } catch {
            throw TLSIdentityError(file: certificate, reason: "cannot be read as certificates in PEM")
        }
        guard !chain.isEmpty else { throw TLSIdentityError(file: certificate, reason: "holds no certificate") }
        do {
            self.key = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw TLSIdentityError(file: key, reason: "cannot be read as a private key in PEM")
        }
    }
}

/// Whom we expect at an address that we connect to over TLS.
public struct TLSPeer: Hashable, Sendable {
    /// The name its certificate must bear (RFC 5922 §7.3); `nil`: the address itself.
    public var name: String?
    /// Whether its certificate is verified at all.
    public var isVerified: Bool

    public init(name: String?, isVerified: Bool = true) {
        self.name = name
        self.isVerified = isVerified
    }
}
