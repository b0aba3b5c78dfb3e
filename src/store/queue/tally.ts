import type { State } from '../../queue/index.ts'
import { tallied } from './schema.ts'
import type { Statements } from '../statements.ts'

/** Counts that are not what the messages say. A state without messages may be counted as none, or not at all. */
export const wrongTally = `(SELECT c.name AS campaign, ifnull(t.state, n.state) AS state, t.messages AS told, n.messages AS there
  FROM tally t FULL JOIN (${tallied}) n ON n.campaign = t.campaign AND n.state = t.state
  LEFT JOIN campaign c ON c.id = ifnull(t.campaign, n.campaign)
  WHERE ifnull(t.messages, 0) <> ifnull(n.messages, 0))`

/** What an operation changes in how many messages are in which state; kept in its transaction. */
export class Tally {
  readonly #db: Statements
  readonly #campaigns = new Map<number, Map<string, number>>()

  constructor(db: Statements) {
    this.#db = db
  }

  /** So many messages of a campaign went from a state to another. */
  move(campaign: number, from: string, to: State, count = 1): void {
    this.add(campaign, from, -count)
    this.add(campaign, to, count)
  }

  add(campaign: number, state: string, count: number): void {
    let states = this.#campaigns.get(campaign)
    if (!states) this.#campaigns.set(campaign, (states = new Map()))
    states.set(state, (states.get(state) ?? 0) + count)
  }

  /** To be called at the end of the operation. */
  write(): void {
    for (const [campaign, states] of this.#campaigns) {
      for (const [state, count] of states) {
        if (count === 0) continue
        this.#db.run(
          `INSERT INTO tally (campaign, state, messages) VALUES (?1, ?2, ?3)
           ON CONFLICT (campaign, state) DO UPDATE SET messages = messages + ?3`,
          campaign,
          state,
          count,
        )
      }
    }
  }
}
