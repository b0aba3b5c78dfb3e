import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { readText } from '../settings/index.ts'
import { requireBounds } from './bounds.ts'
import { findBeside } from './beside.ts'
import type { Partials } from './liquid.ts'
import type { TemplateSource } from './source.ts'

const mostPartials = 100

const renderTag = /\{%-?\s*render\s+(?:"([^"]*)"|'([^']*)'|([^\s,%]*))/g

/**
 * Reads the templates that others bring in: `{% render 'footer.html' %}`, from the folder of the campaign or below it.
 * Their names stand in quotes, so that all of them are read, and looked at, before anything is sent.
 *
 * @throws SealpostError SP_TEMPLATE_INVALID, SP_FILE_MISSING, SP_FILE_UNREADABLE with the line that names the partial
 */
export async function readPartials(campaign: string, templates: readonly (TemplateSource | undefined)[]): Promise<Partials> {
  const found: Found = { partials: {}, done: new Set() }
  for (const template of templates) if (template) await readThose(campaign, template, found, [])
  return found.partials
}

interface Found {
  readonly partials: Record<string, string>
  /** Those of which all that they bring in was looked at. */
  readonly done: Set<string>
}

async function readThose(campaign: string, template: TemplateSource, found: Found, within: readonly string[]): Promise<void> {
  const { partials, done } = found
  for (const match of template.source.matchAll(renderTag)) {
    const name = match[1] ?? match[2]
    const where = `${template.file}:${template.line + template.source.slice(0, match.index).split('\n').length - 1}`
    if (name === undefined || name === '') throw invalid(where, 'The name of a partial must stand in quotes')
    const shown = visible(name, 100)
    if (within.includes(name)) throw invalid(where, `The partial ${shown} brings in itself`)
    if (done.has(name)) continue
    if (done.size + within.length >= mostPartials) throw invalid(where, `There are more than ${mostPartials} partials`)
    const source = await readText(await findBeside(campaign, name, where), 'SP_TEMPLATE_INVALID')
    // It may stand in the HTML.
    requireBounds({ source, file: name, line: 1 }, 'html')
    partials[name] = source
    await readThose(campaign, { source, file: name, line: 1 }, found, [...within, name])
    done.add(name)
  }
}

function invalid(where: string, what: string): SealpostError {
  return new SealpostError('SP_TEMPLATE_INVALID', { where, what })
}
