import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { openShared } from '../database.ts'
import { Mentions, emptyLog } from '../erase/index.ts'
import { guard } from '../failure.ts'
import { Statements, numberOf } from '../statements.ts'
import { changeTogether } from '../transaction.ts'
import { openingsName } from './openings.ts'
import { openingsSteps } from './schema.ts'

/** Leaves that are looked through at a time, between which others have their turn. */
const page = 20_000

/** A message is not tried more often than this: a chain that is longer leads in a circle. */
const mostAttempts = 10_000

/**
 * In place of what is erased stands as much of nothing: a row keeps its length, so that SQLite writes over the very octets,
 * and no row is moved to where a copy of it would be left behind. The file may be too large to be written anew.
 */
const blankReply = "reply = replace(hex(zeroblob(length(CAST(reply AS BLOB)))), '00', ' ')"
const blankMessage = 'message = CASE WHEN message IS NULL THEN NULL ELSE zeroblob(length(message)) END'

/**
 * Erases what opens the attempts of messages: the hash of what was sent, and what was answered. Replies to others that name
 * one of the people are erased too. Another process, or thread, may write the file meanwhile.
 *
 * @param leaves of the messages' last attempts
 * @returns how many attempts there were
 * @throws SealpostError SP_STORE_IN_USE where somebody writes it for longer than is waited for, SP_STORE_DAMAGED, SP_DISK_FULL
 */
export async function eraseOpenings(folder: string, leaves: readonly number[], addressKeys: readonly string[]): Promise<number> {
  if (!existsSync(join(folder, openingsName))) return 0
  const opened = openShared(folder, openingsName, openingsSteps)
  const { database, path } = opened
  try {
    guard(path, () => {
      database.exec('PRAGMA secure_delete = ON')
    })
    const db = new Statements(database)
    const count = changeTogether(database, path, () => leaves.reduce((sum, leaf) => sum + eraseAttempts(db, leaf), 0))
    for (const leaf of await findNaming(db, path, new Mentions(addressKeys)))
      guard(path, () => db.run(`UPDATE attempt SET ${blankReply} WHERE leaf = ?`, leaf))
    return count
  } finally {
    opened.close()
  }
}

/** Milliseconds to wait for a reader, or for the thread that writes: a sender that asks sends nothing meanwhile. */
const hurry = 500

/** Empties the log beside the file, in which the rows as they were may stand. @throws SealpostError SP_STORE_IN_USE, SP_DISK_FULL */
export function emptyOpeningsLog(folder: string): void {
  if (!existsSync(join(folder, openingsName))) return
  const opened = openShared(folder, openingsName, openingsSteps)
  const { database, path } = opened
  try {
    guard(path, () => {
      database.exec(`PRAGMA busy_timeout = ${hurry}`)
    })
    emptyLog(database, path)
  } finally {
    opened.close()
  }
}

/** From the last one back; how many. */
function eraseAttempts(db: Statements, last: number): number {
  let count = 0
  for (let leaf: number | undefined = last; leaf !== undefined && count < mostAttempts; count++) {
    const before = numberOf(db.get('SELECT previous FROM attempt WHERE leaf = ?', leaf)?.['previous'])
    if (db.run(`UPDATE attempt SET ${blankReply}, ${blankMessage} WHERE leaf = ?`, leaf) === 0) break
    // Each was there before the one that names it.
    leaf = before !== undefined && before < leaf ? before : undefined
  }
  return count
}

async function findNaming(db: Statements, path: string, mentions: Mentions): Promise<readonly number[]> {
  const found: number[] = []
  const most = guard(path, () => numberOf(db.get('SELECT max(leaf) AS leaf FROM attempt')?.['leaf'])) ?? -1
  for (let from = 0; from <= most; from += page) {
    const rows = guard(path, () =>
      db.all("SELECT leaf, reply FROM attempt WHERE leaf >= ? AND leaf < ? AND instr(reply, '@') > 0", from, from + page),
    )
    for (const row of rows) if (mentions.isIn(String(row['reply']))) found.push(Number(row['leaf']))
    await setImmediate()
  }
  return found
}
