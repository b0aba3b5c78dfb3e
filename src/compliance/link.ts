import { isIP } from 'node:net'
import type { ComplianceFacts } from './facts.ts'

/** A link of the message, taken apart. */
interface WebLink {
  readonly href: string
  /** What the reader sees of it. */
  readonly text: string
  readonly url: URL
  /** Lower case, A-labels, brackets of IPv6 addresses left out. */
  readonly host: string
}

export interface Links {
  readonly web: readonly WebLink[]
  /** What is no address of anything, or of nothing that a reader of mail has. */
  readonly broken: readonly string[]
}

const known = new WeakMap<ComplianceFacts, Links>()

/**
 * Links of all samples, each once; of the text parts too, and where links lead that go over a counter. Worked out once for
 * all rules.
 */
export function listLinks(facts: ComplianceFacts): Links {
  const before = known.get(facts)
  if (before) return before
  const web = new Map<string, WebLink>()
  const broken = new Set<string>()
  for (const { html, text } of facts.samples) {
    const found = [...(html?.links ?? []), ...listTextLinks(text ?? '')]
    for (const { href, text } of found) {
      const link = readLink(href, text)
      if (link === 'broken') broken.add(href)
      else if (link) web.set(`${href}\n${text}`, link)
    }
  }
  for (const target of facts.tracking?.targets ?? []) {
    const link = readLink(target, '')
    if (link && link !== 'broken') web.set(`${target}\n`, link)
  }
  const links = { web: [...web.values()], broken: [...broken] }
  known.set(facts, links)
  return links
}

function listTextLinks(text: string): { href: string; text: string }[] {
  return [...text.slice(0, 1_000_000).matchAll(/\bhttps?:\/\/[^\s<>"'\])]+/gi)]
    .slice(0, 1_000)
    .map(([href]) => ({ href: href.replace(/[.,;:!?]+$/, ''), text: '' }))
}

function readLink(href: string, text: string): WebLink | 'broken' | undefined {
  // A place in the message itself.
  if (href.startsWith('#') && href.length > 1) return undefined
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(href)?.[1]?.toLowerCase()
  if (scheme === undefined) return 'broken'
  if (scheme === 'mailto')
    return /^mailto:[^@\s]+@[^@\s]+$/i.test(href) || /^mailto:[^@\s?]*\?\S*to=/i.test(href) ? undefined : 'broken'
  if (scheme !== 'http' && scheme !== 'https')
    return /^(?:tel|sms|webcal|geo|cid|xmpp|sip|sips|whatsapp)$/.test(scheme) ? undefined : 'broken'
  if (!URL.canParse(href) || /\s/.test(href.trim()) || /^https?:(?!\/\/)/i.test(href)) return 'broken'
  const url = new URL(href)
  const host = url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  return host === '' ? 'broken' : { href, text, url, host }
}

/** Whether a host is a name that readers all over the Internet can reach. */
export function isLocal(host: string): boolean {
  return isIP(host) === 0 && (!host.includes('.') || /\.(?:local|localhost|internal|lan|home|corp|test|invalid)$/.test(host))
}
