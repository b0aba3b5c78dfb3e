import { spawn } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { checkTemplates, createRenderer, loadCampaign } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { SealpostError, systemError } from '../errors.ts'
import { decodeWords } from '../mime/read/index.ts'
import { type MessagePreview, printPreview, printPreviewPage } from '../report/index.ts'
import { loadSettings } from '../settings/index.ts'
import { type Exit, exits } from './exit.ts'
import { openCampaign } from './openCampaign.ts'
import { type Choice, findRecipient } from './sampleRow.ts'
import { readSourceParts } from './source.ts'

export interface PreviewArguments extends Choice {
  readonly settings?: string
  readonly out?: string
  readonly open?: boolean
}

/** Shows what one recipient would get; sends nothing, and asks nothing of the network. */
export async function runPreview(path: string, given: PreviewArguments): Promise<Exit> {
  const kind = given.out === undefined ? undefined : extname(given.out).toLowerCase()
  if (kind !== undefined && !['.eml', '.html', '.txt'].includes(kind))
    throw new SealpostError('SP_USAGE', { what: 'A preview is written to a file whose name ends in .eml, .html or .txt' })
  const preview = await makePreview(path, given)
  const print = (kind: string | undefined): string | Buffer =>
    kind === '.eml' ? preview.raw : kind === '.html' ? printPreviewPage(preview) : printPreview(preview, process.stdout.columns)
  const file = given.out ?? (given.open ? join(await mkdtemp(join(tmpdir(), 'sealpost-preview-')), 'preview.html') : undefined)
  if (file === undefined) {
    process.stdout.write(print(undefined))
    return exits.fine
  }
  try {
    await writeFile(file, print(kind ?? '.html'))
  } catch (error) {
    throw systemError(error, file, 'SP_FILE_UNWRITABLE')
  }
  process.stderr.write(`Written to ${file}\n`)
  if (given.open) openFile(file)
  return exits.fine
}

async function makePreview(path: string, given: PreviewArguments): Promise<MessagePreview & { readonly raw: Buffer }> {
  const settings = await loadSettings(given.settings)
  const campaign = await loadCampaign(path)
  using opened = await openCampaign(campaign, settings)
  const { frozen, list } = opened
  const row = await findRecipient(list, campaign.list, given)
  await checkTemplates(frozen, list.columns, [row])
  const parts = await readSourceParts(frozen, settings, 'samples')
  const one = { id: 1, addressKey: row.address }
  const message = await createRenderer(frozen, parts).preview({
    // Of a message that is sent, it is the number in the queue that stands here.
    id: `preview.${frozen.digest.slice(0, 16)}`,
    address: row.address,
    columns: row.columns,
    createdAt: systemClock.now(),
    ...(parts.linkOf && { unsubscribe: parts.linkOf(one) }),
    ...(parts.trackingOf && { tracking: parts.trackingOf(one) }),
    ...(parts.optoutOf && { optout: parts.optoutOf(one) }),
  })
  return {
    ...message,
    campaign: frozen.name,
    line: row.line,
    list: frozen.list,
    octets: message.raw.length,
    headers: readHeaders(message.raw),
  }
}

function readHeaders(raw: Buffer): MessagePreview['headers'] {
  const head = raw.toString('utf8', 0, raw.indexOf('\r\n\r\n')).split(/\r\n(?![ \t])/)
  return head.map((field) => {
    const colon = field.indexOf(':')
    const value = field.slice(colon + 1).replace(/\r\n/g, '')
    return { name: field.slice(0, colon), value: decodeWords(value.trim()) }
  })
}

/** With whatever the desktop opens such files with; where there is no desktop, the file is there all the same. */
function openFile(file: string): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const child = spawn(opener, [file], { stdio: 'ignore', detached: true })
  child.on('error', () => {
    process.stderr.write(`It could not be opened from here: there is no ${opener}.\n`)
  })
  child.unref()
}
