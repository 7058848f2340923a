import Testing

@testable import HTTPAPI

@Suite struct JSONReaderTests {
    private func read(_ text: String) throws(JSONFault) -> JSONObject { try JSONReader.object(in: Array(text.utf8)) }

    private func value(_ text: String) throws(JSONFault) -> JSONValue? { try read(#"{"a":\#(text)}"#)["a"] }

    @Test func everyKindOfValueIsRead() throws {
        let object = try read(
            #" { "n" : null , "t":true,"f":false, "i":-12, "d":0.5e+3,"s":"x","a":[1,[],{}],"o":{"p":1} } "#)
        #expect(object["n"] == .null)
        #expect(object["t"] == .boolean(true))
        #expect(object["f"] == .boolean(false))
        #expect(object["i"] == .number("-12"))
        #expect(object["d"] == .number("0.5e+3"))
        #expect(object["s"] == .string("x"))
        #expect(object["a"] == .array([.number("1"), .array([]), .object(JSONObject())]))
        guard case .object(let inner) = object["o"] else { return #expect(Bool(false)) }
        #expect(inner.members.map(\.name) == ["p"])
        #expect(object["absent"] == nil)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u4f60\u597D""#, "你好"),
        (#""\ud83d\ude00""#, "😀"), ("\"号码\"", "号码"), (#""""#, ""), (#""\u0000""#, "\0"), ("\"\u{7F}\"", "\u{7F}"),
        (#""a\u0301""#, "a\u{301}"),
    ])
    func stringsAreUnescaped(text: String, expected: String) throws {
        let value = try #require(try value(text)?.text)
        #expect(Array(value.unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test(arguments: ["0", "-0", "10", "1.5", "1e5", "1E-5", "-1.25e+10", "123456789012345678901234567890"])
    func numbersKeepTheirText(text: String) throws {
        #expect(try value(text) == .number(text))
    }

    @Test(arguments: [
        "01", "+1", "-", ".5", "1.", "1e", "1e+", "0x10", "NaN", "Infinity", "tru", "truer", "nul", "None", "'x'",
        #""x"#, "\"\t\"", "\"a\nb\"", #""\x41""#, #""\u12""#, #""\u12G4""#, #""\ud800""#, #""\ud800x""#,
        #""\ud800\u0041""#, #""\udc00""#, #""\"#, "[1,]", "[,1]", "[1 2]", "[1", "{,}", #"{"b":1,}"#, #"{"b"}"#,
        #"{"b":}"#,
        "{b:1}", "1}", "",
    ])
    func whatIsNotJSONIsRefused(text: String) {
        #expect(throws: JSONFault.self) { try value(text) }
    }

    @Test(arguments: ["", " ", "{}{}", "{} x", "\u{FEFF}{}", "/**/{}", "{\"a\":1", "[1"])
    func aBodyIsOneJSONText(text: String) {
        #expect(throws: JSONFault.self) { try read(text) }
    }

    @Test(arguments: ["[]", "1", "\"x\"", "null", "true"])
    func aBodyIsAnObject(text: String) {
        #expect(throws: JSONFault.notAnObject) { try read(text) }
    }

    @Test(
        arguments: [
            [0xFF], [0xC0, 0xAF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE4, 0xBD],
            [0x80],
        ] as [[UInt8]])
    func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
        for escaped in [[], Array("\\n".utf8)] {
            #expect(throws: JSONFault.self) {
                try JSONReader.object(in: Array(#"{"a":""#.utf8) + escaped + bytes + Array(#""}"#.utf8))
            }
        }
    }

    @Test func aNameGivenTwiceIsRefusedAtAnyDepthAndInAnySpelling() {
        #expect(throws: JSONFault.duplicate("a")) { try read(#"{"a":1,"b":2,"a":1}"#) }
        #expect(throws: JSONFault.duplicate("a")) { try read(#"{"a":1,"\u0061":2}"#) }
        #expect(throws: JSONFault.duplicate("x")) { try read(#"{"a":[{"x":1,"x":null}]}"#) }
    }

    @Test func namesAreComparedByTheirScalars() throws {
        #expect(try read("{\"\u{E9}\":1,\"e\u{301}\":2}").members.count == 2)
    }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> String {
            #"{"a":"# + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1) + "}"
        }
        #expect(try read(nested(JSONReader.maxDepth)).members.count == 1)
        #expect(throws: JSONFault.tooDeep) { try read(nested(JSONReader.maxDepth + 1)) }
        #expect(throws: JSONFault.tooDeep) { try read(String(repeating: #"{"a":"#, count: 10_000)) }
    }

    @Test func membersAreLimited() throws {
        func object(_ count: Int) -> String {
            "{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        }
        #expect(try read(object(JSONReader.maxMembers)).members.count == JSONReader.maxMembers)
        #expect(throws: JSONFault.tooManyMembers) { try read(object(JSONReader.maxMembers + 1)) }
    }

    @Test func everyPrefixOfABodyIsRefused() throws {
        let body = Array(#"{"to1":"\u4f60\n","n":[-1.5e3,true,{"x":null}]}"#.utf8)
        #expect(try JSONReader.object(in: body).members.count == 2)
        for length in 0..<body.count {
            #expect(throws: JSONFault.self) { try JSONReader.object(in: Array(body[..<length])) }
        }
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let awkward = "\"\\/\u{0}\u{1F}\u{7F}\u{2028} 号码 😀"
        var text = JSONText()
        text.object { text in
            text.member("s", awkward)
            text.member("n", Optional<Int>.none)
            text.member("i", -5)
            text.name("a")
            text.array([1, 2]) { $0.integer($1) }
            text.name("o")
            text.object { _ in }
        }
        let object = try JSONReader.object(in: text.bytes)
        #expect(object["s"] == .string(awkward))
        #expect(object["n"] == .null)
        #expect(object["i"] == .number("-5"))
        #expect(object["a"] == .array([.number("1"), .number("2")]))
        #expect(object["o"] == .object(JSONObject()))
    }
}
