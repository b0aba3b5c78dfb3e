import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { json, visible } from '../escape.ts'
import { type EraseOrder, mostErased } from '../queue/index.ts'
import { printCount } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { confirmOnTerminal } from './confirm.ts'
import { type ErasedElsewhere, eraseFromFiles, scrubFiles } from './eraseFiles.ts'
import { readPeople } from './erasePeople.ts'
import { printOutside, printTraces } from './eraseText.ts'
import { type Traces, findTraces } from './eraseTraces.ts'
import { type Exit, exits } from './exit.ts'
import { type OwnHands, giveOrder, openUnlessInUse, signOrder, takeInHand } from './giveOrder.ts'
import { createProgress } from './progress.ts'

export interface EraseArguments {
  readonly from?: string
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
  readonly settings?: string
}

/** What became of an erasure. `waits`: a sender has the queue in hand, and has not come to it yet. */
interface Erased extends ErasedElsewhere {
  readonly messages: number
  readonly waits: boolean
}

/** Characters of an order's addresses: what is longer is not read back. */
const longest = 10_000

/**
 * Erases people: all that leads to them goes, in every file of the data folder, but a keyed hash by which they are not written
 * to again. The evidence stays as it is, and records that it was done; nobody can open what it has of them any more.
 */
export async function runErase(addresses: readonly string[], given: EraseArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const people = await readPeople(addresses, given.from)
  const { data } = settings
  if (!existsSync(data)) throw new SealpostError('SP_FILE_MISSING', { where: data, what: 'There is no data folder' })
  if (!given.dryRun) await bringUpToDate(data)
  const traces = findTraces(data, people)
  if (!hasAny(traces)) {
    tell(
      given,
      { people: people.length, found: false },
      `Nothing is kept here of ${people.length === 1 ? 'this address' : 'these addresses'}, in ${visible(data)}.`,
    )
    return exits.below
  }
  process.stderr.write(`${printTraces(traces, people.length).join('\n')}\n`)
  if (given.dryRun) {
    tell(given, { people: people.length, found: true, ...publish(traces) }, 'Nothing was changed.')
    return exits.fine
  }
  if (!given.yes && !(await confirmOnTerminal('Erase it? This cannot be undone. [y/N] '))) {
    tell(given, { people: people.length, erased: false }, 'Nothing was changed.')
    return exits.below
  }
  const erased = await erase(settings, people, traces)
  const outside = printOutside(traces)
  tell(
    given,
    { people: people.length, erased: !erased.waits, ...erased, outside },
    `${describe(erased, people.length)}\n${outside.join('\n')}`,
  )
  return erased.waits ? exits.untested : exits.fine
}

/** A queue that an older version wrote can be looked through only then; whoever has it in hand has done it. */
async function bringUpToDate(data: string): Promise<void> {
  if (!existsSync(join(data, 'queue.db'))) return
  const store = await openUnlessInUse(data)
  await store?.[Symbol.asyncDispose]()
}

async function erase(settings: Settings, people: readonly string[], traces: Traces, clock: Clock = systemClock): Promise<Erased> {
  const { data } = settings
  // Without a queue there is no evidence either, and nothing was ever sent.
  if (!existsSync(join(data, 'queue.db'))) return eraseWith(undefined, { settings, people, traces, clock })
  const hands = await takeFirst(settings)
  try {
    return await eraseWith(hands, { settings, people, traces, clock })
  } finally {
    await hands?.[Symbol.asyncDispose]()
  }
}

/** Before anything is changed: what the evidence cannot record, for a passphrase that is missing say, is not begun. */
async function takeFirst(settings: Settings): Promise<OwnHands | undefined> {
  try {
    return await takeInHand(settings)
  } catch (error) {
    process.stderr.write('Nothing was erased: the evidence, which is to say that it was done, cannot be written.\n')
    throw error
  }
}

interface Erasing {
  readonly settings: Settings
  readonly people: readonly string[]
  readonly traces: Traces
  readonly clock: Clock
}

async function eraseWith(hands: OwnHands | undefined, { settings, people, traces, clock }: Erasing): Promise<Erased> {
  const { data } = settings
  const parts = split(people)
  // Looked through and written anew: what that takes depends on the size of each.
  const steps = createSteps(parts.length + 3)
  try {
    steps.next('suppression list, lists, bounces, links, orders')
    const { erased: elsewhere, unreadable } = await eraseFromFiles(data, people, traces.messages, clock, steps.next)
    let [messages, waits] = [0, false]
    if (existsSync(join(data, 'queue.db'))) {
      let found: EraseOrder['found'] = { ...elsewhere }
      for (const addressKeys of parts) {
        steps.next(hands ? 'queue, and what opens the evidence' : 'the sender, which has the queue in hand')
        const order: EraseOrder = { ...signOrder(clock), kind: 'erase', addressKeys: [...addressKeys], found }
        const result = await giveOrder(order, settings, { clock, hands })
        if (result?.kind === 'refused') throw new SealpostError('SP_STORE_IN_USE', { where: data, what: result.why })
        messages += result?.count ?? 0
        waits ||= !result
        // Once: all orders together are one erasure.
        found = {}
      }
    }
    steps.next('writing files anew')
    // Last: what is written above is meant as well.
    scrubFiles(data)
    if (unreadable) throw unreadableCopy(unreadable)
    return { ...elsewhere, messages, waits }
  } finally {
    steps.end()
  }
}

function unreadableCopy(error: SealpostError): SealpostError {
  return new SealpostError(error.code, {
    ...(error.where === undefined ? {} : { where: error.where }),
    what: `All else is erased, but this copy cannot be looked through: ${error.what}`,
    next: 'Delete it if it is not needed any more, or run the same command again when it can be read.',
    cause: error,
  })
}

/** Shows on a terminal how far it is: of a long queue, looking through it and writing it anew takes a while. */
function createSteps(total: number): { readonly next: (what: string) => void; readonly end: () => void } {
  let done = 0
  return {
    // Each is shown, however soon it comes after the one before: it may be the long one.
    next: (what) => createProgress('Erasing').show(done++, total, what),
    end: () => createProgress('Erasing').clear(),
  }
}

/** As many together as an order may have. */
function split(people: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]]
  let length = 0
  for (const key of people) {
    const last = parts.at(-1) ?? []
    if (last.length > 0 && (last.length >= mostErased || length + key.length > longest)) {
      parts.push([key])
      length = key.length
    } else {
      last.push(key)
      length += key.length
    }
  }
  return parts
}

function hasAny({ messages, lists, suppressions, bounces, claims, orders, erased }: Traces): boolean {
  // Who was erased before is looked through again: that run may have been killed before its end.
  return messages.length + lists.length + suppressions + bounces + claims + orders + erased > 0
}

function describe({ messages, waits }: Erased, people: number): string {
  if (waits)
    return 'A sender has the queue in hand, and a message to them in flight: the order is written down, and carried out when that has come to its end. All else is erased, and nothing more is sent to them. Run the same command again to see that it is done.'
  return `Erased: ${printCount(people, 'person', 'people')}, ${printCount(messages, 'message')}. They are not written to again; the evidence says that it was done, and of whom nothing.`
}

function publish({ messages, lists, ...more }: Traces) {
  const waiting = messages.filter(({ waits }) => waits).length
  const campaigns = new Set(messages.map(({ campaign }) => campaign))
  return {
    ...more,
    messages: messages.length,
    waiting,
    of: [...campaigns],
    lists: lists.map(({ name }) => name),
    namedByCampaigns: more.campaigns,
    outside: printOutside({ messages, lists, ...more }),
  }
}

function tell(given: EraseArguments, data: Readonly<Record<string, unknown>>, words: string): void {
  process.stdout.write(given.json ? `${json({ schema: 'sealpost/erase@1', ...data })}\n` : `${words}\n`)
}
