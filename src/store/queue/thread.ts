/** The thread that owns the one connection by which `queue.db` is written. Started by `QueueWriter`. */
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { type Opened, openForWriting } from '../database.ts'
import { scrubUnlessRead } from '../erase/index.ts'
import { explain } from '../failure.ts'
import { runGroup } from './group.ts'
import { IntakeTransaction, type LeftOut } from './intake.ts'
import { touchedTable } from './desk.ts'
import { type Answer, type Request, flattenError } from './protocol.ts'
import { queueSteps } from './schema.ts'
import { Statements } from '../statements.ts'

/** Requests done in one transaction: more would not be quicker, and who asked first would wait. */
const most = 500

/**
 * Pages kept in memory (negative: kibibytes; it also bounds what SQLite sorts in memory), octets of the log kept on the disk
 * when it has been copied into the database, and pages in the log after which that is done.
 */
const settings = 'PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000'

const port = requirePort()
const send = (answer: Answer): void => {
  port.postMessage(answer)
}

let intake: IntakeTransaction | undefined
/** What came while a campaign was taken in. */
let waiting: Request[] = []

function serve(opened: Opened): void {
  const { path, database } = opened
  database.exec(`${settings}; ${touchedTable}`)
  const db = new Statements(database)

  const step = ({ id, name, values }: Request): void => {
    try {
      send({ kind: 'done', id, value: intakeStep(db, name, values) })
    } catch (error) {
      intake = undefined
      if (database.isTransaction) database.exec('ROLLBACK')
      send({ kind: 'failed', id, error: flattenError(explain(error, path)) })
    }
  }
  /** No part of a transaction. */
  const rewrite = ({ id }: Request): void => {
    try {
      scrubUnlessRead(database, path)
      send({ kind: 'done', id, value: undefined })
    } catch (error) {
      send({ kind: 'failed', id, error: flattenError(explain(error, path)) })
    }
  }
  const flush = (group: Request[]): void => {
    if (group.length > 0) for (const answer of runGroup(db, path, group)) send(answer)
  }
  const handle = (requests: readonly Request[]): void => {
    let group: Request[] = []
    for (const request of requests) {
      if (request.name === 'close') {
        flush(group)
        shut({ database, close: () => opened.close() })
        send({ kind: 'done', id: request.id, value: undefined })
        port.close()
        return
      }
      if (request.name === 'scrub' && !intake) {
        flush(group)
        group = []
        rewrite(request)
      } else if (request.name.startsWith('intake-')) {
        flush(group)
        group = []
        step(request)
      } else if (intake) waiting.push(request)
      else group.push(request)
    }
    flush(group)
    if (!intake && waiting.length > 0) {
      const held = waiting
      waiting = []
      for (let at = 0; at < held.length; at += most) handle(held.slice(at, at + most))
    }
  }
  port.on('message', (first: Request) => {
    const requests = [first]
    while (requests.length < most) {
      const next = receiveMessageOnPort(port)
      if (!next) break
      requests.push(next.message)
    }
    handle(requests)
  })
}

/** What the log holds is copied into the database, so that a copy of the file alone is whole. */
function shut({ database, close }: Pick<Opened, 'database'> & { close: (this: void) => void }): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // On a full disk it stays in the log, which is as safe, and is read from there.
  } finally {
    close()
  }
}

function intakeStep(db: Statements, name: string, values: readonly unknown[]): unknown {
  if (name === 'intake-begin') {
    intake = IntakeTransaction.begin(db, values[0] as Parameters<typeof IntakeTransaction.begin>[1])
    return undefined
  }
  if (!intake) throw new Error('the campaign was given up')
  switch (name) {
    case 'intake-add':
      intake.add(values[0] as readonly string[])
      return undefined
    case 'intake-commit': {
      const done = intake.commit(values[0] as LeftOut)
      intake = undefined
      return done
    }
    default:
      throw new Error('the campaign is given up')
  }
}

function requirePort(): MessagePort {
  if (!parentPort) throw new Error('this file is the start of a thread')
  return parentPort
}

const { folder } = workerData as { folder: string }
try {
  serve(openForWriting(folder, queueSteps))
  send({ kind: 'ready' })
} catch (error) {
  send({ kind: 'refused', error: flattenError(explain(error, folder)) })
}
