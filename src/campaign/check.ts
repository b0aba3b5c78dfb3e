import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import type { FrozenCampaign } from './freeze.ts'
import { createRenderer } from './render.ts'
import { type Templates, parseTemplates } from './templates.ts'
import { listSlots, optoutName } from './tracking.ts'

/** A row of the list, to try the templates on. */
export interface SampleRow {
  /** In the file of the list, from 1. */
  readonly line: number
  readonly address: string
  readonly columns: Readonly<Record<string, string>>
}

/**
 * Tries the templates before anything is sent: every name in every branch must be a column of the list, and a message
 * must come out for a row that is full, for one that is empty, and for each of the samples.
 *
 * @param columns as `openList` gives them
 * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`, SP_MESSAGE_INVALID, SP_CAMPAIGN_INVALID
 */
export async function checkTemplates(
  frozen: FrozenCampaign,
  columns: readonly string[],
  samples: readonly SampleRow[] = [],
): Promise<void> {
  const { subject, subjects, text, html, htmlAlone, headers } = parseTemplates(frozen)
  const own = [...(frozen.unsubscribe ? ['unsubscribe_url'] : []), ...(frozen.tracking ? [optoutName] : [])]
  const names = [...new Set([...columns, 'email', ...own])]
  const written = frozen.text === undefined ? undefined : text
  const templates = [subject, subjects?.a, subjects?.b, written, htmlAlone, ...headers.map(([, one]) => one)]
  for (const template of templates) template?.checkNames(names)
  html?.checkNames(frozen.tracking ? [...names, ...listSlots(frozen.tracking)] : names)
  requireLink(frozen, { text: written, html })
  requireColumn(frozen, columns, 'toName', frozen.toName)
  requireColumn(frozen, columns, 'tracking.consent', frozen.tracking?.consent)
  const renderer = createRenderer(frozen)
  const render = (address: string, row: Readonly<Record<string, string>>): Promise<unknown> =>
    renderer.render({
      id: 'sample',
      address,
      columns: row,
      createdAt: 0,
      ...(frozen.unsubscribe && { unsubscribe: { url: 'https://example.org/u/sample', headers: {} } }),
    })
  for (const sample of [(name: string) => name, () => ''])
    await render('reader@example.org', Object.fromEntries(columns.map((name) => [name, sample(name)])))
  for (const { line, address, columns } of samples) {
    try {
      await render(address, columns)
    } catch (error) {
      if (!(error instanceof SealpostError)) throw error
      const { code, where, what } = error
      const place = where === undefined ? {} : { where }
      throw new SealpostError(code, { ...place, what: `${what} (with line ${line} of ${frozen.list})`, cause: error })
    }
  }
}

function requireColumn({ name }: FrozenCampaign, columns: readonly string[], entry: string, column: string | undefined): void {
  if (column === undefined || columns.includes(column)) return
  const known = columns.slice(0, 30).map((one) => visible(one, 50))
  const what = `${entry} names "${visible(column, 80)}", which is no column of the list; there are ${known.join(', ')}`
  throw new SealpostError('SP_CAMPAIGN_INVALID', { where: name, what })
}

/**
 * Which columns of the list stand in headers: To, the subject, headers of one's own. A line break or a NUL in one of them
 * is an attack or a damaged list; it never reaches a message as such, and no campaign begins with one.
 *
 * @returns a check for each row; it throws SP_LIST_INVALID with `file:line` and the column
 */
export function createHeaderGuard(frozen: FrozenCampaign): (row: SampleRow) => void {
  const { subject, subjects, headers } = parseTemplates(frozen)
  const tested = subjects ? [subjects.a, subjects.b] : []
  const names = new Set([subject, ...tested, ...headers.map(([, template]) => template)].flatMap(({ columns }) => columns))
  if (frozen.toName !== undefined) names.add(frozen.toName)
  const guarded = [...names]
  return ({ line, columns }) => {
    for (const name of guarded) {
      const found = Object.hasOwn(columns, name) ? /[\r\n\0]/.exec(columns[name] ?? '')?.[0] : undefined
      if (found === undefined) continue
      const kind = found === '\0' ? 'a NUL' : found === '\r' ? 'a CR' : 'a line break'
      throw new SealpostError('SP_LIST_INVALID', {
        where: `${frozen.list}:${line}`,
        what: `The column "${visible(name, 80)}" has ${kind} in it, and the campaign uses it in a header`,
        next: 'Take it out of that row, or take the column out of the subject, toName and headers. Nothing was sent.',
      })
    }
  }
}

/**
 * A campaign that gives links shows them too: header fields are seen by mail programs, and not by all of them.
 *
 * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`
 */
function requireLink(
  { unsubscribe, places }: FrozenCampaign,
  bodies: { readonly [Part in 'text' | 'html']: Templates[Part] | undefined },
): void {
  if (!unsubscribe) return
  for (const part of ['text', 'html'] as const) {
    const template = bodies[part]
    if (!template || template.columns.includes('unsubscribe_url')) continue
    const where = `${places[part]?.file ?? part}:1`
    const what = `The ${part === 'text' ? 'text' : 'HTML'} shows no way out, though the campaign has unsubscribe`
    throw new SealpostError('SP_TEMPLATE_INVALID', { where, what, next: 'Put {{ unsubscribe_url }} where readers find it.' })
  }
}
