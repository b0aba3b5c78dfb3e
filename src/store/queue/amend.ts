import type { Statements } from '../statements.ts'

/** Keeps the frozen form of a campaign that is there, of the same digest, with what is no part of that; whether it was so. */
export function amend(db: Statements, campaign: string, digest: string, frozen: string): boolean {
  return db.run('UPDATE campaign SET frozen = ? WHERE name = ? AND digest = ?', frozen, campaign, digest) === 1
}
