import Testing

@testable import SIPSyntax

extension TortureCase {
    /// RFC 4475 §3.2 to §3.4: well formed as text; what it says decides.
    static let semantics: [TortureCase] = [
        TortureCase("badbranch", "3.2.1", .accept) { message throws in
            #expect(message.topVia.branch == "z9hG4bK")
            #expect(!message.topVia.hasUniqueBranch)
        },
        TortureCase("insuf", "3.3.1", .refuse(400, "Missing From")),
        TortureCase("unkscm", "3.3.2", .refuse(416, "Unsupported URI Scheme")) { message throws in
            #expect(message.requestURI?.scheme == .other)
            #expect(message.requestURI?.description == "nobodyKnowsThisScheme:totallyopaquecontent")
            #expect(message.cseq.number == 3_923_423)
        },
        TortureCase("novelsc", "3.3.3", .refuse(416, "Unsupported URI Scheme")) { message throws in
            #expect(message.requestURI?.description == "soap.beep://192.0.2.103:3002")
        },
        TortureCase("unksm2", "3.3.4", .refuse(400, "Malformed To")) { message throws in
            #expect(message.to.uri.description == "isbn:2983792873")
            #expect(message.from.uri.description == "http://www.example.com")
            #expect(message.contact?.uri.description == "name:John_Smith")
        },
        TortureCase("bext01", "3.3.5", .refuse(420, "Bad Extension")) { message throws in
            #expect(try message.require == ["nothingSupportsThis", "nothingSupportsThisEither"])
            #expect(try message.proxyRequire == ["noProxiesSupportThis", "norDoAnyProxiesSupportThis"])
            guard case .refuse(let refusal) = message.judgement(by: tortureServer) else { return }
            #expect(refusal.headers.map(\.name) == [.unsupported])
            #expect(refusal.headers.map(\.value) == ["nothingSupportsThis, nothingSupportsThisEither"])
        },
        TortureCase("invut", "3.3.6", .refuse(415, "Unsupported Media Type")) { message throws in
            #expect(try message.contentType?.description == "application/unknownformat")
            #expect(message.bodyText == "<audio>\r\n <pcmu port=\"443\"/>\r\n</audio>\r\n")
            guard case .refuse(let refusal) = message.judgement(by: tortureServer) else { return }
            #expect(refusal.headers.map(\.value) == ["application/sdp, text/plain"])
        },
        // A registrar challenges it like a request without credentials.
        TortureCase("regaut01", "3.3.7", .accept) { message throws in
            #expect(message.headers[.authorization] == "NoOneKnowsThisScheme opaque-data=here")
            #expect(message.topVia.transport == "TCP")
        },
        TortureCase("multi01", "3.3.8", .refuse(400, "Repeated CSeq")),
        TortureCase("mcl01", "3.3.9", .refuse(400, "Repeated Content-Length")),
        TortureCase("bcast", "3.3.10", .drop) { message throws in
            #expect(try message.vias.map(\.host) == ["192.0.2.198", "255.255.255.255"])
        },
        TortureCase("zeromf", "3.3.11", .accept) { message throws in
            #expect(message.maxForwards == 0)
        },
        TortureCase("cparam01", "3.3.12", .accept) { message throws in
            #expect(message.contact?.uri.description == "sip:+19725552222@gw1.example.net")
            #expect(message.contact?.parameters.contains("unknownparam") == true)
        },
        TortureCase("cparam02", "3.3.13", .accept) { message throws in
            #expect(message.contact?.uri.parameters.contains("unknownparam") == true)
            #expect(message.contact?.parameters.contains("unknownparam") == false)
        },
        TortureCase("regescrt", "3.3.14", .accept) { message throws in
            #expect(message.contact?.uri.headers == "Route=%3Csip:sip.example.com%3E")
            #expect(message.contact?.uri.headers?.unescaped == "Route=<sip:sip.example.com>")
        },
        TortureCase("sdp01", "3.3.15", .refuse(406, "Not Acceptable")) { message throws in
            #expect(try message.accept?.map(\.description) == ["text/nobodyKnowsThis"])
            #expect(try message.sessionDescription?.count == 150)
        },
        TortureCase("inv2543", "3.4.1", .accept) { message throws in
            #expect(message.topVia.branch == nil)
            #expect(message.from.tag == nil)
            #expect(message.to.parameters["user"] == "phone")
            #expect(message.maxForwards == nil)
            #expect(message.contact == nil)
            #expect(try message.recordRoutes.first?.uri.parameters["maddr"] == "ss1.example.com")
            #expect(message.bodyText.hasSuffix("m=audio 49217 RTP/AVP 0\r\n"))
            #expect(message.body.count == 105)
        },
    ]
}
