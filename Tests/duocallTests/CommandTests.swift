import ArgumentParser
import Testing

@testable import duocall

@Suite("The command line")
struct CommandTests {
    @Test func `every command says what it does`() {
        let commands = RootCommand.configuration.subcommands
        #expect(commands.count == 10)
        for command in commands {
            #expect(!command.configuration.abstract.isEmpty, "\(command)")
            #expect(RootCommand.helpMessage(for: command).contains("USAGE: duocall"), "\(command)")
        }
    }

    @Test(arguments: [
        ["call", "--to1", "1"], ["cancel"], ["serve"], ["check"], ["calls", "--page", "x"], ["nonsense"],
        ["phones", "--after", "soon"],
        ["voice", "add"], ["voice", "delete"], ["voice", "list", "--page", "x"],
    ])
    func `an incomplete or wrong command line is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try RootCommand.parseAsRoot(arguments) }
    }

    @Test func `a call's options become the request's parameters`() throws {
        let line = ["call", "--to1", "1", "--to2", "2", "--from2", "3", "--max-dial-duration", "9", "--user-data", "u"]
        let call = try #require(try RootCommand.parseAsRoot(line) as? CallCommand)
        #expect(
            call.parameters == [
                "to1": "1", "to2": "2", "from2": "3", "max_dial_duration": "9", "user_data": "u",
                "max_call_duration": "3600",
            ])
    }
}
