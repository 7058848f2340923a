import CallModel

/// Which page of a list is asked for.
struct PageRequest: Hashable, Sendable {
    /// From 1.
    var number: Int
    /// 1–1000.
    var size: Int

    init(_ parameters: Parameters) throws(Refusal) {
        number = try parameters.integer("pageNo", in: 1...1_000_000) ?? 1
        size = try parameters.integer("pageSize", in: 1...1000) ?? 10
    }

    /// The page of a list that is at hand.
    func page<Element>(of all: [Element]) -> Page<Element> {
        Page(elements: Array(all.dropFirst((number - 1) * size).prefix(size)), totalCount: all.count)
    }
}

extension JSONText {
    /// A page in the shape all lists have.
    mutating func page<Element>(
        _ page: Page<Element>, _ request: PageRequest, _ write: (inout JSONText, Element) -> Void
    ) {
        object { text in
            text.member("pageSize", request.size)
            text.member("startIndex", (request.number - 1) * request.size + 1)
            text.member("totalCount", page.totalCount)
            text.member("totalPageCount", (page.totalCount + request.size - 1) / request.size)
            text.member("currentPageNo", request.number)
            text.name("result")
            text.array(page.elements, write)
        }
    }
}
