import CallModel
import HTTPTypes

/// Why a request was refused.
enum Refusal: Error, Hashable {
    /// HTTP 401.
    case credentials(CredentialFault)
    /// HTTP 200 with this code and its text.
    case code(AnswerCode)
    /// 000001, with the rule that was broken.
    case parameter(String)
    /// A 4xx of the HTTP layer, in the envelope with code 000001.
    case http(Int, String)
    /// 405, with the methods that the path knows.
    case method(allowed: String)
}

/// What is wrong with the credentials, in the order in which they are looked at.
enum CredentialFault: Hashable {
    case missing(String)
    case timestamp
    case account
    case path
    case signature
    case basicNotAllowed
    case metricsToken

    /// Account, path and signature are told apart in the log alone, so that nobody learns which accounts exist.
    var message: String {
        switch self {
        case .missing(let header): "Bad credentials: header \(header) is missing"
        case .timestamp: "Bad credentials: Timestamp must be yyyyMMddHHmmss, within 300 s of the server's clock"
        case .account, .path, .signature: "Bad credentials: CertID, account in the path or Signature is wrong"
        case .basicNotAllowed: "Bad credentials: Basic is not allowed here"
        case .metricsToken: "Bad credentials: metrics token is wrong or missing"
        }
    }
}

/// An answer of the API, ready to be sent.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    var contentType = "application/json;charset=utf-8"
    var body: [UInt8]
    /// What is sent of a file, instead of `body`.
    var file: (source: ServedFile, range: Range<Int64>)?
    var headers: HTTPFields = [:]
    /// What the answer counts as in the metrics.
    var code: AnswerCode

    /// An answer in the envelope; `data` writes the value of `data`.
    static func envelope(
        _ code: AnswerCode, message: String? = nil, status: HTTPResponse.Status = .ok,
        data: (inout JSONText) -> Void = { $0.null() }
    ) -> Answer {
        var text = JSONText()
        text.object { text in
            text.member("code", code.rawValue)
            text.member("msg", message ?? code.message)
            text.name("data")
            data(&text)
        }
        return Answer(status: status, body: text.bytes, code: code)
    }

    static func refusal(_ reason: Refusal) -> Answer {
        switch reason {
        case .credentials(let fault):
            return envelope(.parameter, message: fault.message, status: .unauthorized)
        case .code(let code): return envelope(code)
        case .parameter(let rule): return envelope(.parameter, message: "\(AnswerCode.parameter.message): \(rule)")
        case .http(let status, let rule):
            return envelope(
                .parameter, message: "\(AnswerCode.parameter.message): \(rule)", status: .init(code: status))
        case .method(let allowed):
            var answer = Self.refusal(.http(405, "method must be \(allowed)"))
            answer.headers[.allow] = allowed
            return answer
        }
    }
}
