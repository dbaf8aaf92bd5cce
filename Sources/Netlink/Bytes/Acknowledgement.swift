internal import CLibnl

/// The kernel's word on a request: NLMSG_ERROR, or the end of a dump, NLMSG_DONE.
///
/// libnl 3.7 folds several errnos into one code and has no reader for the extended acknowledgement, and never looks into
/// NLMSG_DONE; so both are read here.
struct Acknowledgement: Sendable, Equatable {
    /// The errno; 0 means success.
    let code: Int32
    /// The kernel's text (NLMSGERR_ATTR_MSG); nil when it gave none.
    let text: String?
    /// Where in the request the fault lies, in bytes from its start (NLMSGERR_ATTR_OFFS); nil when not told.
    let offset: Int?

    /// Reads an NLMSG_ERROR or NLMSG_DONE; nil when the message is neither or too short.
    init?(_ message: Message) {
        let extensionsStart: Int
        switch Int32(message.type) {
        case NLMSG_ERROR:
            guard let echo = message.payload.structure(nlmsghdr(), at: 4) else { return nil }
            let echoed = message.has(NLM_F_CAPPED) ? 0 : max(0, Int(echo.nlmsg_len) - MemoryLayout<nlmsghdr>.size)
            extensionsStart = 4 + MemoryLayout<nlmsghdr>.size + aligned(echoed)
        case NLMSG_DONE:
            extensionsStart = 4
        default:
            return nil
        }
        guard let result = message.payload.integer(Int32.self) else {
            // Old kernels end a dump without a payload.
            guard message.type == NLMSG_DONE else { return nil }
            (code, text, offset) = (0, nil, nil)
            return
        }
        // The magnitude, so that no input can overflow; a dump's end may bear a positive count, which is no error.
        code = result < 0 ? Int32(truncatingIfNeeded: result.magnitude) : 0
        guard message.has(NLM_F_ACK_TLVS) else {
            (text, offset) = (nil, nil)
            return
        }
        let extensions = message.payload.attributes(after: extensionsStart)
        let words = extensions[Int(NLMSGERR_ATTR_MSG.rawValue)]?.text
        text = words.flatMap { $0.isEmpty ? nil : $0 }
        offset = extensions[Int(NLMSGERR_ATTR_OFFS.rawValue)]?.u32.map { Int($0) }
    }
}
