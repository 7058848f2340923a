import Testing

@testable import SIPSyntax

extension TortureCase {
    /// RFC 4475 §3.1.2: not well formed. Where the RFC leaves it open, we refuse what we could only guess.
    static let invalid: [TortureCase] = [
        TortureCase("badinv01", "3.1.2.1", .refuse(400, "Malformed Via")),
        TortureCase("clerr", "3.1.2.2", .refuse(400, "Body Shorter Than Content-Length")),
        TortureCase("ncl", "3.1.2.3", .refuse(400, "Malformed Content-Length")),
        TortureCase("scalar02", "3.1.2.4", .refuse(400, "Malformed CSeq")),
        TortureCase("scalarlg", "3.1.2.5", .drop),
        TortureCase("quotbal", "3.1.2.6", .refuse(400, "Malformed To")),
        TortureCase("ltgtruri", "3.1.2.7", .refuse(400, "Malformed Request-URI")),
        TortureCase("lwsruri", "3.1.2.8", .refuse(400, "Malformed Start Line")),
        TortureCase("lwsstart", "3.1.2.9", .refuse(400, "Malformed Start Line")),
        TortureCase("trws", "3.1.2.10", .refuse(400, "Malformed Start Line")),
        TortureCase("escruri", "3.1.2.11", .refuse(400, "Headers In Request-URI")),
        // The RFC asks not to refuse a message for a Date that nobody reads.
        TortureCase("baddate", "3.1.2.12", .accept) { message throws in
            #expect(message.headers[.date] == "Fri, 01 Jan 2010 16:00:00 EST")
            #expect(try message.sessionDescription?.count == 150)
        },
        TortureCase("regbadct", "3.1.2.13", .refuse(400, "Malformed Contact")),
        TortureCase("badaspec", "3.1.2.14", .refuse(400, "Malformed To")),
        TortureCase("baddn", "3.1.2.15", .refuse(400, "Malformed From")),
        TortureCase("badvers", "3.1.2.16", .refuse(505, "Version Not Supported")),
        TortureCase("mismatch01", "3.1.2.17", .refuse(400, "CSeq Method Mismatch")),
        TortureCase("mismatch02", "3.1.2.18", .refuse(501, "CSeq Method Mismatch")),
        TortureCase("bigcode", "3.1.2.19", .drop),
    ]
}
