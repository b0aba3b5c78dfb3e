import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { SealpostError } from '../errors.ts'
import { canonicalize } from '../evidence/verify/index.ts'
import type { Level } from '../policy/index.ts'
import type { Held, SourceAddresses } from '../settings/index.ts'
import { type Split, type SubjectTest, hashFile } from '../list/index.ts'
import type { Subjects } from './audience.ts'
import type { Campaign, DkimKeyFile, DsnChoice, Login, Route, Unsubscribe } from './campaign.ts'
import type { Attachment } from '../mime/index.ts'
import { prepareContent } from './content.ts'
import type { Partials } from './liquid.ts'
import type { Origin, TemplateSource } from './source.ts'
import type { Moment, Pace } from './time/index.ts'
import { type FrozenTracking, freezeTracking } from './tracking.ts'

/** Where a template stood when it was frozen, for errors. */
export interface Place {
  readonly file: string
  readonly line: number
  /** Where the parts of it come from, if it was put together. */
  readonly origins?: readonly Origin[]
}

/** A campaign as it was when it was started: plain JSON, templates included, rows of the list and credentials not. */
export interface FrozenCampaign {
  readonly version: 1
  readonly name: string
  /** The list as the campaign file named it. */
  readonly list: string
  /** SHA-256 of the list file, or over what is stored of the list, hex. */
  readonly listSha256: string
  readonly addressColumn?: string
  readonly from: string
  readonly sender?: string
  readonly replyTo?: string
  readonly subject: string
  readonly subjects?: Omit<SubjectTest, 'winner'> & { readonly a: string; readonly b: string; readonly winner?: 'a' | 'b' }
  /** The condition as typed. */
  readonly segment?: string
  readonly split?: Omit<Split, never>
  readonly preheader?: string
  readonly toName?: string
  readonly text?: string
  readonly html?: string
  readonly partials?: Partials
  readonly attachments?: readonly Attachment[]
  readonly listId?: string
  readonly feedbackId?: string
  readonly headers: Readonly<Record<string, string>>
  readonly level: Level
  readonly domains: Readonly<Record<string, Level>>
  readonly route: Route
  readonly held?: Partial<Held>
  readonly requireTls?: true
  readonly dsn?: DsnChoice
  readonly bounces?: string
  readonly source?: SourceAddresses
  readonly unsubscribe?: Unsubscribe
  readonly tracking?: FrozenTracking
  /**
   * SHA-256, hex, over the canonical JSON (keys in the order of their UTF-16 code units, no white space) of everything
   * above: what recipients get and how it travels. A file that was moved or commented is the same campaign.
   */
  readonly digest: string
  /** Not part of the digest. */
  readonly places: {
    readonly subject: Place
    readonly subjects?: { readonly a: Place; readonly b: Place }
    readonly preheader?: Place
    readonly text?: Place
    readonly html?: Place
    readonly headers: Readonly<Record<string, Place>>
  }
  /** Where the log-in of the relay is to be had, by name; paths are absolute. Not part of the digest, like what follows. */
  readonly login?: Login
  /** The keys that it is signed with, where it names any; paths are absolute. */
  readonly dkim?: readonly DkimKeyFile[]
  /** When its first message is due, as it was asked for. */
  readonly startsAt?: Moment
  readonly pace?: Pace
}

/** What may be changed while a campaign is sent: it is neither what recipients get nor how it is protected. */
type Terms = Pick<FrozenCampaign, 'login' | 'dkim' | 'startsAt' | 'pace'>

type Content = Omit<FrozenCampaign, 'digest' | 'places' | keyof Terms>

/**
 * Freezes a campaign, so that what is edited later does not reach those who have not got it yet.
 *
 * MJML becomes HTML, style sheets are written into the elements, and files are read.
 *
 * @param listSha256 the digest of a stored list; that of a file is taken here
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE, SP_TEMPLATE_INVALID for MJML, SP_CAMPAIGN_INVALID for too
 * large files
 */
export async function freezeCampaign(campaign: Campaign, listSha256?: string): Promise<FrozenCampaign> {
  const { addressColumn, sender, replyTo, preheader, toName, listId, feedbackId, text } = campaign
  const { subjects, segment, split, held, requireTls, dsn, bounces, source, unsubscribe } = campaign
  const { html, attachments } = await prepareContent(campaign)
  const tracking = campaign.tracking && freezeTracking(campaign.tracking, html, campaign.partials)
  const content: Content = {
    version: 1,
    name: campaign.name,
    list: campaign.listName,
    listSha256: listSha256 ?? (await hashFile(campaign.list)),
    from: campaign.from,
    subject: campaign.subject.source,
    headers: mapValues(campaign.headers, ({ source }) => source),
    level: campaign.level,
    domains: campaign.domains,
    route: campaign.route,
    ...(addressColumn === undefined ? {} : { addressColumn }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(subjects === undefined ? {} : { subjects: freezeSubjects(subjects) }),
    ...(segment === undefined ? {} : { segment: segment.source }),
    ...(split === undefined ? {} : { split }),
    ...(text === undefined ? {} : { text: text.source }),
    ...(html === undefined ? {} : { html: html.source }),
    // Only where they are set: a campaign that knows nothing of them keeps the digest that it always had.
    ...(sender === undefined ? {} : { sender }),
    ...(preheader === undefined ? {} : { preheader: preheader.source }),
    ...(toName === undefined ? {} : { toName }),
    ...(listId === undefined ? {} : { listId }),
    ...(feedbackId === undefined ? {} : { feedbackId }),
    ...(Object.keys(campaign.partials).length === 0 ? {} : { partials: campaign.partials }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(held === undefined || Object.keys(held).length === 0 ? {} : { held }),
    ...(requireTls ? { requireTls } : {}),
    ...(dsn === undefined ? {} : { dsn }),
    ...(bounces === undefined ? {} : { bounces }),
    ...(source === undefined ? {} : { source: { ...source } }),
    ...(unsubscribe === undefined ? {} : { unsubscribe }),
    ...(tracking === undefined ? {} : { tracking }),
  }
  const places = {
    subject: placeOf(campaign.subject),
    headers: mapValues(campaign.headers, placeOf),
    ...(subjects === undefined ? {} : { subjects: { a: placeOf(subjects.a), b: placeOf(subjects.b) } }),
    ...(text === undefined ? {} : { text: placeOf(text) }),
    ...(html === undefined ? {} : { html: placeOf(html) }),
    ...(preheader === undefined ? {} : { preheader: placeOf(preheader) }),
  }
  return { ...content, digest: digestContent(content), places, ...freezeTerms(campaign) }
}

function freezeTerms({ login, dkim, startsAt, pace }: Campaign): Terms {
  const keys = dkim?.map((one) => ({ ...one, key: resolve(one.key) }))
  return keepGiven({ login: login && { ...login, secret: anchor(login.secret) }, dkim: keys, startsAt, pace })
}

function keepGiven({ login, dkim, startsAt, pace }: { readonly [Name in keyof Terms]: Terms[Name] | undefined }): Terms {
  return {
    ...(login === undefined ? {} : { login }),
    ...(dkim === undefined ? {} : { dkim }),
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(pace === undefined ? {} : { pace }),
  }
}

/** It may be read by a process that works in another folder. */
function anchor(secret: Login['secret']): Login['secret'] {
  return secret.kind === 'file' ? { ...secret, path: resolve(secret.path) } : secret
}

function freezeSubjects({ a, b, share, of, winner }: Subjects): NonNullable<FrozenCampaign['subjects']> {
  return { a: a.source, b: b.source, share, of, ...(winner === undefined ? {} : { winner }) }
}

/**
 * Reads back a frozen campaign that was kept as JSON.
 *
 * @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED where it is not what was frozen
 */
export function parseFrozen(json: string): FrozenCampaign {
  const { digest, places, login, dkim, startsAt, pace, ...content } = parseJson(json)
  if (content.version !== 1) throw new SealpostError('SP_STORE_NEWER')
  if (digestContent(content) !== digest) throw damaged()
  return { ...content, digest, places, ...keepGiven({ login, dkim, startsAt, pace }) }
}

function parseJson(json: string): FrozenCampaign {
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && 'digest' in value && 'places' in value) return value as FrozenCampaign
  } catch (error) {
    throw damaged(error)
  }
  throw damaged()
}

function damaged(cause?: unknown): SealpostError {
  return new SealpostError('SP_STORE_DAMAGED', { what: 'The campaign in the queue is not the one that was put there', cause })
}

function digestContent(content: Content): string {
  return createHash('sha256')
    .update(canonicalize({ ...content }))
    .digest('hex')
}

function placeOf({ file, line, origins }: TemplateSource): Place {
  return { file, line, ...(origins === undefined ? {} : { origins }) }
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
