/** What sslscan sees of a server, from its XML. */
import { X509Certificate } from 'node:crypto'
import type { Lab } from './lab.ts'

export interface Scan {
  /** As OpenSSL writes them: `TLSv1.2`. */
  readonly versions: readonly string[]
  /** By version; identifiers are IANA's, `0xc02c`. */
  readonly suites: ReadonlyMap<string, readonly string[]>
  /** The first choice at each version. */
  readonly preferred: ReadonlyMap<string, string>
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** SHA-256 of the leaf, in hex. */
  readonly certificates: readonly string[]
}

/** Scans with nothing left out; `starttls` is `smtp`, `imap` or `pop3`, undefined where TLS comes first. */
export async function scan(lab: Lab, place: { host: string; name: string; port: number; starttls?: string }): Promise<Scan> {
  const dialogue = place.starttls === undefined ? [] : [`--starttls-${place.starttls}`]
  const words = ['--xml=-', '--no-colour', '--show-certificate', `--sni-name=${place.name}`, ...dialogue]
  const { stdout, stderr } = await lab.run(['sslscan', ...words, `${place.host}:${place.port}`], { timeout: 80_000 })
  if (!stdout.includes('</document>')) throw new Error(`sslscan did not end well: ${stdout}${stderr}`)
  return readScan(stdout)
}

function readScan(xml: string): Scan {
  const ciphers = readTags(xml, 'cipher')
  const preferred = ciphers.filter(({ status }) => status === 'preferred')
  const blobs = xml.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return {
    versions: readTags(xml, 'protocol')
      .filter(({ enabled }) => enabled === '1')
      .map(({ type, version = '' }) => spell(`${type === 'ssl' ? 'SSL' : 'TLS'}v${version}`)),
    suites: listIds(ciphers),
    preferred: new Map(preferred.map((tag) => [spell(tag['sslversion'] ?? ''), readId(tag)])),
    groups: listIds(readTags(xml, 'group')),
    certificates: [...new Set(blobs.map((pem) => hexOf(new X509Certificate(pem).fingerprint256)))],
  }
}

type Tag = Readonly<Record<string, string>>

/** Attributes of each tag of the name; sslscan writes one a line, with nothing in the values that would need unescaping. */
function readTags(xml: string, name: string): Tag[] {
  const tags = xml.matchAll(new RegExp(`<${name} ([^>]*)/>`, 'g'))
  return [...tags].map(([, attributes = '']) =>
    Object.fromEntries([...attributes.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])),
  )
}

function listIds(tags: readonly Tag[]): Map<string, string[]> {
  const versions = Map.groupBy(tags, ({ sslversion = '' }) => spell(sslversion))
  return new Map([...versions].map(([version, those]) => [version, those.map(readId)]))
}

/** sslscan writes `TLSv1.0`. */
function spell(version: string): string {
  return version.replace(/^(TLSv1)\.0$/, '$1')
}

function readId({ id = '' }: Tag): string {
  return id.toLowerCase()
}

export function hexOf(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}
