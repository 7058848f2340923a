import CallModel
import Testing

@Suite struct CallIDTests {
    @Test func `a call id is written as 32 lower-case hex digits, zeros included`() {
        #expect(CallID(high: 0, low: 0).description == "00000000000000000000000000000000")
        #expect(CallID(high: 1, low: 0xAB).description == "000000000000000100000000000000ab")
        #expect(CallID(high: .max, low: .max).description == String(repeating: "f", count: 32))
    }

    @Test func `hex digits of either case are read`() {
        #expect(
            CallID("0123456789ABCDEFfedcba9876543210")
                == CallID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210))
    }

    @Test(arguments: [
        "", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0", "+123456789abcdef0123456789abcdef",
        "0123456789abcdef-123456789abcdef", "0123456789abcdef0123456789abcdeg", " 123456789abcdef0123456789abcdef",
    ])
    func `anything else is no call id`(text: String) {
        #expect(CallID(text) == nil)
    }

    @Test func `a drawn call id takes 128 bits and reads back`() {
        var counter = Counter()
        let id = CallID(using: &counter)
        #expect(id == CallID(high: 1, low: 2))
        #expect(CallID(id.description) == id)
    }

    @Test func `a call id drawn at a time begins with it`() {
        var generator = Counter(last: 0x0123_4567_89AB_CDEF)
        let id = CallID(at: WallTime(milliseconds: 0x0193_6D00_0001), using: &generator)
        #expect(id == CallID(high: 0x0193_6D00_0001_0123, low: 0x0123_4567_89AB_CDF1))
    }

    @Test func `each party is the other's other`() {
        #expect(Party.first.other == .second)
        #expect(Party.second.other == .first)
    }

    private struct Counter: RandomNumberGenerator {
        var last: UInt64 = 0
        mutating func next() -> UInt64 {
            last += 1
            return last
        }
    }
}
