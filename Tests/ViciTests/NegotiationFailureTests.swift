import Testing
import Vici

@Suite("NegotiationFailure")
struct NegotiationFailureTests {
    /// The cause found in lines of a log.
    private func cause(_ lines: String...) -> NegotiationFailure {
        NegotiationFailure(log: lines.map { LogLine(Message([("msg", .text($0))])) })
    }

    // The lines are charon 5.9.8's own; "MAC mismatched" and the IKE proposal's are from its source, the rest recorded.
    @Test("the cause is found in charon's own words")
    func causes() {
        let auth = "received AUTHENTICATION_FAILED notify error"
        #expect(cause("parsed IKE_AUTH response 1 [ N(AUTH_FAILED) ]", auth) == .authenticationFailed(line: auth))
        let noKey = "no shared key found for 'a.example' - 'b.example'"
        #expect(cause(noKey) == .noSharedKey(identities: "'a.example' - 'b.example'", line: noKey))
        let mac = "tried 1 shared key for 'a.example' - 'b.example', but MAC mismatched"
        #expect(cause(mac) == .macMismatch(line: mac))
        let ike = "received NO_PROPOSAL_CHOSEN notify error"
        #expect(cause(ike) == .noProposalChosen(line: ike))
        let esp = "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built"
        #expect(cause(esp, "failed to establish CHILD_SA, keeping IKE_SA") == .noProposalChosen(line: esp))
        let selectors = "received TS_UNACCEPTABLE notify, no CHILD_SA built"
        #expect(
            cause(selectors, "failed to establish CHILD_SA, keeping IKE_SA")
                == .trafficSelectorsUnacceptable(line: selectors))
        let name = "unable to resolve nirgends.invalid, initiate aborted"
        #expect(cause(name) == .unresolvable(name: "nirgends.invalid", line: name))
    }

    @Test("IKEv1 has its own words")
    func version1() {
        let proposal = "received NO_PROPOSAL_CHOSEN error notify"
        #expect(cause(proposal) == .noProposalChosen(line: proposal))
        let selectors = "received INVALID_ID_INFORMATION error notify"
        #expect(cause(selectors) == .trafficSelectorsUnacceptable(line: selectors))
        let key = "invalid HASH_V1 payload length, decryption failed?"
        #expect(
            cause("received packet: from 192.0.2.2[500] to 192.0.2.1[500] (92 bytes)", key, "message parsing failed")
                == .macMismatch(line: key))
    }

    @Test("a peer is silent when its answers cease, not when one came late")
    func silence() {
        let sent = "sending packet: from 192.0.2.1[500] to 192.0.2.9[500] (892 bytes)"
        let received = "received packet: from 192.0.2.9[500] to 192.0.2.1[500] (248 bytes)"
        let again = "retransmit 2 of request with message ID 0"
        #expect(cause(sent, again, sent) == .peerSilent(line: again))
        #expect(cause(received, again, sent) == .peerSilent(line: again))
        #expect(cause(again, received, "odd end") == .other(line: "odd end"))
        let end = "establishing IKE_SA failed, peer not responding"
        #expect(cause(again, sent, "giving up after 3 retransmits", end) == .peerSilent(line: end))
        let auth = "received AUTHENTICATION_FAILED notify error"
        #expect(cause(again, sent, received, auth) == .authenticationFailed(line: auth))
    }

    @Test("without a known cause the last line is kept")
    func other() {
        #expect(cause("first", "last") == .other(line: "last"))
        #expect(NegotiationFailure(log: []) == .other(line: ""))
        #expect("\(NegotiationFailure(log: []))" == "charon gave no cause")
    }

    @Test("every cause is told with charon's line")
    func words() {
        let name = cause("unable to resolve x.invalid, initiate aborted")
        #expect(
            "\(name)"
                == "the name x.invalid has no address (charon: unable to resolve x.invalid, initiate aborted)")
    }
}
