extension SIPStatus {
    /// The reason phrase that the code's RFC gives it (RFC 3261 §21 for most), or that of its class.
    public var phrase: String {
        switch code {
        case 100..<200: provisionalPhrase
        case 200..<300: code == 202 ? "Accepted" : code == 204 ? "No Notification" : "OK"
        case 300..<400: redirectionPhrase
        case 400..<500: requestFailurePhrase
        case 500..<600: serverFailurePhrase
        default: globalFailurePhrase
        }
    }

    private var provisionalPhrase: String {
        switch code {
        case 100: "Trying"
        case 180: "Ringing"
        case 181: "Call Is Being Forwarded"
        case 182: "Queued"
        case 199: "Early Dialog Terminated"
        default: "Session Progress"
        }
    }

    private var redirectionPhrase: String {
        switch code {
        case 301: "Moved Permanently"
        case 302: "Moved Temporarily"
        case 305: "Use Proxy"
        case 380: "Alternative Service"
        default: "Multiple Choices"
        }
    }

    private var requestFailurePhrase: String {
        switch code {
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 407: "Proxy Authentication Required"
        case 408: "Request Timeout"
        case 410: "Gone"
        case 412: "Conditional Request Failed"
        case 413: "Request Entity Too Large"
        case 414: "Request-URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Unsupported URI Scheme"
        case 420: "Bad Extension"
        case 421: "Extension Required"
        case 422: "Session Interval Too Small"
        case 423: "Interval Too Brief"
        case 480: "Temporarily Unavailable"
        case 481: "Call/Transaction Does Not Exist"
        case 482: "Loop Detected"
        case 483: "Too Many Hops"
        case 484: "Address Incomplete"
        case 485: "Ambiguous"
        case 486: "Busy Here"
        case 487: "Request Terminated"
        case 488: "Not Acceptable Here"
        case 489: "Bad Event"
        case 491: "Request Pending"
        case 493: "Undecipherable"
        case 494: "Security Agreement Required"
        default: "Bad Request"
        }
    }

    private var serverFailurePhrase: String {
        switch code {
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Server Time-out"
        case 505: "Version Not Supported"
        case 513: "Message Too Large"
        case 580: "Precondition Failure"
        default: "Server Internal Error"
        }
    }

    private var globalFailurePhrase: String {
        switch code {
        case 603: "Decline"
        case 604: "Does Not Exist Anywhere"
        case 606: "Not Acceptable"
        default: "Busy Everywhere"
        }
    }
}
