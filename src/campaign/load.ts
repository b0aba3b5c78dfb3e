import { stat } from 'node:fs/promises'
import type { z } from 'zod'
import { SealpostError, systemError } from '../errors.ts'
import { visible } from '../escape.ts'
import { type Held, readDocument, readText, resolveBeside, type SettingsDocument } from '../settings/index.ts'
import type { Campaign, Login, Route } from './campaign.ts'
import { campaignSchema } from './schema.ts'
import type { TemplateSource } from './source.ts'
import { parseTemplate } from './template.ts'

type Entries = z.output<typeof campaignSchema>
type Document = SettingsDocument<Entries>

/**
 * Reads a campaign file and the templates that it names, and looks whether the list is there.
 *
 * @throws SealpostError SP_CAMPAIGN_INVALID, SP_TEMPLATE_INVALID, SP_FILE_MISSING and what `readDocument` throws
 */
export async function loadCampaign(path: string): Promise<Campaign> {
  const document = await readDocument(path, campaignSchema, 'SP_CAMPAIGN_INVALID')
  const { data } = document
  const list = resolveBeside(path, data.list)
  await nameOnError(document, 'list', data.list, () => findFile(list))
  const text = await readTemplate(document, 'text')
  const html = await readTemplate(document, 'html')
  const login = readLogin(document)
  const campaign: Campaign = {
    name: data.name,
    list,
    listName: data.list,
    from: data.from.trim(),
    subject: { source: data.subject, ...placeOf(document, ['subject']) },
    headers: Object.fromEntries(
      Object.entries(data.headers).map(([name, source]) => [name, { source, ...placeOf(document, ['headers', name]) }]),
    ),
    level: data.level,
    domains: data.domains,
    route: readRoute(data.route),
    ...(data.addressColumn === undefined ? {} : { addressColumn: data.addressColumn }),
    ...(data.replyTo === undefined ? {} : { replyTo: data.replyTo.trim() }),
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    ...(login === undefined ? {} : { login }),
    requireTls: data.requireTls,
    ...(data.held === undefined ? {} : { held: readHeld(data.held) }),
    ...(data.dsn === undefined ? {} : { dsn: data.dsn }),
    ...(data.bounces === undefined ? {} : { bounces: data.bounces }),
    ...(data.at === undefined ? {} : { startsAt: data.at }),
    ...(data.pace === undefined ? {} : { pace: data.pace }),
  }
  // Thrown away again: what matters here is that each of them parses.
  for (const template of [campaign.subject, ...Object.values(campaign.headers), text]) {
    if (template) parseTemplate(template, 'text')
  }
  if (html) parseTemplate(html, 'html')
  return campaign
}

async function readTemplate(document: Document, entry: 'text' | 'html'): Promise<TemplateSource | undefined> {
  const named = document.data[entry]
  if (named === undefined) return undefined
  const file = resolveBeside(document.file, named)
  return nameOnError(document, entry, named, async () => ({ source: await readText(file, 'SP_TEMPLATE_INVALID'), file, line: 1 }))
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

function readRoute(route: Entries['route']): Route {
  if (route === 'direct') return { kind: 'direct' }
  // RFC 8314 7.3: 465 is the port of implicit TLS; RFC 6409 3.1: 587 that of submission.
  const port = route.port ?? (route.security === 'implicit' ? 465 : 587)
  const security = route.security ?? (port === 465 ? 'implicit' : 'starttls')
  return { kind: 'relay', host: route.relay, port, security }
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
