import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { loadCampaign } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { type CheckContext, examine, parseTarget } from '../check/index.ts'
import { SealpostError, systemError } from '../errors.ts'
import { createHostMemory } from '../policy/index.ts'
import { printNumber, printPage, printPreflight, printTable } from '../report/index.ts'
import { type Settings, loadSettings } from '../settings/index.ts'
import { QueueReader } from '../store/index.ts'
import { type World, startWorld } from '../world/index.ts'
import { campaignFile, listFile, messageHtml, messageText, settingsFile } from './demoFiles.ts'
import { type Exit, exits } from './exit.ts'
import { makePreflight } from './preflight.ts'
import { createProgress } from './progress.ts'
import { runProve } from './prove.ts'
import { readReport } from './report.ts'
import { sendCampaigns } from './send.ts'
import { verifyOwn } from './verify.ts'
import { createExamination, createNetwork, depths } from './wiring.ts'

export interface DemoArguments {
  readonly keep?: boolean
  readonly folder: string
}

/** Marks a folder that a demo wrote, so that the next demo may take it away. */
const mark = '.sealpost-demo'

const say = (text = ''): void => {
  process.stdout.write(`${text}\n`)
}

/** Check, send and prove against a mail world on this machine; nothing leaves it. */
export async function runDemo(given: DemoArguments): Promise<Exit> {
  const folder = resolve(given.folder)
  await using world = await startWorld()
  await prepareFolder(folder, world)
  say(
    `A mail world is up on this machine: a DNS server and ${world.hosts.length} domains, good and bad. Nothing leaves this machine.\n`,
  )
  const settings = await loadSettings(join(folder, 'sealpost.yaml'))
  const context = createExamination(settings, await createNetwork(settings), depths.brief)
  await showCheck(world, context)
  const fine = await showSend(world, folder, settings, context)
  const proven = await showProof(folder, settings)
  if (given.keep) await keepOpen(folder)
  return fine && proven ? exits.fine : exits.fault
}

async function prepareFolder(folder: string, world: World): Promise<void> {
  try {
    if (existsSync(folder) && !existsSync(join(folder, mark))) {
      throw new SealpostError('SP_FILE_EXISTS', {
        where: folder,
        what: 'The folder is there already, and no demo wrote it',
        next: 'Name another one with --folder.',
      })
    }
    if (isRunning(folder))
      throw new SealpostError('SP_STORE_IN_USE', {
        where: folder,
        what: 'Another demo works in this folder',
        next: 'Stop it, or name another folder with --folder.',
      })
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    const files = {
      [mark]: `${process.pid}\nWritten by sealpost demo, which takes this folder away when it runs again.\n`,
      'authority.pem': world.caPem,
      'sealpost.yaml': settingsFile(world),
      'campaign.yaml': campaignFile,
      'list.csv': listFile(world.hosts.map((host) => host.domain)),
      'message.txt': messageText,
      'message.html': messageHtml,
    }
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  } catch (error) {
    throw systemError(error, folder)
  }
}

/** Whether the demo that wrote the folder is still up, as with --keep. */
function isRunning(folder: string): boolean {
  if (!existsSync(join(folder, mark))) return false
  const pid = Number.parseInt(readFileSync(join(folder, mark), 'utf8'), 10)
  try {
    return pid !== process.pid && process.kill(pid, 0)
  } catch {
    return false
  }
}

async function showCheck(world: World, context: CheckContext): Promise<void> {
  say('CHECK: can mail to these domains travel encrypted?\n')
  const progress = createProgress('checking')
  let done = 0
  const results = await Promise.all(
    world.hosts.map(async (host) => {
      const result = await examine(parseTarget(host.domain), context)
      progress.show(++done, world.hosts.length, host.domain)
      return [host.domain, result.grade, result.verdict, result.words] as const
    }),
  )
  progress.clear()
  say(`${printTable(['domain', 'grade', 'verdict', 'why'], results, process.stdout.columns)}\n`)
}

async function showSend(world: World, folder: string, settings: Settings, context: CheckContext): Promise<boolean> {
  const campaign = await loadCampaign(join(folder, 'campaign.yaml'))
  say('PRE-FLIGHT: what would become of each recipient?\n')
  const memory = createHostMemory(() => systemClock.now())
  const preflight = await makePreflight(campaign, settings, context, memory, createProgress('checking'))
  say(printPreflight(preflight, process.stdout.columns))
  say('SEND: encrypted, or not at all.\n')
  const progress = createProgress('sending')
  const started = performance.now()
  const sending = await sendCampaigns([campaign], settings, {
    force: false,
    signal: new AbortController().signal,
    now: false,
    wait: false,
    progress,
  })
  progress.clear()
  const [sent] = sending.kind === 'sent' ? sending.campaigns : []
  if (!sent) throw new Error('nothing was sent')
  const { counts } = sent
  const received = world.received()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(
    `${printNumber(counts.sent)} of ${printNumber(counts.total)} messages were sent encrypted in ${seconds} s, ${printNumber(counts.held)} are held, ${printNumber(counts.deferred)} will be tried again.`,
  )
  say(
    `The servers themselves counted ${printNumber(received.total)} messages, ${printNumber(received.plaintext)} of them in plaintext.\n`,
  )
  return received.plaintext === 0 && received.total === counts.sent
}

async function showProof(folder: string, settings: Settings): Promise<boolean> {
  say('PROVE: the signed log of each connection and each attempt.\n')
  const { verification, key } = await verifyOwn(settings.data, undefined)
  if (verification.kind === 'failed') {
    say(`The evidence log does not verify: ${verification.where}, ${verification.why}.`)
    return false
  }
  say(
    `The evidence log verifies: ${printNumber(verification.checkpoint.size)} entries in one tree, signed with key ${key.slice(0, 16)}….`,
  )
  const report = join(folder, 'report.html')
  await writeFile(report, printPage(await readReport(settings.data)))
  say(`The report lies in ${relative('.', report) || report}: open it in a browser.\n`)
  return verification.checkpoint.size > 0 && (await showReceipt(folder, settings))
}

/** What one recipient, or whoever audits, gets: a file of its own that is verified without the log. */
async function showReceipt(folder: string, settings: Settings): Promise<boolean> {
  using queue = QueueReader.open(settings.data)
  const [sent] = queue.list({ state: 'sent' }, 1)
  if (!sent) return false
  const path = relative('.', folder) || '.'
  const proved = await runProve({
    recipient: sent.address,
    out: join(path, 'receipt.json'),
    settings: join(folder, 'sealpost.yaml'),
  })
  say(`
Anybody verifies it offline who has the key (also in a browser: docs/verifier.html):
  npx sealpost verify ${join(path, 'receipt.json')} --key ${join(path, 'data', 'evidence', 'keys')}
And for an auditor, how all of it travelled:
  npx sealpost record ${join(path, 'data')}`)
  return proved === exits.fine
}

async function keepOpen(folder: string): Promise<void> {
  const path = relative('.', folder) || '.'
  const settings = `--settings ${join(path, 'sealpost.yaml')}`
  say(`
The world stays up until you press Ctrl-C. Try, in another terminal:

  npx sealpost check -v stripped.test ${settings}
  npx sealpost check --json valid.test expired.test ${settings}
  npx sealpost send ${join(path, 'campaign.yaml')} --dry-run ${settings}
  npx sealpost send ${join(path, 'campaign.yaml')} --now ${settings}
  npx sealpost report ${join(path, 'data')}
  npx sealpost verify ${join(path, 'data')}
`)
  const stop = new AbortController()
  await Promise.race([once(process, 'SIGINT', { signal: stop.signal }), once(process, 'SIGTERM', { signal: stop.signal })])
  stop.abort()
}
