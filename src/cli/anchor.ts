import { join } from 'node:path'
import { type AnchoredLog, type PostTerms, openAnchoredLog, printRecord, printZoneLine } from '../anchor/index.ts'
import { SealpostError } from '../errors.ts'
import { json } from '../escape.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { mailCheckpoint } from './anchorMail.ts'
import { reportAnchors } from './anchorReport.ts'
import { askForTimestamp, takeResponse, writeRequest } from './anchorTimestamp.ts'
import { readAuthorities, readWitness } from './anchorTrust.ts'
import { type Told, describeCheckpoint } from './anchorTold.ts'
import { askForCosignature } from './anchorWitness.ts'
import { type Exit, exits } from './exit.ts'
import { createNetwork } from './wiring.ts'

export interface AnchorArguments {
  readonly settings?: string
  readonly json?: boolean
  readonly witness?: string
  readonly key?: readonly string[]
  readonly timestamp?: string
  readonly timestampRequest?: string
  readonly timestampResponse?: string
  readonly tsaCa?: string
  readonly dns?: boolean
  readonly dnsName?: string
  readonly mail?: string
  readonly as?: string
}

/** Milliseconds for one answer of a witness or an authority. */
const patience = 30_000
/** A log that is written to may take away a tile that was about to be read: it is opened anew then. */
const maxTries = 5

/** Gives the last checkpoint to somebody, or shows what others said of those before. */
export async function runAnchor(folder: string | undefined, given: AnchorArguments): Promise<Exit> {
  const settings = await loadSettings(given.settings)
  const evidence = join(folder ?? settings.data, 'evidence')
  const told = await withLog(evidence, async (log) => carryOut(log, evidence, settings, given))
  const { data, lines, exit } = told
  process.stdout.write(given.json ? `${json({ schema: 'sealpost/anchor@1', ...data })}\n` : `${lines.join('\n')}\n`)
  return exit
}

async function carryOut(log: AnchoredLog, evidence: string, settings: Settings, given: AnchorArguments): Promise<Told> {
  const terms = async (): Promise<PostTerms> => ({ ...(await createNetwork(settings)), timeoutMs: patience })
  const keys = (given.key ?? []).map((key) => readWitness(key, '--key'))
  const authorities = await readAuthorities(given.tsaCa)
  if (given.witness !== undefined) {
    const [verifier, ...more] = keys
    if (!verifier || more.length > 0)
      throw new SealpostError('SP_USAGE', {
        where: '--key',
        what: 'The verifier key of the witness is needed, and no other',
        next: 'Ask the witness for it: it is written name+id+key, and sealpost serve prints it where it is one.',
      })
    return askForCosignature(log, evidence, { address: given.witness, verifier }, await terms())
  }
  if (given.timestamp !== undefined)
    return askForTimestamp(log, evidence, { address: given.timestamp, authorities }, await terms())
  if (given.timestampRequest !== undefined) return writeRequest(log, evidence, given.timestampRequest)
  if (given.timestampResponse !== undefined) return takeResponse(evidence, given.timestampResponse, authorities)
  if (given.mail !== undefined) return mailCheckpoint(log, settings, given.mail, given.as)
  if (given.dns) return printForDns(log, given.dnsName)
  return reportAnchors(log, evidence, settings, {
    witnesses: keys,
    authorities,
    dnsName: given.dnsName,
  })
}

async function withLog<T>(evidence: string, action: (log: AnchoredLog) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const log = await openAnchoredLog(evidence)
    try {
      return await action(log)
    } catch (error) {
      const isDamaged = error instanceof SealpostError && error.code === 'SP_LOG_DAMAGED'
      if (!isDamaged || tries === maxTries) throw error
      const { checkpoint } = await openAnchoredLog(evidence)
      // Nobody wrote to it meanwhile: it is damaged indeed.
      if (checkpoint.size === log.checkpoint.size) throw error
    }
  }
}

function printForDns(log: AnchoredLog, name: string | undefined): Told {
  const strings = printRecord(log.checkpoint)
  const line = name === undefined ? strings.map((text) => `"${text}"`).join(' ') : printZoneLine(name, log.checkpoint)
  const data = { action: 'dns', ...describeCheckpoint(log), strings, ...(name === undefined ? {} : { name }) }
  return { data, lines: [line], exit: exits.fine }
}
