import ArgumentParser
import Foundation

struct CallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "Lists the app's callbacks, newest first.")

    @OptionGroup var server: ClientOptions

    @Option(help: "Only calls in this state: 1 to 9, 4 for talking, 5 for ended.")
    var state: Int?

    @Option(help: "The page, from 1.")
    var page = 1

    @Option(help: "Calls on a page, 1 to 1000.")
    var pageSize = 20

    @Flag(help: "Prints the page as JSON.")
    var json = false

    func run() async throws {
        var query = "pageNo=\(page)&pageSize=\(pageSize)"
        if let state { query += "&state=\(state)" }
        let answer = try await server.client().get("call/duo_callback", query: query)
        let calls = try answer.payload(CallPage.self)
        if json { return print(try JSONText.data(of: answer)) }
        for call in calls.result {
            print(call.callId, Self.time(call.begin_time), "\(call.to1) → \(call.to2):", call.words)
        }
        print("page \(calls.currentPageNo) of \(calls.totalPageCount), \(calls.totalCount) calls")
    }

    private static func time(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
    }
}
