import Testing

@testable import SIPSyntax

@Suite struct CharacterSetTests {
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let alphanumeric = letters + "0123456789"
    private static let unreserved = alphanumeric + "-_.!~*'()"
    private static let token = alphanumeric + "-.!%*_+`'~"
    private static let visible = String(decoding: UInt8(0x21)...0x7E, as: UTF8.self)

    /// Each set as RFC 3261 §25.1 spells it, with the few additions that the sources name.
    private static let grammar: [(CharacterSet, String)] = [
        (.digit, "0123456789"),
        (.hexadecimal, "0123456789ABCDEFabcdef"),
        (.token, token),
        (.visible, visible),
        (.parameterName, token + "[]/:&$()"),
        (.parameterValue, visible.filter { !";,\"<>\\".contains($0) }),
        (.scheme, alphanumeric + "+-."),
        (.user, unreserved + "&=+$,;?/"),
        (.password, unreserved + "&=+$,"),
        (.host, alphanumeric + "-._"),
        (.uriParameter, unreserved + "[]/:&+$"),
        (.uriHeader, unreserved + "[]/?:+$=&"),
        (.opaque, unreserved + ";/?:@&=+$,[]"),
    ]

    @Test func theTableIsTheGrammar() {
        for (set, characters) in CharacterSetTests.grammar {
            let found = (UInt8.min...UInt8.max).filter(set.contains)
            #expect(found == Set(characters.utf8).sorted(), "\(characters)")
        }
    }
}
