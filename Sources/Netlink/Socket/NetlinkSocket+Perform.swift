internal import CLibnl
internal import Glibc

extension NetlinkSocket {
    /// Performs requests in as few sends as possible, in their order, and tells what became of each.
    ///
    /// The kernel goes on after a request that failed, so a request that needs an earlier one fails after it. Only the
    /// last request of a send asks for an acknowledgement; a failure is always told, and is matched by its number.
    ///
    /// When answers are lost (ENOBUFS), or a send fails, every request whose fate is not known has that failure, and so
    /// have all later ones, which were not sent.
    ///
    /// - Parameter requests: the requests; any number, also none.
    /// - Returns: a result for each request, at its place.
    public func perform(_ requests: [Request]) -> [Result<Void, NetlinkError>] {
        var results: [Result<Void, NetlinkError>] = []
        results.reserveCapacity(requests.count)
        while results.count < requests.count {
            let batch = requests[results.count..<endOfBatch(from: results.count, in: requests)]
            let (answers, failure) = exchange(batch)
            results += answers
            switch failure {
            case nil: continue
            case .unsent(let code): results += requests[results.count...].map { .failure($0.error(code)) }
            case .unanswered(let code):
                results += requests[results.count..<(results.count + batch.count)].map {
                    .failure($0.error(code).unanswered)
                }
                results += requests[results.count...].map { .failure($0.error(code)) }
            }
        }
        return results
    }

    /// Performs one request.
    ///
    /// - Parameter request: the request.
    /// - Throws: `NetlinkError` with the kernel's code and words when it refuses.
    public func perform(_ request: Request) throws(NetlinkError) {
        // One request has one result.
        for result in perform([request]) { try result.get() }
    }

    /// Where the batch ends that begins at `start`: at a limit of the socket's, but after one request at least.
    private func endOfBatch(from start: Int, in requests: [Request]) -> Int {
        var end = start
        var size = 0
        while end < requests.count, end - start < batchLimit {
            size += requests[end].bytes.count
            if size > sizeLimit, end > start { break }
            end += 1
        }
        return end
    }

    /// Why nothing is known for certain of a batch, with the errno.
    private enum Failure {
        /// It was not sent.
        case unsent(Int32)
        /// It was sent, and what came of it is not known.
        case unanswered(Int32)
    }

    /// Sends a batch and waits for the last answer.
    ///
    /// - Returns: a result for each request; or none and the failure.
    private func exchange(
        _ batch: ArraySlice<Request>
    ) -> (answers: [Result<Void, NetlinkError>], failure: Failure?) {
        var reader = BatchReader(batch, port: port, nextSequence: { nl_socket_use_seq(handle) })
        let code = send(reader.bytes)
        guard code == 0 else { return ([], .unsent(code)) }
        while !reader.isComplete {
            switch receive() {
            // Not even the earlier ones are certain then: any failure may have been lost.
            case .failure(let code): return ([], .unanswered(code))
            case .messages(let bytes): if !reader.take(bytes) { return ([], .unanswered(EBADMSG)) }
            }
        }
        return (reader.answers, nil)
    }
}
