import Testing

@testable import SIPSyntax

extension TortureCase {
    /// RFC 4475 §3.1.1: well formed, however odd.
    static let valid: [TortureCase] = [
        TortureCase("wsinv", "3.1.1.1", .accept) { message throws in
            #expect(message.method == .invite)
            #expect(message.requestURI?.user == "vivekg")
            #expect(message.requestURI?.host == "chair-dnrc.example.com")
            #expect(message.requestURI?.parameters.contains("unknownparam") == true)
            #expect(message.to.uri.description == "sip:vivekg@chair-dnrc.example.com")
            #expect(message.to.tag == "1918181833n")
            #expect(message.from.displayName == "J Rosenberg \\\"")
            #expect(message.from.uri.user == "jdrosen")
            #expect(message.from.tag == "98asjd8")
            #expect(message.maxForwards == 68)
            #expect(message.callID == "wsinv.ndaksdj@192.0.2.1")
            #expect(message.cseq == CSeq(number: 9, method: .invite))
            let vias = try message.vias
            #expect(vias.map(\.transport) == ["UDP", "TCP", "UDP"])
            #expect(vias.map(\.host) == ["192.0.2.2", "spindle.example.com", "192.168.255.111"])
            #expect(vias.map(\.branch) == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"])
            #expect(vias.map(\.hasUniqueBranch) == [false, true, true])
            #expect(message.headers[.subject]?.isEmpty == true)
            #expect(
                message.headers.values(named: "newfangledheader").map(\.unfolded)
                    == ["newfangled value continued newfangled value"])
            #expect(message.headers.values(named: "UnknownHeaderWithUnusualValue") == [";;,,;;,;"])
            let route = try #require(try message.routes.first)
            #expect(route.uri.host == "services.example.com")
            #expect(route.uri.isLooseRouter)
            #expect(route.uri.parameters["unknownwith"] == "value")
            #expect(route.uri.parameters.contains("unknown-no-value"))
            #expect(message.contact?.displayName == "Quoted string \"\"")
            #expect(message.contact?.parameters["newparam"] == "newvalue")
            #expect(message.contact?.parameters.contains("secondparam") == true)
            #expect(message.contact?.parameters["q"] == "0.33")
            #expect(message.body.count == 150)
            #expect(try message.sessionDescription?.count == 150)
        },
        TortureCase("intmeth", "3.1.1.2", .accept) { message throws in
            #expect(message.method == .other("!interesting-Method0123456789_*+`.%indeed'~"))
            #expect(message.requestURI?.user == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
            #expect(message.requestURI?.password == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
            #expect(message.requestURI?.host == "example.com")
            #expect(message.topVia.branch == "z9hG4bK-.!%66*_+`'~")
            #expect(message.to.displayName == "BEL:\u{7} NUL:\u{0} DEL:\u{7F}")
            #expect(message.from.displayName == "token1~` token2'+_ token3*%!.-")
            #expect(
                message.from.parameters["fromParam''~+*_!.-%"]?.description
                    == "\u{440}\u{430}\u{431}\u{43E}\u{442}\u{430}\u{44E}\u{449}\u{438}\u{439}")
            #expect(message.from.tag == "_token~1'+`*%!-.")
            #expect(message.callID == "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{")
            #expect(message.cseq.number == 139_122_385)
            #expect(message.maxForwards == 255)
            #expect(message.headers.values(named: "extensionHeader-!.%*+_`'~").first?.count == 12)
        },
        TortureCase("esc01", "3.1.1.3", .accept) { message throws in
            #expect(message.requestURI?.scheme == .sip)
            #expect(message.requestURI?.unescapedUser == "sips:user@example.com")
            #expect(message.requestURI?.host == "example.net")
            #expect(message.to.uri.unescapedUser == "user")
            #expect(message.to.uri.isEquivalent(to: try #require(SIPURI("sip:user@example.com"))))
            #expect(message.from.uri.unescapedUser == "I have spaces")
            #expect(message.contact?.uri.unescapedUser == "caller")
            let parameters = try #require(message.contact?.uri.parameters)
            #expect(parameters.map(\.name.unescaped) == ["lr", "name"])
            #expect(parameters.map { $0.value?.unescaped } == [nil, "value%41"])
            #expect(try message.sessionDescription?.count == 150)
        },
        TortureCase("escnull", "3.1.1.4", .accept) { message throws in
            #expect(message.method == .register)
            #expect(message.to.uri.unescapedUser == "null-\u{0}-null")
            #expect(message.from.uri.unescapedUser == "null-\u{0}-null")
            #expect(try message.contacts.map(\.uri.unescapedUser) == ["\u{0}", "\u{0}\u{0}"])
            #expect(message.body.isEmpty)
        },
        TortureCase("esc02", "3.1.1.5", .accept) { message throws in
            #expect(message.method == .other("RE%47IST%45R"))
            #expect(message.method != .register)
            #expect(message.to.displayName == "%Z%45")
            #expect(message.from.displayName == "%Z%45")
            #expect(message.topVia.branch == "z9hG4bK209%fzsnel234")
            #expect(try message.contacts.map(\.uri.user) == ["alias1", "alias3"])
            #expect(message.headers.values(named: "C%6Fntact") == ["<sip:alias2@host2.example.com>"])
        },
        TortureCase("lwsdisp", "3.1.1.6", .accept) { message throws in
            #expect(message.method == .options)
            #expect(message.from.displayName == "caller")
            #expect(message.from.uri.description == "sip:caller@example.com")
            #expect(message.from.tag == "323")
        },
        TortureCase("longreq", "3.1.1.7", .accept) { message throws in
            #expect(try message.vias.count == 34)
            #expect(try message.vias.first?.host == "sip33.example.com")
            let last = try #require(try message.vias.last)
            #expect(last.host == "host.example.com")
            #expect(last.received == "192.0.2.5")
            #expect(last.branch?.count == 215)
            #expect(message.to.uri.port == 6000)
            #expect(message.to.uri.parameters.map(\.name.count) == [13, 109, 128])
            #expect(message.from.tag?.count == 155)
            #expect(message.from.uri.user?.count == 115)
            #expect(message.callID.count == 141)
            #expect(message.contact?.uri.host == "host5.example.net")
            #expect(try message.sessionDescription?.count == 150)
        },
        TortureCase("dblreq", "3.1.1.8", .accept) { message throws in
            #expect(message.method == .register)
            #expect(message.callID == "dblreq.0ha0isndaksdj99sdfafnl3lk233412")
            #expect(message.headers.count == 8)
            #expect(message.body.isEmpty)
        },
        TortureCase("semiuri", "3.1.1.9", .accept) { message throws in
            #expect(message.requestURI?.user == "user;par=u%40example.net")
            #expect(message.requestURI?.unescapedUser == "user;par=u@example.net")
            #expect(message.requestURI?.host == "example.com")
            #expect(message.requestURI?.parameters.contains("par") == false)
            #expect(
                try message.accept?.map(\.description) == [
                    "application/sdp", "application/pkcs7-mime", "multipart/mixed", "multipart/signed", "message/sip",
                    "message/sipfrag",
                ])
        },
        TortureCase("transports", "3.1.1.10", .accept) { message throws in
            #expect(try message.vias.map(\.transport) == ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"])
            #expect(try message.vias.map(\.host).last == "t5.example.com")
        },
        TortureCase("mpart01", "3.1.1.11", .accept) { message throws in
            #expect(message.method == .message)
            #expect(try message.contentType?.description == "multipart/mixed")
            let parts = try message.bodyParts
            #expect(try parts.map { try $0.contentType?.description } == ["text/plain", "application/octet-stream"])
            #expect(parts[0].content.elementsEqual("Hello".utf8))
            #expect(parts[1].content.count == 342)
            #expect(parts[1].content.prefix(4).elementsEqual([0x30, 0x82, 0x01, 0x52]))
            #expect(message.topVia.rport == .requested)
            #expect(try message.routes.map(\.uri.port) == [5080])
            #expect(try message.sessionDescription == nil)
        },
        TortureCase("unreason", "3.1.1.12", .accept) { message throws in
            #expect(message.status == .ok)
            #expect(
                message.phrase?.description
                    == "= 2**3 * 5**2 \u{43D}\u{43E} \u{441}\u{442}\u{43E} \u{434}\u{435}\u{432}\u{44F}\u{43D}\u{43E}\u{441}\u{442}\u{43E} "
                    + "\u{434}\u{435}\u{432}\u{44F}\u{442}\u{44C} - \u{43F}\u{440}\u{43E}\u{441}\u{442}\u{43E}\u{435}")
            #expect(message.contact?.uri.host == "host198.example.com")
            #expect(try message.sessionDescription?.count == 154)
        },
        TortureCase("noreason", "3.1.1.13", .accept) { message throws in
            #expect(message.status == .trying)
            #expect(message.phrase?.isEmpty == true)
            #expect(message.cseq == CSeq(number: 35, method: .invite))
        },
    ]
}
