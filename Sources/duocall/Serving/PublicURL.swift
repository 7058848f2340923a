import Synchronization

/// What links handed out begin with: what is configured, or else the address that is listened on, whose port may be known
/// only once it is bound.
final class PublicURL: Sendable {
    private let isConfigured: Bool
    private let base: Mutex<String>
    private let binding: AsyncStream<Never>
    private let bindingEnd: AsyncStream<Never>.Continuation

    init(_ settings: HTTPSettings) {
        isConfigured = settings.publicURL != nil
        base = Mutex(settings.publicURL ?? "http://\(settings.listen)")
        (binding, bindingEnd) = AsyncStream.makeStream()
    }

    /// Without a slash at the end.
    var text: String { base.withLock(\.self) }

    /// It is listened on this address.
    func bound(to address: String) {
        if !isConfigured { base.withLock { $0 = "http://\(address)" } }
        bindingEnd.finish()
    }

    /// Returns when it is listened, or when the task is cancelled. To be awaited once.
    func untilBound() async {
        var binding = binding.makeAsyncIterator()
        _ = await binding.next()
    }
}
