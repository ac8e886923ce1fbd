// What worker threads send back to the loop. Values only.

public import Broker
public import Vocabulary

/// The end of a piece of work that was done on another thread.
public enum EngineMessage: Sendable {
    case examined([(TaskID, Examination)])
    case restored(TaskID, RestoreResult)
    case prepared(TaskID, Result<Preparation, WorkFailure>)
    case verified(TaskID, Completion)
    case kept(TaskID, Result<FirstRun, WorkFailure>)
    case compared(TaskID, [OutputDifference])
    case executed(TaskID, Result<Tree, WorkFailure>)
    case service(ServiceMessage)
    case published(TaskID, Result<Publication, WorkFailure>)
}

/// Why a piece of work failed, as the task's failure.
public struct WorkFailure: Error, Hashable, Sendable {
    public let cause: FailureCause

    init(_ cause: FailureCause) {
        self.cause = cause
    }

    init(_ message: String) {
        cause = .engine(message)
    }
}
