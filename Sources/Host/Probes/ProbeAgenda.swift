// When which probe is due: a heap. Entries are not taken back; one whose time is no longer the probe's is void.

struct ProbeAgenda {
    struct Entry {
        let time: UInt64
        let id: UInt32
    }

    private var heap: [Entry] = []

    var first: Entry? { heap.first }

    mutating func insert(_ time: UInt64, _ id: UInt32) {
        heap.append(Entry(time: time, id: id))
        var index = heap.count - 1
        while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var index = 0
        while true {
            let least = [index, 2 * index + 1, 2 * index + 2].filter { $0 < heap.count }
                .min { heap[$0].isBefore(heap[$1]) }
            guard let least, least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}

extension ProbeAgenda.Entry {
    /// Ties go to the probe that was added first.
    fileprivate func isBefore(_ other: ProbeAgenda.Entry) -> Bool { (time, id) < (other.time, other.id) }
}
