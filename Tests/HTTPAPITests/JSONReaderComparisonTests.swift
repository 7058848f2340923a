import Foundation
import TestMaterials
import Testing

@testable import HTTPAPI

/// The reader against another one, over broken and unbroken texts from a seed.
@Suite struct JSONReaderComparisonTests {
    private static let seeds = [
        #"{"to1":"13967446745","to2":"13009347583","max_call_duration":3600}"#,
        #"{"a":[1,-2.5e+10,true,false,null,{"b":"\u00e9\ud83d\ude00\n\"\\\/"}],"c":{},"d":[]}"#,
        #" { "s" : "号码 é" , "n" : 0 , "m" : -0.0E-1 } "#,
    ].map { Array($0.utf8) }

    private static let spice =
        Array(#"{}[]",:\/ubtnrf0123456789-+.eE tfalsn"#.utf8) + [0x00, 0x09, 0x1F, 0x7F, 0x80, 0xC3, 0xE5, 0xF0, 0xFF]

    private static func mutate(_ text: [UInt8], using generator: inout SplitMix) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            let place = Int.random(in: 0..<text.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: text.remove(at: place)
            case 1: text.insert(spice.randomElement(using: &generator) ?? 0, at: place)
            case 2: text[place] = spice.randomElement(using: &generator) ?? 0
            default: text.insert(contentsOf: text[place...].prefix(5), at: place)
            }
            if text.isEmpty { text = [0x20] }
        }
        return text
    }

    private static func isObject(_ text: [UInt8]) -> Bool {
        do { return try JSONSerialization.jsonObject(with: Data(text)) is [String: Any] } catch { return false }
    }

    private static func holdsHuge(_ value: JSONValue) -> Bool {
        switch value {
        case .number(let text): !(Double(text)?.isFinite ?? false)
        case .array(let elements): elements.contains(where: holdsHuge)
        case .object(let object): object.members.contains { holdsHuge($0.value) }
        case .null, .boolean, .string: false
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func bothReadersAcceptTheSame(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        var accepted = 0
        for round in 0..<500 {
            let text = Self.mutate(Self.seeds[round % Self.seeds.count], using: &generator)
            let ours: Bool
            do {
                let object = try JSONReader.object(in: text)
                // The other one cannot hold a number beyond the range of its type.
                if Self.holdsHuge(.object(object)) { continue }
                ours = true
                accepted += 1
            } catch JSONFault.duplicate {
                continue
            } catch {
                ours = false
            }
            #expect(ours == Self.isObject(text), "\(String(decoding: text, as: UTF8.self).debugDescription)")
        }
        #expect((50..<450).contains(accepted))
    }
}
