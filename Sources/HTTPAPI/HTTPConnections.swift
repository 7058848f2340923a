import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// The bounds of the HTTP connections themselves.
enum HTTPConnections {
    static let maxConnections = 4096
    static let maxHeaderBytes = 16_384
    static let maxHeaders = 100
    /// A connection without a request, or with one that does not go on, is closed after this time.
    static let idleTimeout = TimeAmount.seconds(60)

    static var configuration: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestBounds()], idleTimeout: idleTimeout,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: maxHeaderBytes, maxHeaderListSize: maxHeaderBytes, maxHeaderFieldCount: maxHeaders))
    }

    static func bound(logger: Logger) -> MaximumAvailableConnections {
        MaximumAvailableConnections(maxConnections, logger: logger)
    }
}
