import Testing

@testable import Schedule

/// What the pool of services does when something happens: events in, actions out.
struct ServicePoolTests {
    let database = ServiceID(0)
    let api = ServiceID(1)

    @Test func aLeaseBuildsTheTemplateThenAnInstance() {
        var pool = ServicePool([ServiceTraits(isPrivate: true)])
        #expect(pool.handle(.asked(lease(1), database, sharing: "t")) == [.buildTemplate(database)])
        #expect(pool.handle(.templateBuilt(database)) == [.prepare(one)])
        #expect(pool.handle(.prepared(one)) == [.start(one)])
        #expect(pool.handle(.ready(one)) == [.grant(lease(1), one)])
        #expect(pool.handle(.released(lease(1))) == [.stop(one)])
        #expect(pool.handle(.ended(one, "")) == [.discard(one)])
        #expect(pool.isIdle)
    }

    @Test func instancesAreCountedByWhatTheyDo() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, mostSpares: 1), ServiceTraits(isPrivate: true)])
        #expect(pool.tally(of: database) == ServiceTally())
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        #expect(pool.tally(of: database) == ServiceTally(starting: 2), "one waits for the template with it")
        _ = pool.handle(.templateBuilt(database))
        started(one, in: &pool)
        _ = pool.handle(.ready(one))
        #expect(pool.tally(of: database) == ServiceTally(leased: 1, starting: 1))
        started(two, in: &pool)
        _ = pool.handle(.ready(two))
        #expect(pool.tally(of: database) == ServiceTally(leased: 1, spare: 1))
        _ = pool.handle(.released(lease(1)))
        #expect(pool.tally(of: database) == ServiceTally(spare: 1, stopping: 1))
        _ = pool.handle(.ended(one, ""))
        #expect(pool.tally(of: database) == ServiceTally(spare: 1))
        #expect(pool.tally(of: api) == ServiceTally(), "of another service")
    }

    @Test func aPrivateInstanceIsNotUsedTwice() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false)])
        #expect(pool.handle(.asked(lease(1), database, sharing: "")) == [.prepare(one)])
        #expect(pool.handle(.asked(lease(2), database, sharing: "")) == [.prepare(two)])
        started(one, in: &pool)
        #expect(pool.handle(.ready(one)) == [.grant(lease(1), one)])
        started(two, in: &pool)
        #expect(pool.handle(.ready(two)) == [.grant(lease(2), two)])
        #expect(pool.handle(.released(lease(1))) == [.stop(one)])
        #expect(pool.handle(.asked(lease(3), database, sharing: "")) == [.prepare(three)])
    }

    @Test func whoeverSharesGetsTheSameInstance() {
        var pool = ServicePool([ServiceTraits(isPrivate: false, hasTemplate: false)])
        #expect(pool.handle(.expects(database, sharing: "", leases: 3)) == [])
        #expect(pool.handle(.asked(lease(1), database, sharing: "")) == [.prepare(one)])
        #expect(pool.handle(.asked(lease(2), database, sharing: "")) == [])
        #expect(pool.handle(.asked(lease(3), database, sharing: "group")) == [.prepare(two)])
        started(one, in: &pool)
        #expect(pool.handle(.ready(one)) == [.grant(lease(1), one), .grant(lease(2), one)])
        #expect(pool.handle(.released(lease(1))) == [])
        #expect(pool.handle(.released(lease(2))) == [], "somebody is still expected")
        #expect(pool.handle(.expects(database, sharing: "", leases: 0)) == [.stop(one)])
        #expect(pool.handle(.expects(database, sharing: "group", leases: 0)) == [], "one is waited for")
    }

    @Test func whoAsksLastFindsTheInstanceThatNobodyUsesJustNow() {
        var pool = ServicePool([ServiceTraits(isPrivate: false, hasTemplate: false)])
        _ = pool.handle(.expects(database, sharing: "", leases: 2))
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        started(one, in: &pool)
        _ = pool.handle(.ready(one))
        #expect(pool.handle(.released(lease(1))) == [])
        #expect(pool.handle(.asked(lease(2), database, sharing: "")) == [.grant(lease(2), one)])
        #expect(pool.handle(.released(lease(2))) == [.stop(one)])
    }

    @Test func aSpareIsStartedWithTheFirstLeaseAndHandedOutAtOnce() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false, mostSpares: 1)])
        #expect(pool.handle(.asked(lease(1), database, sharing: "")) == [.prepare(one), .prepare(two)])
        started(one, in: &pool)
        #expect(pool.handle(.ready(one)) == [.grant(lease(1), one)])
        started(two, in: &pool)
        #expect(pool.handle(.ready(two)) == [])
        #expect(pool.handle(.asked(lease(2), database, sharing: "")) == [.grant(lease(2), two), .prepare(three)])
    }

    @Test func noSpareIsMadeForNobody() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false, mostSpares: 4)])
        #expect(pool.handle(.expects(database, sharing: "a", leases: 0)) == [])
        #expect(pool.handle(.asked(lease(1), database, sharing: "a")) == [.prepare(one)])
    }

    @Test func sparesGoWhenNobodyIsExpected() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false, mostSpares: 1)])
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        started(one, in: &pool)
        started(two, in: &pool)
        _ = pool.handle(.ready(one))
        _ = pool.handle(.ready(two))
        #expect(pool.handle(.expects(database, sharing: "", leases: 0)) == [.stop(two)])
    }

    @Test func aSpareThatFailsIsNotMadeAgainUntilSomebodyAsks() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false, mostSpares: 1)])
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        started(one, in: &pool)
        started(two, in: &pool)
        _ = pool.handle(.ready(one))
        #expect(pool.handle(.failed(two, "no")) == [.stop(two)])
        #expect(pool.handle(.ended(two, "")) == [.discard(two)])
        #expect(pool.handle(.asked(lease(2), database, sharing: "")) == [.prepare(three), .prepare(InstanceID(4))])
    }

    @Test func servicesThatNeedServicesStartInOrderAndStopInReverse() {
        var pool = ServicePool([
            ServiceTraits(isPrivate: true, hasTemplate: false),
            ServiceTraits(isPrivate: true, uses: [ServiceID(0)], hasTemplate: false),
        ])
        #expect(pool.handle(.asked(lease(1), api, sharing: "")) == [.prepare(two)], "the database first")
        started(two, in: &pool)
        #expect(pool.handle(.ready(two)) == [.prepare(one)])
        #expect(pool.used(by: one).map(\.instance) == [two])
        started(one, in: &pool)
        #expect(pool.handle(.ready(one)) == [.grant(lease(1), one)])
        #expect(pool.handle(.released(lease(1))) == [.stop(one)])
        #expect(pool.handle(.ended(one, "")) == [.discard(one), .stop(two)])
        #expect(pool.handle(.ended(two, "")) == [.discard(two)])
        #expect(pool.isIdle)
    }

    @Test func whatUsesADeadServiceIsLostWithIt() {
        var pool = ServicePool([
            ServiceTraits(isPrivate: true, hasTemplate: false),
            ServiceTraits(isPrivate: true, uses: [ServiceID(0)], hasTemplate: false),
        ])
        _ = pool.handle(.asked(lease(1), api, sharing: ""))
        started(two, in: &pool)
        _ = pool.handle(.ready(two))
        started(one, in: &pool)
        _ = pool.handle(.ready(one))
        #expect(pool.handle(.ended(two, "died")) == [.lose(lease(1), "died"), .stop(one), .discard(two)])
        #expect(pool.handle(.released(lease(1))) == [])
        #expect(pool.handle(.ended(one, "")) == [.discard(one)])
        #expect(pool.isIdle)
    }

    @Test func aTemplateThatFailsRefusesEverybodyAndIsTriedAgainForTheNext() {
        var pool = ServicePool([ServiceTraits(isPrivate: true)])
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        _ = pool.handle(.asked(lease(2), database, sharing: ""))
        #expect(
            pool.handle(.templateFailed(database, "no initdb"))
                == [.refuse(lease(1), "no initdb"), .refuse(lease(2), "no initdb")])
        #expect(pool.isIdle)
        #expect(pool.handle(.asked(lease(3), database, sharing: "")) == [.buildTemplate(database)])
    }

    @Test func anInstanceThatNeverBecomesReadyEndsOneWait() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false)])
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        started(one, in: &pool)
        #expect(pool.handle(.failed(one, "deadline")) == [.refuse(lease(1), "deadline"), .stop(one)])
        #expect(pool.handle(.ended(one, "")) == [.discard(one)])
        #expect(pool.isIdle)
    }

    @Test func oneFailureEndsOneWaitAndTheOthersGoOn() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false)])
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        _ = pool.handle(.asked(lease(2), database, sharing: ""))
        started(one, in: &pool)
        started(two, in: &pool)
        #expect(pool.handle(.failed(one, "deadline")) == [.refuse(lease(1), "deadline"), .stop(one)])
        #expect(pool.handle(.ready(two)) == [.grant(lease(2), two)])
    }

    @Test func closingRefusesWhoWaits() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false)])
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        #expect(pool.handle(.closing) == [.refuse(lease(1), "everything is being stopped")])
        #expect(pool.handle(.prepared(one)) == [.discard(one)])
        #expect(pool.isIdle)
    }

    @Test func whatIsNoLongerWantedWhileItIsPreparedIsNotStarted() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false)])
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        _ = pool.handle(.expects(database, sharing: "", leases: 0))
        #expect(pool.handle(.released(lease(1))) == [])
        #expect(pool.handle(.prepared(one)) == [.discard(one)])
        #expect(pool.isIdle)
    }

    @Test func closingRefusesWaitersAndStopsWhatNobodyUses() {
        var pool = ServicePool([ServiceTraits(isPrivate: true, hasTemplate: false, mostSpares: 1)])
        _ = pool.handle(.asked(lease(1), database, sharing: ""))
        started(one, in: &pool)
        _ = pool.handle(.ready(one))
        started(two, in: &pool)
        _ = pool.handle(.ready(two))
        #expect(pool.handle(.closing) == [.stop(two)])
        #expect(
            pool.handle(.asked(lease(2), database, sharing: ""))
                == [.refuse(lease(2), "everything is being stopped")])
        #expect(pool.handle(.released(lease(1))) == [.stop(one)])
    }

    private let one = InstanceID(1)
    private let two = InstanceID(2)
    private let three = InstanceID(3)

    private func lease(_ number: UInt64) -> LeaseID { LeaseID(number) }

    private func started(_ instance: InstanceID, in pool: inout ServicePool) {
        #expect(pool.handle(.prepared(instance)) == [.start(instance)])
    }
}
