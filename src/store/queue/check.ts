import { SealpostError } from '../../errors.ts'
import { visible } from '../../escape.ts'
import { states } from '../../queue/index.ts'
import { openForReading, takeLock } from '../database.ts'
import { explain } from '../failure.ts'
import { wrongDue } from './domain.ts'
import { queueSteps } from './schema.ts'
import { Statements } from '../statements.ts'
import { wrongTally } from './tally.ts'

/** Something that should not be in a queue. */
export interface Damage {
  /**
   * `file`: SQLite finds the file damaged; `reference`: a row that names another which is not there, or of another
   * campaign; `state`: a message in a state there is not, or that waits and is never due, or is due at its end; `due`: a
   * domain that would be taken too early or never (repair mends it); `count`: a campaign's messages are more or fewer in
   * a state than is told (repair mends it); `unfinished`: in hand, though nobody sends (the next
   * run mends it); `campaign`: JSON that cannot be read.
   */
  readonly kind: 'file' | 'reference' | 'state' | 'due' | 'count' | 'unfinished' | 'campaign'
  /** A table and a row, a campaign's or a domain's name. */
  readonly where: string
  readonly what: string
}

/** Found of one kind, at most: a damaged file can have millions of damages. */
const most = 100

/**
 * Looks for damage, and names it; beside a writer as well.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_STORE_NEWER
 */
export function checkQueue(folder: string): readonly Damage[] {
  try {
    const opened = openForReading(folder, queueSteps)
    try {
      const db = new Statements(opened.database)
      // One state of the database for all that is asked.
      opened.database.exec('BEGIN')
      return [
        ...findInFile(db),
        ...findReferences(db),
        ...findStates(db),
        ...findDue(db),
        ...findCounts(db),
        ...findCampaigns(db),
        ...findUnfinished(db, folder),
      ]
    } finally {
      opened.close()
    }
  } catch (error) {
    const known = explain(error, folder)
    if (known.code !== 'SP_STORE_DAMAGED') throw known
    return [{ kind: 'file', where: known.where ?? folder, what: known.what }]
  }
}

function findInFile(db: Statements): Damage[] {
  return db
    .all(`PRAGMA integrity_check(${most})`)
    .map((row) => String(row['integrity_check']))
    .filter((what) => what !== 'ok')
    .map((what) => ({ kind: 'file', where: 'queue.db', what }))
}

function findReferences(db: Statements): Damage[] {
  const lost = db.all('SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT ?', most).map((row): Damage => ({
    kind: 'reference',
    where: `${String(row['table'])} ${String(row['rowid'])}`,
    what: `it names a ${String(row['parent'])} that is not there`,
  }))
  const strange = db.all(
    `SELECT m.id, e.id IS NULL AS lost FROM message m LEFT JOIN delivery e ON e.domain = m.domain AND e.id = m.id
       LEFT JOIN domain d ON d.id = m.domain
     WHERE e.id IS NULL OR d.campaign IS NOT m.campaign LIMIT ?`,
    most,
  )
  const alone = db.all(
    'SELECT e.id FROM delivery e LEFT JOIN message m ON m.id = e.id WHERE m.domain IS NOT e.domain LIMIT ?',
    most,
  )
  return [
    ...lost,
    ...strange.map((row): Damage => ({
      kind: 'reference',
      where: `message ${String(row['id'])}`,
      what: row['lost'] === 1 ? 'what became of it is not there' : 'its domain is of another campaign',
    })),
    ...alone.map((row): Damage => ({
      kind: 'reference',
      where: `delivery ${String(row['id'])}`,
      what: 'its message is not there, or of another domain',
    })),
  ]
}

/** The rules of the schema; a connection that only reads is not told of them by integrity_check. */
function findStates(db: Statements): Damage[] {
  const rows = db.all(
    `SELECT id, state, due FROM delivery
     WHERE state NOT IN (${states.map((state) => `'${state}'`).join()})
       OR (due IS NOT NULL) <> (state IN ('waiting', 'deferred', 'held')) LIMIT ?`,
    most,
  )
  return rows.map((row) => ({
    kind: 'state',
    where: `message ${String(row['id'])}`,
    what: `it is ${visible(String(row['state']))}, and ${row['due'] === null ? 'not due' : 'due'}`,
  }))
}

function findDue(db: Statements): Damage[] {
  return db.all(`SELECT name FROM domain WHERE taken = 0 AND ${wrongDue} LIMIT ?`, most).map((row) => ({
    kind: 'due',
    where: String(row['name']),
    what: 'it is not due when its messages are',
  }))
}

function findCounts(db: Statements): Damage[] {
  return db.all(`SELECT * FROM ${wrongTally} LIMIT ?`, most).map((row) => ({
    kind: 'count',
    where: String(row['campaign']),
    what: `${Number(row['told'])} are said to be ${visible(String(row['state']))}, and ${Number(row['there'])} are`,
  }))
}

function findCampaigns(db: Statements): Damage[] {
  return db.all('SELECT name FROM campaign WHERE NOT (json_valid(frozen) AND json_valid(intake)) LIMIT ?', most).map((row) => ({
    kind: 'campaign',
    where: String(row['name']),
    what: 'what was kept of it is no JSON',
  }))
}

function findUnfinished(db: Statements, folder: string): Damage[] {
  const row = db.get(
    `SELECT (SELECT count(*) FROM delivery WHERE state = 'leased') AS leased,
       (SELECT count(*) FROM domain WHERE taken = 1) AS taken`,
  )
  const [leased, taken] = [Number(row?.['leased']), Number(row?.['taken'])]
  if ((leased === 0 && taken === 0) || hasWriter(folder)) return []
  const what = `${leased} messages and ${taken} domains are in hand, though no Sealpost works on the folder`
  return [{ kind: 'unfinished', where: 'queue.db', what }]
}

function hasWriter(folder: string): boolean {
  try {
    takeLock(folder).close()
    return false
  } catch (error) {
    if (error instanceof SealpostError && error.code === 'SP_STORE_IN_USE') return true
    throw error
  }
}
