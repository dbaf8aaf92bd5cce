internal import CLibnl
internal import Glibc

/// Gathers the answers to one dump, datagram by datagram.
struct DumpReader<Value> {
    /// How a dump ended.
    enum End {
        /// With these values.
        case values([Value])
        /// With values that do not fit together, because the kernel's table changed: it must be read again.
        case disturbed
        /// With a refusal, or with something that is no netlink.
        case refused(Int32, Acknowledgement?)
    }

    /// The number of the request.
    let sequence: UInt32
    /// The port of the socket that asked.
    let port: UInt32
    /// Makes a value of a message; nil leaves it out.
    let parse: (Message) -> Value?
    private var values: [Value] = []
    private var isDisturbed = false

    init(sequence: UInt32, port: UInt32, parse: @escaping (Message) -> Value?) {
        self.sequence = sequence
        self.port = port
        self.parse = parse
    }

    /// Notes that something was lost; the rest must still be read, as the kernel begins no other dump before.
    mutating func noteLoss() {
        isDisturbed = true
    }

    /// Takes a datagram; nil means that more is to come.
    mutating func take(_ datagram: [UInt8]) -> End? {
        var messages = MessageReader(datagram)
        while let message = messages.next() {
            // Left over from an earlier request, or a notification.
            guard message.sequence == sequence, message.header.nlmsg_pid == port else { continue }
            if message.has(NLM_F_DUMP_INTR) { isDisturbed = true }
            switch Int32(message.type) {
            case NLMSG_DONE, NLMSG_ERROR:
                // A refusal comes as either; libnl would take the first for the end of an empty list.
                guard let end = Acknowledgement(message) else { return .refused(EBADMSG, nil) }
                switch end.code {
                case 0: return isDisturbed ? .disturbed : .values(values)
                // The kernel's other way to say that it was disturbed.
                case EINTR, EAGAIN: return .disturbed
                default: return .refused(end.code, end)
                }
            case NLMSG_OVERRUN: isDisturbed = true
            case NLMSG_NOOP: break
            default: if let value = parse(message) { values.append(value) }
            }
        }
        return messages.isBroken ? .refused(EBADMSG, nil) : nil
    }
}
