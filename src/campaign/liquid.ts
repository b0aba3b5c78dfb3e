import { Context, Liquid, type Template } from 'liquidjs'
import { linkTag } from './html/index.ts'
import { LinkTag, type WriteLink, writeLinkKey } from './linkTag.ts'

/** What a part is written for: a value in HTML is escaped, a value in text stands as it is. `tracked` is HTML whose links are counted. */
export type Medium = 'text' | 'html' | 'tracked'

/** Templates that others bring in with {% render %}, by the name that they use. */
export type Partials = Readonly<Record<string, string>>

/** Characters of a rendered part. */
export const maxRendered = 5_000_000

/** Tags, outputs and pieces of text that one rendering may go through. */
const maxSteps = 200_000

const limits = {
  /** Characters. */
  parseLimit: 1_100_000,
  /** Characters and list items that filters and loops make. */
  memoryLimit: 20_000_000,
} as const

/** Liquid for one medium. A name that is not there is an error, and so is whatever would read a file. */
export function createLiquid(medium: Medium, partials: Partials): Liquid {
  const liquid = new Liquid({
    ...limits,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // Dates come out the same on whatever machine a message is rendered again.
    timezoneOffset: 0,
    locale: 'en-US',
    // They were read when the campaign was; from here no file can be reached.
    templates: Object.assign(Object.create(null), partials) as Record<string, string>,
    dynamicPartials: true,
    // A partial is parsed once.
    cache: Object.keys(partials).length > 0,
    ...(medium === 'text' ? {} : { outputEscape: 'escape' as const }),
  })
  for (const tag of fileTags) delete liquid.tags[tag]
  if (medium === 'tracked') liquid.registerTag(linkTag, LinkTag)
  // Random, so that a second try would send another message than the first.
  delete liquid.filters['sample']
  return liquid
}

/**
 * What one rendering has in hand. Liquidjs would bound the time, and so fail a message because the machine was busy or
 * asleep; what is asked at the same place here is how many steps were taken.
 */
export function createContext(liquid: Liquid, values: Readonly<Record<string, string>>, writeLink?: WriteLink): Context {
  // A copy, for {% increment %} writes into it; partials see the columns as what Liquid calls global.
  const globals = writeLink ? { ...values, [writeLinkKey]: writeLink } : values
  const context = new Context({ ...values }, liquid.options, { sync: true, globals }, { liquid })
  let steps = 0
  context.renderLimit.check = () => {
    if (++steps > maxSteps) throw new Error('step limit exceeded')
  }
  return context
}

/** Renders within bounds. */
export function renderLiquid(liquid: Liquid, nodes: Template[], context: Context): string {
  return String(liquid.renderSync(nodes, context))
}

/** Tags of Liquid that bring in another template in ways that a partial of its own does not need. */
export const fileTags: readonly string[] = ['include', 'layout', 'block']
