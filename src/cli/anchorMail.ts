import { randomUUID } from 'node:crypto'
import { type AnchoredLog, writeCheckpointMail } from '../anchor/index.ts'
import { type FrozenCampaign, loadCampaign, resolveCredentials } from '../campaign/index.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { addressKey, readAddress } from '../list/index.ts'
import type { Settings } from '../settings/index.ts'
import { type Told, describeCheckpoint, tellCheckpoint } from './anchorTold.ts'
import { exits } from './exit.ts'
import { createSource, readSourceParts } from './source.ts'
import { sendTest } from './testSend.ts'

/** Sends a checkpoint to an auditor, as a campaign's mail is sent: from its sender, by its way, at its level. */
export async function mailCheckpoint(
  log: AnchoredLog,
  settings: Settings,
  address: string,
  path: string | undefined,
): Promise<Told> {
  if (path === undefined)
    throw new SealpostError('SP_USAGE', {
      where: '--mail',
      what: 'It is not said from whom and by which way',
      next: 'Name a campaign file that says so, such as --as campaign.yaml.',
    })
  const to = readAddress(address)
  if (to.kind === 'invalid')
    throw new SealpostError('SP_ADDRESS_INVALID', { where: visible(address, 100), what: `It is no address: ${to.why}` })
  const campaign = await loadCampaign(path)
  const credentials = await resolveCredentials(campaign, process.env)
  const mail = writeCheckpointMail(log.checkpoint, log.note)
  const { from, sender, level, domains, route, requireTls, source, login, dkim, held } = campaign
  const place = { file: path, line: 1 }
  const frozen: FrozenCampaign = {
    version: 1,
    name: `checkpoint of ${log.checkpoint.size} entries`,
    list: '',
    listSha256: '',
    from,
    // What the mail says is a value, and no template.
    subject: '{{ subject }}',
    text: '{{ text }}',
    headers: {},
    level,
    domains,
    route,
    digest: randomUUID().replaceAll('-', ''),
    places: { subject: place, text: place, headers: {} },
    ...(sender === undefined ? {} : { sender }),
    ...(held === undefined ? {} : { held }),
    ...(requireTls ? { requireTls: true } : {}),
    ...(source === undefined ? {} : { source }),
    ...(login === undefined ? {} : { login }),
    ...(dkim === undefined ? {} : { dkim }),
  }
  const parts = await readSourceParts(frozen, settings, 'samples')
  const row = { address: to.text, addressKey: addressKey(to), domain: to.domain, columns: { ...mail } }
  const outcome = await sendTest({ frozen, credentials, source: createSource(frozen, parts) }, settings, row, 'anchored')
  const { state, verdict, reason } = outcome
  const why = reason === '' ? '' : `: ${visible(reason, 300)}`
  const line =
    state === 'sent'
      ? `It was sent to ${visible(to.text, 300)} (${verdict}).`
      : `It was not sent to ${visible(to.text, 300)}, and will not be tried again (${state}, ${verdict})${why}`
  return {
    data: { action: 'mail', ...describeCheckpoint(log), to: to.text, ...outcome },
    lines: [tellCheckpoint(log), line],
    exit: state === 'sent' ? exits.fine : state === 'deferred' ? exits.untested : exits.below,
  }
}
