internal import CLibnl
internal import Glibc

extension NetlinkSocket {
    /// Takes the next sequence number of this socket.
    func nextSequence() -> UInt32 { nl_socket_use_seq(handle) }

    /// Sends bytes to the kernel; returns the errno, 0 for success.
    func send(_ bytes: [UInt8]) -> Int32 {
        var bytes = bytes
        errno = 0
        let status = nl_sendto(handle, &bytes, bytes.count)
        let code = errno
        // libnl folds errnos together; the one of the system call is still there.
        return status >= 0 ? 0 : code == 0 ? EIO : code
    }

    /// What came from the socket.
    enum Datagram {
        case messages([UInt8])
        /// The errno of the failed receive.
        case failure(Int32)
    }

    /// Waits for a datagram of the kernel; what other processes send is passed over.
    func receive() -> Datagram {
        while true {
            var sender = sockaddr_nl()
            var buffer: UnsafeMutablePointer<UInt8>?
            errno = 0
            let count = nl_recv(handle, &sender, &buffer, nil)
            let code = errno
            guard count >= 0 else { return .failure(code == 0 ? EBADMSG : code) }
            guard let buffer else { continue }
            let bytes = Array(UnsafeBufferPointer(start: buffer, count: Int(count)))
            // States carry keys; do not leave them in freed memory of libnl's.
            if subsystem == .xfrm { explicit_bzero(buffer, Int(count)) }
            free(buffer)
            if sender.nl_pid == 0 { return .messages(bytes) }
        }
    }

    /// The socket's port, which all answers to it bear.
    var port: UInt32 { nl_socket_get_local_port(handle) }

    /// Sends one request that is answered by one message, and waits for it.
    ///
    /// - Throws: `NetlinkError` with the kernel's code and words when it refuses.
    func ask(_ request: Request) throws(NetlinkError) -> Message {
        let sequence = nextSequence()
        let code = send(request.bytes(sequence: sequence))
        guard code == 0 else { throw request.error(code) }
        while true {
            switch receive() {
            case .failure(let code): throw request.error(code)
            case .messages(let bytes):
                var messages = MessageReader(bytes)
                while let message = messages.next() {
                    guard message.header.nlmsg_pid == port, message.sequence == sequence else { continue }
                    guard let acknowledgement = Acknowledgement(message) else {
                        if Int32(message.type) == NLMSG_ERROR { throw request.error(EBADMSG) }
                        return message
                    }
                    throw request.error(acknowledgement.code == 0 ? ENODATA : acknowledgement.code, acknowledgement)
                }
                if messages.isBroken { throw request.error(EBADMSG) }
            }
        }
    }
}

extension NetlinkError {
    /// The same error, of a request that was sent and whose answer did not come whole.
    var unanswered: NetlinkError {
        var error = self
        error.isUnanswered = true
        return error
    }
}

extension Request {
    /// The bytes with a sequence number, and further flags (NLM_F_*).
    func bytes(sequence: UInt32, adding flags: Int32 = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(self, sequence: sequence, adding: flags)
        return bytes
    }

    /// The error for a code, with the kernel's words when there are some.
    func error(_ code: Int32, _ acknowledgement: Acknowledgement? = nil) -> NetlinkError {
        NetlinkError(
            operation, subject, code: code, kernelMessage: acknowledgement?.text, offset: acknowledgement?.offset)
    }
}

extension [UInt8] {
    /// Appends a request with a sequence number, and further flags (NLM_F_*).
    mutating func append(_ request: Request, sequence: UInt32, adding flags: Int32) {
        let start = count
        self += request.bytes
        withUnsafeMutableBytes { bytes in
            // nlmsg_flags are the bytes 6 and 7 of struct nlmsghdr, nlmsg_seq 8 to 11.
            let old = bytes.loadUnaligned(fromByteOffset: start + 6, as: UInt16.self)
            bytes.storeBytes(of: old | UInt16(truncatingIfNeeded: flags), toByteOffset: start + 6, as: UInt16.self)
            bytes.storeBytes(of: sequence, toByteOffset: start + 8, as: UInt32.self)
        }
    }
}
