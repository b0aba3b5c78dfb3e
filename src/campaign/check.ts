import { SealpostError } from '../errors.ts'
import type { FrozenCampaign } from './freeze.ts'
import { type Templates, createRenderer, parseTemplates } from './render.ts'

/**
 * Tries the templates before anything is sent: every name in every branch must be a column of the list, and a message
 * must come out for a row that is full and for one that is empty.
 *
 * @param columns as `openList` gives them
 * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`, SP_MESSAGE_INVALID
 */
export async function checkTemplates(frozen: FrozenCampaign, columns: readonly string[]): Promise<void> {
  const { subject, text, html, headers } = parseTemplates(frozen)
  const own = frozen.unsubscribe ? ['email', 'unsubscribe_url'] : ['email']
  const names = [...new Set([...columns, ...own])]
  for (const template of [subject, text, html, ...headers.map(([, template]) => template)]) template?.checkNames(names)
  requireLink(frozen, { text, html })
  const renderer = createRenderer(frozen)
  for (const sample of [(name: string) => name, () => '']) {
    await renderer.render({
      id: 'sample',
      address: 'reader@example.org',
      columns: Object.fromEntries(columns.map((name) => [name, sample(name)])),
      createdAt: 0,
      ...(frozen.unsubscribe && { unsubscribe: { url: 'https://example.org/u/sample', headers: {} } }),
    })
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
    if (!template || template.uses('unsubscribe_url')) continue
    const where = `${places[part]?.file ?? part}:1`
    const what = `The ${part === 'text' ? 'text' : 'HTML'} shows no way out, though the campaign has unsubscribe`
    throw new SealpostError('SP_TEMPLATE_INVALID', { where, what, next: 'Put {{ unsubscribe_url }} where readers find it.' })
  }
}
