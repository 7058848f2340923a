import CallModel
import Foundation
import Testing

@Suite struct SharedTests {
    private struct Holder: Hashable, Codable {
        @Shared var names: [String]
    }

    @Test("a change in one holder is not seen by another that shared the value")
    func changesAlone() {
        let one = Holder(names: ["a"])
        var other = one
        other.names.append("b")
        #expect(one.names == ["a"] && other.names == ["a", "b"])
    }

    @Test("holders of equal values are equal, shared or not")
    func equalByValue() {
        let one = Holder(names: ["a"])
        let other = Holder(names: ["a"])
        #expect(one == other && one.hashValue == other.hashValue)
        #expect(one != Holder(names: []))
    }

    @Test("it is coded as the value alone")
    func codedAsValue() throws {
        let text = try JSONEncoder().encode(Holder(names: ["a"]))
        #expect(String(decoding: text, as: UTF8.self) == #"{"names":["a"]}"#)
        #expect(try JSONDecoder().decode(Holder.self, from: text) == Holder(names: ["a"]))
    }
}
