import Dispatch
import Foundation

/// SIGTERM and SIGINT, handed to `action` instead of ending the process, as long as this lives.
struct StopSignals: ~Copyable {
    private let sources: [any DispatchSourceSignal]

    init(_ action: @escaping @Sendable () -> Void) {
        sources = [SIGTERM, SIGINT].map { number in
            // Without this the signal would still have its default effect.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler(handler: action)
            source.resume()
            return source
        }
    }

    deinit { for source in sources { source.cancel() } }
}

/// Tells once when standard input ends.
struct InputEnd: ~Copyable {
    private let source: any DispatchSourceRead

    init(_ action: @escaping @Sendable () -> Void) {
        let source = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO)
        source.setEventHandler {
            var byte: UInt8 = 0
            if read(STDIN_FILENO, &byte, 1) <= 0 {
                source.cancel()
                action()
            }
        }
        source.resume()
        self.source = source
    }

    deinit { source.cancel() }
}
