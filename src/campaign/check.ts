import type { FrozenCampaign } from './freeze.ts'
import { createRenderer, parseTemplates } from './render.ts'

/**
 * Tries the templates before anything is sent: every name in every branch must be a column of the list, and a message
 * must come out for a row that is full and for one that is empty.
 *
 * @param columns as `openList` gives them
 * @throws SealpostError SP_TEMPLATE_INVALID with `file:line`, SP_MESSAGE_INVALID
 */
export async function checkTemplates(frozen: FrozenCampaign, columns: readonly string[]): Promise<void> {
  const { subject, subjects, text, html, headers } = parseTemplates(frozen)
  const names = [...new Set([...columns, 'email'])]
  for (const template of [subject, subjects?.a, subjects?.b, text, html, ...headers.map(([, template]) => template)])
    template?.checkNames(names)
  const renderer = createRenderer(frozen)
  for (const sample of [(name: string) => name, () => '']) {
    await renderer.render({
      id: 'sample',
      address: 'reader@example.org',
      columns: Object.fromEntries(columns.map((name) => [name, sample(name)])),
      createdAt: 0,
    })
  }
}
