import { type Holder, type Reading, type Session, type Unread, findHolders, readSwitch } from '../esp/policy/index.ts'

/** What became of one domain or configuration set. */
export interface Looked {
  readonly holder: Holder | undefined
  readonly result: Reading | Unread
}

/** An account may have thousands; whoever has more than this names those that matter. */
const most = 20

/**
 * Reads the switch of what is named, or of the first of all.
 *
 * @returns `more` where there are others that were not read
 */
export async function lookAtSwitches(
  session: Session,
  named: string | undefined,
): Promise<{ readonly looked: readonly Looked[]; readonly more: boolean }> {
  const holders = await findHolders(session, named, most)
  if (holders.kind === 'unread') return { looked: [{ holder: undefined, result: holders }], more: false }
  const looked: Looked[] = []
  for (const holder of holders.holders) {
    const result = await readSwitch(session, holder)
    looked.push({ holder, result })
    // Whatever fails for a reason of its own fails for the next one as well.
    if (result.kind === 'unread' && result.cause !== 'not-found' && result.cause !== 'not-as-documented') break
  }
  return { looked, more: holders.more || looked.length < holders.holders.length }
}
