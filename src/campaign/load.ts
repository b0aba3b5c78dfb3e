import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { z } from 'zod'
import { SealpostError, systemError } from '../errors.ts'
import { visible } from '../escape.ts'
import { isListName, parseSegment } from '../list/index.ts'
import type { SendingProvider } from '../provider/index.ts'
import { type Held, readDocument, readText, resolveBeside, type SettingsDocument } from '../settings/index.ts'
import { type Audience, type Subjects, placeSegment } from './audience.ts'
import type { AttachedFile, Campaign, DkimKeyFile, Login, Tracking, Unsubscribe } from './campaign.ts'
import { findContentType } from './contentType.ts'
import { requireBounds } from './bounds.ts'
import { readPartials } from './partials.ts'
import { readRoute } from './route.ts'
import { campaignSchema } from './schema.ts'
import type { TemplateSource } from './source.ts'
import { parseTemplate } from './template.ts'

type Entries = z.output<typeof campaignSchema>
type Document = SettingsDocument<Entries>

/**
 * Reads a campaign file and the templates that it names, and looks whether the list is there.
 *
 * @param directory the providers that a route may name, in place of all that are known
 * @throws SealpostError SP_CAMPAIGN_INVALID, SP_TEMPLATE_INVALID, SP_FILE_MISSING and what `readDocument` throws
 */
export async function loadCampaign(path: string, directory?: readonly SendingProvider[]): Promise<Campaign> {
  const document = await readDocument(path, campaignSchema, 'SP_CAMPAIGN_INVALID')
  const { data } = document
  const file = resolveBeside(path, data.list)
  // What looks like a name and is no file here is a stored list; whether it is stored is seen where the lists are.
  const stored = isListName(data.list) && !(await isThere(file))
  if (!stored) await nameOnError(document, 'list', data.list, () => findFile(file))
  const text = await readTemplate(document, 'text')
  const html = await readTemplate(document, 'html')
  const mjml = /\.mjml$/i.test(data.html ?? '')
  if (text) requireBounds(text, 'text')
  if (html) requireBounds(html, mjml ? 'mjml' : 'html')
  const preheader = data.preheader === undefined ? undefined : { source: data.preheader, ...placeOf(document, ['preheader']) }
  const partials = await readPartials(document.file, [text, html, preheader])
  const login = readLogin(document)
  const campaign: Campaign = {
    name: data.name,
    list: stored ? data.list : file,
    listName: data.list,
    file: document.file,
    from: data.from.trim(),
    subject: readSubject(document),
    mjml,
    partials,
    attachments: (data.attachments ?? []).map((entry, index) => readAttached(entry, document.locate(['attachments', index]))),
    headers: Object.fromEntries(
      Object.entries(data.headers).map(([name, source]) => [name, { source, ...placeOf(document, ['headers', name]) }]),
    ),
    level: data.level,
    domains: data.domains,
    route: readRoute(document, directory),
    ...readAudience(document),
    ...(stored ? { stored } : {}),
    ...(data.addressColumn === undefined ? {} : { addressColumn: data.addressColumn }),
    ...(data.sender === undefined ? {} : { sender: data.sender.trim() }),
    ...(data.toName === undefined ? {} : { toName: data.toName }),
    ...(data.listId === undefined ? {} : { listId: data.listId }),
    ...(data.feedbackId === undefined ? {} : { feedbackId: data.feedbackId }),
    ...(preheader === undefined ? {} : { preheader }),
    ...(data.dkim === undefined ? {} : { dkim: readDkim(document, data.dkim) }),
    ...(data.replyTo === undefined ? {} : { replyTo: data.replyTo.trim() }),
    ...(data.identity === undefined ? {} : { identity: data.identity }),
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    ...(login === undefined ? {} : { login }),
    requireTls: data.requireTls,
    ...(data.held === undefined ? {} : { held: readHeld(data.held) }),
    ...(data.dsn === undefined ? {} : { dsn: data.dsn }),
    ...(data.bounces === undefined ? {} : { bounces: data.bounces }),
    ...(data.source === undefined ? {} : { source: data.source }),
    ...(data.unsubscribe === undefined ? {} : { unsubscribe: readUnsubscribe(data.unsubscribe) }),
    ...readTracking(data.tracking),
    ...(data.at === undefined ? {} : { startsAt: data.at }),
    ...(data.pace === undefined ? {} : { pace: data.pace }),
  }
  // Thrown away again: what matters here is that each of them parses.
  const { subjects } = campaign
  for (const template of [campaign.subject, subjects?.a, subjects?.b, ...Object.values(campaign.headers)])
    if (template) parseTemplate(template, 'text')
  if (text) parseTemplate(text, 'text', partials)
  for (const template of [html, preheader]) if (template) parseTemplate(template, 'html', partials)
  return campaign
}

function readSubject(document: Document): TemplateSource {
  const { subject, subjects } = document.data
  const variant = subjects?.winner ?? 'a'
  return subjects
    ? { source: subjects[variant], ...placeOf(document, ['subjects', variant]) }
    : { source: subject ?? '', ...placeOf(document, ['subject']) }
}

function readAudience(document: Document): Audience {
  const { segment, split, subjects } = document.data
  return {
    ...(split ? { split } : {}),
    ...(segment === undefined ? {} : readSegment(segment, document.locate(['segment']))),
    ...(subjects ? { subjects: readSubjects(document, subjects) } : {}),
  }
}

function readSegment(source: string, place: string): Audience {
  try {
    return { segment: parseSegment(source), segmentPlace: place }
  } catch (error) {
    throw placeSegment(error, place)
  }
}

function readSubjects(document: Document, { a, b, share, of, winner }: NonNullable<Entries['subjects']>): Subjects {
  const read = (name: 'a' | 'b', source: string): TemplateSource => ({ source, ...placeOf(document, ['subjects', name]) })
  return { a: read('a', a), b: read('b', b), share, of, winner }
}

async function readTemplate(document: Document, entry: 'text' | 'html'): Promise<TemplateSource | undefined> {
  const named = document.data[entry]
  if (named === undefined) return undefined
  const file = resolveBeside(document.file, named)
  return nameOnError(document, entry, named, async () => ({ source: await readSource(file), file, line: 1 }))
}

async function readSource(file: string): Promise<string> {
  try {
    return await readText(file, 'SP_TEMPLATE_INVALID')
  } catch (error) {
    if (!(error instanceof SealpostError) || !error.what.includes('larger than')) throw error
    const next =
      'Name pictures as files instead of writing them into it, and leave out what is there for no one: Gmail shows the first 102 kB.'
    throw new SealpostError('SP_TEMPLATE_INVALID', { where: file, what: error.what, next, cause: error })
  }
}

function readAttached(entry: NonNullable<Entries['attachments']>[number], where: string): AttachedFile {
  const { file, name = basename(file), type = findContentType(name) } = typeof entry === 'string' ? { file: entry } : entry
  return { file, name, type, where }
}

function readDkim(document: Document, keys: NonNullable<Entries['dkim']>): DkimKeyFile[] {
  return keys.map((key, index) => ({
    ...key,
    key: resolveBeside(document.file, key.key),
    where: document.locate(['dkim', index, 'key']),
  }))
}

/** Runs `read`, and says of a file that is not there where the campaign names it. */
async function nameOnError<Value>(document: Document, entry: string, named: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof SealpostError) || !error.code.startsWith('SP_FILE_')) throw error
    const what = `${entry} names ${visible(named, 200)}: ${error.what.charAt(0).toLowerCase()}${error.what.slice(1)}`
    throw new SealpostError(error.code, { where: document.locate([entry]), what, cause: error })
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

async function findFile(path: string): Promise<void> {
  let isFile: boolean
  try {
    isFile = (await stat(path)).isFile()
  } catch (error) {
    throw systemError(error, path, 'SP_FILE_UNREADABLE')
  }
  if (!isFile) throw new SealpostError('SP_FILE_UNREADABLE', { where: path, what: 'This is not a file' })
}

function placeOf(document: Document, path: readonly string[]): { file: string; line: number } {
  return { file: document.file, line: Number(document.locate(path).slice(document.file.length + 1)) }
}

function readUnsubscribe({ list, mailto }: NonNullable<Entries['unsubscribe']>): Unsubscribe {
  return { ...(list === undefined ? {} : { list }), ...(mailto === undefined ? {} : { mailto }) }
}

function readTracking(entries: Entries['tracking']): { readonly tracking?: Tracking } {
  if (!entries || !(entries.clicks || entries.opens)) return {}
  const { clicks, opens, consent } = entries
  return { tracking: { clicks, opens, ...(consent === undefined ? {} : { consent }) } }
}

function readHeld({ until, then }: NonNullable<Entries['held']>): Partial<Held> {
  return { ...(until === undefined ? {} : { until }), ...(then === undefined ? {} : { then }) }
}

function readLogin(document: Document): Login | undefined {
  const { route } = document.data
  if (route === 'direct' || route.auth === undefined) return undefined
  const { user, userEnv, mechanism } = route.auth
  const place = (entry: string): string => document.locate(['route', 'auth', entry])
  // The schema lets exactly one of them pass.
  const entry = (['passwordEnv', 'passwordFile', 'tokenEnv', 'tokenFile'] as const).find(
    (name) => route.auth?.[name] !== undefined,
  )
  const name = entry && route.auth[entry]
  if (entry === undefined || name === undefined) return undefined
  return {
    kind: entry.startsWith('token') ? 'token' : 'password',
    user: userEnv === undefined ? { kind: 'literal', value: user ?? '' } : { kind: 'variable', name: userEnv },
    secret: entry.endsWith('File') ? { kind: 'file', path: resolveBeside(document.file, name) } : { kind: 'variable', name },
    ...(mechanism === undefined || mechanism === 'xoauth2' ? {} : { mechanism: nameMechanism[mechanism] }),
    places: { user: place(userEnv === undefined ? 'user' : 'userEnv'), secret: place(entry) },
  }
}

const nameMechanism = { 'scram-sha-256': 'SCRAM-SHA-256', plain: 'PLAIN', login: 'LOGIN' } as const
