import Foundation

/// What a phone does when it is called, as a scenario for SIPp.
struct PhoneScript {
    enum Step {
        case pause(milliseconds: Int)
        /// 180.
        case ring
        /// 183 with a session description.
        case progress
        /// Sends the A-law file of this name, over and over, from now on.
        case speak(String)
        /// 200, and waits for its ACK.
        case answer
        /// Waits for the ACK too.
        case refuse(Int, String)
        /// Waits for the CANCEL and for the ACK of the 487.
        case awaitCancel
        /// Sends a BYE and waits for its answer.
        case hangUp
        /// Waits for the BYE.
        case awaitHangUp
    }

    /// Where a phone hears.
    enum Ear: String {
        /// SIPp's own socket, which `speak` sends from too.
        case own = "rtpstream_audio_port"
        /// The port that its number names behind a prefix of three digits.
        case named = "$port"
    }

    let ear: Ear
    let steps: [Step]

    init(_ ear: Ear = .own, _ steps: Step...) {
        self.ear = ear
        self.steps = steps
    }

    var xml: String {
        let variables = ear == .named ? "all,port,from,to,cseq" : "from,to,cseq"
        return """
            <?xml version="1.0" encoding="UTF-8" ?>
            <!DOCTYPE scenario SYSTEM "sipp.dtd">
            <scenario name="script">
            <recv request="INVITE" rrs="true"><action>
            <ereg regexp=".*" search_in="hdr" header="From:" assign_to="from"/>
            <ereg regexp=".*" search_in="hdr" header="To:" assign_to="to"/>
            <ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>\(portSearch)
            </action></recv>
            \(steps.map(text).joined(separator: "\n"))
            <Reference variables="\(variables)"/>
            </scenario>

            """
    }

    private var portSearch: String {
        switch ear {
        case .own: ""
        case .named:
            #"""

            <ereg regexp="sip:[0-9]{3}([0-9]{5})@" search_in="hdr" header="To:" check_it="true" assign_to="all,port"/>
            """#
        }
    }

    private func text(_ step: Step) -> String {
        switch step {
        case .pause(let milliseconds): #"<pause milliseconds="\#(milliseconds)"/>"#
        case .ring: response(180, "Ringing", toTag: true)
        case .progress: response(183, "Session Progress", toTag: true, description: description)
        case .speak(let file): #"<nop><action><exec rtp_stream="\#(file),-1,8"/></action></nop>"#
        case .answer:
            response(200, "OK", toTag: true, description: description, isFinal: true) + #"<recv request="ACK"/>"#
        case .refuse(let status, let reason):
            response(status, reason, toTag: true, isFinal: true) + #"<recv request="ACK"/>"#
        case .awaitCancel:
            #"<recv request="CANCEL"/>"# + response(200, "OK")
                + response(487, "Request Terminated", toTag: true, sequence: "CSeq:[$cseq]", isFinal: true)
                + #"<recv request="ACK"/>"#
        case .hangUp: hangUp
        case .awaitHangUp: #"<recv request="BYE"/>"# + response(200, "OK")
        }
    }

    private func response(
        _ status: Int, _ reason: String, toTag: Bool = false, sequence: String = "[last_CSeq:]",
        description: String = "", isFinal: Bool = false
    ) -> String {
        let type = description.isEmpty ? "" : "\nContent-Type: application/sdp"
        let tag = toTag ? ";tag=[pid]script[call_number]" : ""
        return """
            <send\(isFinal ? #" retrans="500""# : "")><![CDATA[
            SIP/2.0 \(status) \(reason)
            [last_Via:]
            [last_From:]
            [last_To:]\(tag)
            [last_Call-ID:]
            \(sequence)
            [last_Record-Route:]
            Contact: <sip:phone@[local_ip]:[local_port];transport=[transport]>\(type)
            Content-Length: \(description.isEmpty ? "0" : "[len]")

            \(description)
            ]]></send>
            """
    }

    private var hangUp: String {
        """
        <send retrans="500"><![CDATA[
        BYE [next_url] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From:[$to];tag=[pid]script[call_number]
        To:[$from]
        Call-ID: [call_id]
        CSeq: 1 BYE
        Max-Forwards: 70
        [routes]
        Content-Length: 0

        ]]></send>
        <recv response="200"/>
        """
    }

    private var description: String {
        """
        v=0
        o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
        s=-
        c=IN IP[media_ip_type] [media_ip]
        t=0 0
        m=audio [\(ear.rawValue)] RTP/AVP 8
        a=rtpmap:8 PCMA/8000

        """
    }
}
