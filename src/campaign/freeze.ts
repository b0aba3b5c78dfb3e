import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { SealpostError, systemError } from '../errors.ts'
import { canonicalize } from '../evidence/verify/index.ts'
import type { Level } from '../policy/index.ts'
import type { Held } from '../settings/index.ts'
import type { Campaign, DsnChoice, Login, Route } from './campaign.ts'
import type { TemplateSource } from './source.ts'
import type { Moment, Pace } from './time/index.ts'

/** Where a template stood when it was frozen, for errors. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** A campaign as it was when it was started: plain JSON, templates included, rows of the list and credentials not. */
export interface FrozenCampaign {
  readonly version: 1
  readonly name: string
  /** The list as the campaign file named it. */
  readonly list: string
  /** SHA-256 of the list file, hex. */
  readonly listSha256: string
  readonly addressColumn?: string
  readonly from: string
  readonly replyTo?: string
  readonly subject: string
  readonly text?: string
  readonly html?: string
  readonly headers: Readonly<Record<string, string>>
  readonly level: Level
  readonly domains: Readonly<Record<string, Level>>
  readonly route: Route
  readonly held?: Partial<Held>
  readonly requireTls?: true
  readonly dsn?: DsnChoice
  readonly bounces?: string
  /**
   * SHA-256, hex, over the canonical JSON (keys in the order of their UTF-16 code units, no white space) of everything
   * above: what recipients get and how it travels. A file that was moved or commented is the same campaign.
   */
  readonly digest: string
  /** Not part of the digest. */
  readonly places: {
    readonly subject: Place
    readonly text?: Place
    readonly html?: Place
    readonly headers: Readonly<Record<string, Place>>
  }
  /** Where the log-in of the relay is to be had, by name; paths are absolute. Not part of the digest, like what follows. */
  readonly login?: Login
  /** When its first message is due, as it was asked for. */
  readonly startsAt?: Moment
  readonly pace?: Pace
}

/** What may be changed while a campaign is sent: it is neither what recipients get nor how it is protected. */
type Terms = Pick<FrozenCampaign, 'login' | 'startsAt' | 'pace'>

type Content = Omit<FrozenCampaign, 'digest' | 'places' | keyof Terms>

/**
 * Freezes a campaign, so that what is edited later does not reach those who have not got it yet.
 *
 * @throws SealpostError SP_FILE_MISSING, SP_FILE_UNREADABLE for the list
 */
export async function freezeCampaign(campaign: Campaign): Promise<FrozenCampaign> {
  const { addressColumn, replyTo, text, html, held, requireTls, dsn, bounces } = campaign
  const content: Content = {
    version: 1,
    name: campaign.name,
    list: campaign.listName,
    listSha256: await hashFile(campaign.list),
    from: campaign.from,
    subject: campaign.subject.source,
    headers: mapValues(campaign.headers, ({ source }) => source),
    level: campaign.level,
    domains: campaign.domains,
    route: campaign.route,
    ...(addressColumn === undefined ? {} : { addressColumn }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(text === undefined ? {} : { text: text.source }),
    ...(html === undefined ? {} : { html: html.source }),
    // Only where they are set: a campaign that knows nothing of them keeps the digest that it always had.
    ...(held === undefined || Object.keys(held).length === 0 ? {} : { held }),
    ...(requireTls ? { requireTls } : {}),
    ...(dsn === undefined ? {} : { dsn }),
    ...(bounces === undefined ? {} : { bounces }),
  }
  const places = {
    subject: placeOf(campaign.subject),
    headers: mapValues(campaign.headers, placeOf),
    ...(text === undefined ? {} : { text: placeOf(text) }),
    ...(html === undefined ? {} : { html: placeOf(html) }),
  }
  return { ...content, digest: digestContent(content), places, ...freezeTerms(campaign) }
}

function freezeTerms({ login, startsAt, pace }: Campaign): Terms {
  return keepGiven({ login: login && { ...login, secret: anchor(login.secret) }, startsAt, pace })
}

function keepGiven({ login, startsAt, pace }: { readonly [Name in keyof Terms]: Terms[Name] | undefined }): Terms {
  return {
    ...(login === undefined ? {} : { login }),
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(pace === undefined ? {} : { pace }),
  }
}

/** It may be read by a process that works in another folder. */
function anchor(secret: Login['secret']): Login['secret'] {
  return secret.kind === 'file' ? { ...secret, path: resolve(secret.path) } : secret
}

/**
 * Reads back a frozen campaign that was kept as JSON.
 *
 * @throws SealpostError SP_STORE_NEWER, SP_STORE_DAMAGED where it is not what was frozen
 */
export function parseFrozen(json: string): FrozenCampaign {
  const { digest, places, login, startsAt, pace, ...content } = parseJson(json)
  if (content.version !== 1) throw new SealpostError('SP_STORE_NEWER')
  if (digestContent(content) !== digest) throw damaged()
  return { ...content, digest, places, ...keepGiven({ login, startsAt, pace }) }
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

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer)
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  return hash.digest('hex')
}

function placeOf({ file, line }: TemplateSource): Place {
  return { file, line }
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
