import SansIO
import Testing

@testable import CallSwitching

@Suite struct PortPoolTests {
    let start = Instant(nanoseconds: 0)

    @Test func `only even ports with an odd one above them are handed out`() {
        var pool = PortPool(range: 10001...10006)
        #expect(pool.size == 2)
        #expect(pool.take(at: start) == 10002)
        #expect(pool.take(at: start) == 10004)
        #expect(pool.take(at: start) == nil)
    }

    @Test func `ports go round before one is used again`() {
        var pool = PortPool(range: 10000...10005)
        let first = pool.take(at: start)!
        pool.giveBack(first, at: start)
        let later = start + PortPool.rest
        #expect(pool.take(at: later) == 10002)
        #expect(pool.take(at: later) == 10004)
        #expect(pool.take(at: later) == first)
    }

    @Test func `a port rests for ten seconds as long as there are others`() {
        var pool = PortPool(range: 10000...10003)
        let (first, second) = (pool.take(at: start)!, pool.take(at: start)!)
        pool.giveBack(first, at: start)
        pool.giveBack(second, at: start + .seconds(1))
        #expect(pool.inUse == 0)
        #expect(pool.take(at: start + .seconds(10)) == first)
        #expect(pool.inUse == 1)
    }

    @Test func `a port rests for two seconds to the nanosecond when no other is left`() {
        var pool = PortPool(range: 10000...10001)
        let port = pool.take(at: start)!
        pool.giveBack(port, at: start)
        #expect(pool.take(at: start + .seconds(2) - .nanoseconds(1)) == nil)
        #expect(pool.take(at: start + .seconds(2)) == port)
        #expect(pool.take(at: start + .seconds(20)) == nil)
        #expect(pool.inUse == 1)
    }

    @Test func `one that has rested goes before one that still rests`() {
        var pool = PortPool(range: 10000...10003)
        let (first, second) = (pool.take(at: start)!, pool.take(at: start)!)
        pool.giveBack(first, at: start)
        pool.giveBack(second, at: start + .seconds(9))
        let later = start + .seconds(12)
        #expect(pool.take(at: later) == first)
        #expect(pool.take(at: later) == second)
    }

    @Test func `a port that was not used need not rest`() {
        var pool = PortPool(range: 10000...10003)
        let port = pool.take(at: start)!
        pool.putBack(port)
        #expect(pool.take(at: start) == port)
    }
}
