import HTTPTypes

/// One HTTP request, read completely.
struct APIRequest: Sendable {
    var method: HTTPRequest.Method
    /// As sent, without the query.
    var path: String
    /// What follows the question mark, as sent.
    var query: String
    var headers: RequestHeaders
    var body: [UInt8]
    /// The other end of the connection; `nil` when it has no IP address.
    var peer: NetworkAddress?
}

extension HTTPField.Name {
    static let appID = Self("AppID")!
    static let certID = Self("CertID")!
    static let timestamp = Self("Timestamp")!
    static let signature = Self("Signature")!
    static let forwardedFor = Self("X-Forwarded-For")!
    static let idempotencyKey = Self("Idempotency-Key")!
}

/// The header fields the API looks at, taken in one pass. A field that came several times has its values joined by
/// commas (RFC 9110 §5.2).
struct RequestHeaders: Sendable {
    private(set) var appID: String?
    private(set) var certID: String?
    private(set) var timestamp: String?
    private(set) var signature: String?
    private(set) var authorization: String?
    private(set) var contentType: String?
    private(set) var forwardedFor: String?
    private(set) var idempotencyKey: String?
    private(set) var range: String?
    private(set) var ifRange: String?

    init(_ fields: HTTPFields) {
        for field in fields {
            switch field.name {
            case .appID: Self.add(field.value, to: &appID)
            case .certID: Self.add(field.value, to: &certID)
            case .timestamp: Self.add(field.value, to: &timestamp)
            case .signature: Self.add(field.value, to: &signature)
            case .authorization: Self.add(field.value, to: &authorization)
            case .contentType: Self.add(field.value, to: &contentType)
            case .forwardedFor: Self.add(field.value, to: &forwardedFor)
            case .idempotencyKey: Self.add(field.value, to: &idempotencyKey)
            case .range: Self.add(field.value, to: &range)
            case .ifRange: Self.add(field.value, to: &ifRange)
            default: break
            }
        }
    }

    private static func add(_ value: String, to sum: inout String?) {
        sum = sum.map { "\($0), \(value)" } ?? value
    }
}
