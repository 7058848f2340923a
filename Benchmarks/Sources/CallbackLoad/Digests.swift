internal import Glibc

/// The hash functions of a request's signature.
///
/// Written out here, because the package that the server takes them from is the larger part of a build, and so that no code of
/// the server judges the server.
enum Digests {
    /// HMAC-SHA256 (RFC 2104 §2, FIPS 180-4).
    static func hmacSHA256(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? sha256(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        return sha256(block.map { $0 ^ 0x5C } + sha256(block.map { $0 ^ 0x36 } + message))
    }

    /// SHA-256 (FIPS 180-4 §6.2).
    static func sha256(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [
            0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
        ]
        let words = padded(message, isBigEndian: true)
        for block in stride(from: 0, to: words.count, by: 16) { addSHA256(words[block..<block + 16], to: &state) }
        return state.flatMap { bytes(of: $0.bigEndian) }
    }

    /// MD5 (RFC 1321 §3).
    static func md5(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
        let words = padded(message, isBigEndian: false)
        for block in stride(from: 0, to: words.count, by: 16) { addMD5(Array(words[block..<block + 16]), to: &state) }
        return state.flatMap { bytes(of: $0.littleEndian) }
    }

    /// The message as words, with a one, zeros, and its length in bits in the last two.
    private static func padded(_ message: [UInt8], isBigEndian: Bool) -> [UInt32] {
        var bytes = message
        bytes.append(0x80)
        while bytes.count % 64 != 56 { bytes.append(0) }
        var words: [UInt32] = []
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var word: UInt32 = 0
            for byte in bytes[start..<start + 4] { word = word << 8 | UInt32(byte) }
            words.append(isBigEndian ? word : word.byteSwapped)
        }
        let bits = UInt64(message.count) * 8
        let (low, high) = (UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32))
        return words + (isBigEndian ? [high, low] : [low, high])
    }

    private static func bytes(of word: UInt32) -> [UInt8] { withUnsafeBytes(of: word) { Array($0) } }
}

// MARK: - SHA-256

extension Digests {
    private static let roundConstants: [UInt32] = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]

    private static func addSHA256(_ block: ArraySlice<UInt32>, to state: inout [UInt32]) {
        var words = Array(block)
        for index in 16..<64 {
            let (early, late) = (words[index - 15], words[index - 2])
            let low = early.turned(25) ^ early.turned(14) ^ early >> 3
            let high = late.turned(15) ^ late.turned(13) ^ late >> 10
            words.append(words[index - 16] &+ low &+ words[index - 7] &+ high)
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for (word, constant) in zip(words, roundConstants) {
            let first = h &+ (e.turned(26) ^ e.turned(21) ^ e.turned(7)) &+ (e & f ^ ~e & g) &+ constant &+ word
            let second = (a.turned(30) ^ a.turned(19) ^ a.turned(10)) &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
    }
}

// MARK: - MD5

extension Digests {
    private static let turns: [[UInt32]] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]
    /// RFC 1321 §3.4: from the sines of 1 to 64.
    private static let sines = (1...64).map { UInt32(abs(sin(Double($0))) * 4_294_967_296) }

    private static func addMD5(_ words: [UInt32], to state: inout [UInt32]) {
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        for step in 0..<64 {
            let (mixed, word) =
                switch step / 16 {
                case 0: (b & c | ~b & d, step)
                case 1: (b & d | c & ~d, (5 * step + 1) % 16)
                case 2: (b ^ c ^ d, (3 * step + 5) % 16)
                default: (c ^ (b | ~d), 7 * step % 16)
                }
            let sum = a &+ mixed &+ sines[step] &+ words[word]
            (a, d, c, b) = (d, c, b, b &+ sum.turned(turns[step / 16][step % 4]))
        }
        for (index, value) in [a, b, c, d].enumerated() { state[index] &+= value }
    }
}

extension UInt32 {
    /// Rotated to the left.
    fileprivate func turned(_ bits: UInt32) -> UInt32 { self << bits | self >> (32 - bits) }
}
