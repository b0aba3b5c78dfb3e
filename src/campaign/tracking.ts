import { SealpostError } from '../errors.ts'
import type { Tracking } from './campaign.ts'
import { findLinks, insertOpenSlot, openSlot, readTarget, rewriteLinks, slotOf, writeOpenImage } from './html/index.ts'
import type { Partials } from './liquid.ts'
import type { WriteLink } from './linkTag.ts'
import type { TemplateSource } from './source.ts'
import { isWholeLiquid } from './template.ts'

/** What a frozen campaign counts. */
export type FrozenTracking = {
  /**
   * Its links as they were written, with their Liquid: a link's number is its place in here, from 1. Kept with the campaign,
   * so that a number in a mailbox means the same for ever. Left out where clicks are not counted.
   */
  readonly links?: readonly string[]
  readonly opens?: true
  readonly consent?: string
}

/** The addresses that stand for links in one message. ASCII, with nothing in them that HTML would have escaped. */
export interface LinkAddresses {
  /** @param occurrence which time that link stands in the message, from 0; always 0 where it has no values in it */
  clickUrl(link: number, occurrence: number): string
  openUrl(): string
}

/** Distinct links: a message that has more is a catalogue, and its sender counts on the site. */
const mostLinks = 1_000

/** Times that one link is written into a message with an address of its own. */
const mostOccurrences = 0xffff

/** @throws SealpostError SP_TEMPLATE_INVALID for too many links */
export function freezeTracking(
  { clicks, opens, consent }: Tracking,
  html: TemplateSource | undefined,
  partials: Partials,
): FrozenTracking {
  const links = clicks && html ? listLinks(html, partials) : undefined
  return {
    ...(links === undefined ? {} : { links }),
    ...(opens ? { opens } : {}),
    ...(consent === undefined ? {} : { consent }),
  }
}

function listLinks(html: TemplateSource, partials: Partials): readonly string[] {
  const sources = [
    html.source,
    ...Object.keys(partials)
      .toSorted()
      .map((name) => partials[name] ?? ''),
  ]
  const links = [...new Set(sources.flatMap((source) => findLinks(source, isWholeLiquid).map(({ href }) => href)))]
  if (links.length <= mostLinks) return links
  throw new SealpostError('SP_TEMPLATE_INVALID', {
    where: `${html.file}:${html.line}`,
    what: `There are more than ${mostLinks} different links, and each would be counted`,
    next: 'Switch tracking.clicks off, or mark links that need not be counted with data-sealpost-track="no".',
  })
}

/** Puts places for the addresses into the HTML and what it brings in, once for a campaign. */
export function trackTemplate(
  html: TemplateSource,
  partials: Partials | undefined,
  { links = [], opens }: FrozenTracking,
): { readonly html: TemplateSource; readonly partials: Partials | undefined } {
  const rewritten = rewriteLinks(html, links, isWholeLiquid)
  const rewrite = (source: string): string => rewriteLinks({ source, file: '', line: 1 }, links, isWholeLiquid).source
  return {
    html: opens ? insertOpenSlot(rewritten) : rewritten,
    partials: partials && Object.fromEntries(Object.entries(partials).map(([name, source]) => [name, rewrite(source)])),
  }
}

/** The names that a template may use after that. */
export function listSlots({ links = [] }: FrozenTracking): readonly string[] {
  return [...links.map((_, at) => slotOf(at + 1)), openSlot]
}

const targetsOf = new WeakMap<readonly string[], readonly (string | undefined)[]>()

/** Where links lead that have no values in them; undefined for those that have. */
export function listTargets(links: readonly string[]): readonly (string | undefined)[] {
  const known = targetsOf.get(links) ?? links.map((href) => (/\{[{%]/.test(href) ? undefined : readTarget(href)))
  targetsOf.set(links, known)
  return known
}

/** By which templates have the link with which the consent to be counted is taken back. */
export const optoutName = 'tracking_optout'

/** Whom a message is for, as far as it decides what its links are. */
interface Counted {
  readonly columns: Readonly<Record<string, string>>
  readonly unsubscribe?: { readonly url: string }
  readonly optout?: string
  readonly tracking?: LinkAddresses
}

export interface FilledLinks {
  readonly values: Readonly<Record<string, string>>
  /** For one rendering: it counts how often each link was written. */
  createWriter(): WriteLink
}

/** What stands in the places of one message. */
export function fillLinks({ links = [], opens, consent }: FrozenTracking, target: Counted): FilledLinks {
  const agreed = consent === undefined || isYes(target.columns[consent])
  const addresses = agreed ? target.tracking : undefined
  const values: Record<string, string> = { [optoutName]: target.optout ?? '' }
  for (const [at, href] of listTargets(links).entries())
    if (href !== undefined) values[slotOf(at + 1)] = addresses ? addresses.clickUrl(at + 1, 0) : href
  values[openSlot] = opens && addresses ? writeOpenImage(addresses.openUrl()) : ''
  return {
    values,
    createWriter: () => (addresses ? createWriter(addresses, [target.unsubscribe?.url, target.optout]) : (_, href) => href),
  }
}

function createWriter(addresses: LinkAddresses, waysOut: readonly (string | undefined)[]): WriteLink {
  const written = new Map<number, number>()
  return (link, href) => {
    // Whatever the values make of it, a way out is never led over a counter; nor is what leads nowhere on the web.
    if (readTarget(href) === undefined || waysOut.includes(href.trim())) return href
    const occurrence = written.get(link) ?? 0
    written.set(link, occurrence + 1)
    return occurrence > mostOccurrences ? href : addresses.clickUrl(link, occurrence)
  }
}

/** What people write who mean yes, or when it was. */
export function isYes(cell: string | undefined): boolean {
  return cell !== undefined && !/^\s*(?:no?|false|f|off|0|nein|non)?\s*$/i.test(cell)
}
