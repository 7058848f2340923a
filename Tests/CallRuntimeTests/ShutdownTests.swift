import SansIO
import Testing

@testable import CallRuntime

@Suite("Stopping the server")
struct ShutdownTests {
    private let start = Instant(nanoseconds: 0)
    private var later: Instant { start + .seconds(10) }

    /// A shutdown that has been told to terminate `times` times, the last time at `later`.
    private func shutdown(terminated times: Int) -> Shutdown {
        var shutdown = Shutdown(drainTimeout: .seconds(60))
        for _ in 0..<times { _ = shutdown.handle(.terminate, at: times == 1 ? start : later) }
        return shutdown
    }

    @Test func `a running server waits for nothing and cannot be idle`() {
        for input in [Shutdown.Input.idle, .timeOut] {
            var shutdown = shutdown(terminated: 0)
            #expect(shutdown.handle(input, at: start) == nil)
            #expect(shutdown.deadline == nil)
            #expect(!shutdown.hasBegun)
        }
    }

    @Test func `the first signal refuses calls and waits for those there are`() {
        var shutdown = shutdown(terminated: 0)
        #expect(shutdown.handle(.terminate, at: start) == .refuseCalls)
        #expect(shutdown.deadline == start + .seconds(60))
        #expect(shutdown.hasBegun && !shutdown.isOver)
    }

    @Test(arguments: [Shutdown.Input.terminate, .timeOut])
    func `a second signal, or the time, hangs up everybody`(input: Shutdown.Input) {
        var shutdown = shutdown(terminated: 1)
        #expect(shutdown.handle(input, at: later) == .hangUpAll)
        #expect(shutdown.deadline == later + Shutdown.releaseLimit)
        #expect(!shutdown.isOver)
    }

    @Test func `an idle server stops at once`() {
        var shutdown = shutdown(terminated: 1)
        #expect(shutdown.handle(.idle, at: later) == .stop)
        #expect(shutdown.isOver)
        #expect(shutdown.deadline == nil)
    }

    @Test(arguments: Shutdown.Input.allCases)
    func `hanging up ends when all are gone, at a third signal or in time`(input: Shutdown.Input) {
        var shutdown = shutdown(terminated: 2)
        #expect(shutdown.handle(input, at: later) == .stop)
        #expect(shutdown.isOver)
        #expect(Shutdown.Input.allCases.allSatisfy { shutdown.handle($0, at: later) == nil })
    }
}
