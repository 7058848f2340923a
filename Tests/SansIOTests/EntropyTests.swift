import Testing

@testable import SansIO

@Suite struct EntropyTests {
    @Test func `the block function yields RFC 8439's test vector`() {
        // §2.3.2: key 00…1f, counter 1, nonce 000000090000004a00000000.
        let state: [UInt32] = [
            0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574, 0x0302_0100, 0x0706_0504, 0x0b0a_0908, 0x0f0e_0d0c,
            0x1312_1110, 0x1716_1514, 0x1b1a_1918, 0x1f1e_1d1c, 0x0000_0001, 0x0900_0000, 0x4a00_0000, 0x0000_0000,
        ]
        #expect(
            ChaCha20.block(of: state) == [
                0xe4e7_f110, 0x1559_3bd1, 0x1fdd_0f50, 0xc471_20a3, 0xc7f4_d1c7, 0x0368_c033, 0x9aaa_2204, 0x4e6c_d4c3,
                0x4664_82d2, 0x09aa_9f07, 0x05d7_c214, 0xa202_8bd9, 0xd19c_12b5, 0xb94e_16de, 0xe883_d0cb, 0x4e3c_50a2,
            ])
    }

    @Test func `the stream is the blocks of the seed's key, in order`() {
        // RFC 8439 appendix A.1, vectors 1 and 2: a key, a nonce and a counter of zeros, and the block after.
        var entropy = Entropy(seed: (0, 0, 0, 0))
        let first = (0..<8).map { _ in entropy.next() }
        #expect(first.first == 0x903d_f1a0_ade0_b876)
        #expect(first.last == 0x8665_eeb2_69b6_87c3)
        #expect(entropy.next() == 0x7a38_5155_bee7_079f)
    }

    @Test func `one seed is one stream`() {
        var one = Entropy(seed: 7)
        var same = Entropy(seed: 7)
        var other = Entropy(seed: 8)
        let drawn = (0..<100).map { _ in one.next() }
        #expect((0..<100).map { _ in same.next() } == drawn)
        #expect((0..<100).map { _ in other.next() } != drawn)
        #expect(Set(drawn).count == 100)
    }

    @Test func `a copy goes its own way`() {
        var one = Entropy(seed: 7)
        _ = one.next()
        var copy = one
        #expect(copy.next() == one.next())
        _ = copy.next()
        _ = copy.next()
        let ahead = copy.next()
        _ = one.next()
        _ = one.next()
        #expect(one.next() == ahead)
    }

    @Test func `all bits take part`() {
        var entropy = Entropy(seed: 1)
        var ones = [Int](repeating: 0, count: 64)
        for _ in 0..<4096 {
            let word = entropy.next()
            for bit in 0..<64 where word >> UInt64(bit) & 1 == 1 { ones[bit] += 1 }
        }
        // Five standard deviations around the half of 4096.
        #expect(ones.allSatisfy { (1888...2208).contains($0) })
    }
}
