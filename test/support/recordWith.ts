import type { AttemptFacts, SessionFacts } from '../../src/evidence/index.ts'
import type { Recorder } from '../../src/queue/index.ts'

/** What a sender handed to its log. */
export interface RecordedFacts {
  readonly sessions: SessionFacts[]
  readonly attempts: AttemptFacts[]
  /** Stands between sender and log (`sendWith`). */
  record(this: void, log: Recorder): Recorder
}

/** Listens to what is recorded. */
export function listenToRecorder(): RecordedFacts {
  const sessions: SessionFacts[] = []
  const attempts: AttemptFacts[] = []
  return {
    sessions,
    attempts,
    record: (log) => ({
      session: (facts) => {
        sessions.push(facts)
        return log.session(facts)
      },
      attempt: (facts) => {
        attempts.push(facts)
        return log.attempt(facts)
      },
      act: (entry) => log.act(entry),
      flush: async () => log.flush(),
      readBackwards: () => log.readBackwards(),
    }),
  }
}
