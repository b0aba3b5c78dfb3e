/** `node recoverChild.ts FOLDER PORT POINT`: sends one message at a time, and kills itself at a point between server and disk. */
import type { Recorder } from '../../../src/queue/index.ts'
import { sendWith } from '../../support/sendWith.ts'

const [folder = '', port = '', point = ''] = process.argv.slice(2)

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** The log, with death at the point. */
function deadly(log: Recorder): Recorder {
  let wanted = false
  return {
    session: (facts) => log.session(facts),
    attempt: (facts) => {
      if (point === 'answered' && facts.outcome !== 'unknown') die()
      wanted ||= point === 'recorded' && facts.outcome !== 'unknown'
      return log.attempt(facts)
    },
    act: (entry) => {
      wanted ||= point === 'recovered' && entry.act === 'log-recovered'
      return log.act(entry)
    },
    flush: async () => {
      await log.flush()
      if (wanted) die()
    },
    readBackwards: () => log.readBackwards(),
  }
}

await sendWith({
  port: Number(port),
  domains: { 'good.test': ['127.0.0.1'] },
  recipients: ['p1@good.test', 'p2@good.test', 'p3@good.test'],
  folder,
  rule: { connections: 1 },
  record: deadly,
  options: { inFlight: 1, onSettled: () => point === 'settled' && die() },
})
