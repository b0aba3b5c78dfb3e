/** The servers that a program is shown to, and what its settings turn out to be by what it did there. */
import type { Mode } from '../../../src/audit/index.ts'

/** The name that all of them have, in every configuration. */
export const serverName = 'mail.example.test'

export const ports = { smtp: 25, submission: 587, implicit: 465 } as const

export const serverKinds = [
  /** A certificate of a trusted authority, for its name. */
  'good',
  /** No TLS: neither STARTTLS nor, where TLS should come first, any. */
  'hides',
  /** A certificate for its name, of an authority that nobody knows. */
  'stranger',
  /** A certificate of a trusted authority, for another name. */
  'misnamed',
] as const

export type ServerKind = (typeof serverKinds)[number]

/** What a server saw, of everything that one run of a program brought. */
export interface Sight {
  readonly connections: number
  /** A sender or a log-in came unencrypted. */
  readonly clear: boolean
  /** A sender or a log-in came inside TLS. */
  readonly encrypted: boolean
  /** The verbs in their order, with a `*` before those inside TLS. */
  readonly said: string
}

export type Sights = Readonly<Record<ServerKind, Sight>>

/** In short: what reached each server. `tls, clear, -, -`. */
export function describeSights(sights: Sights): string {
  return serverKinds.map((kind) => describeSight(sights[kind])).join(', ')
}

function describeSight({ clear, encrypted }: Sight): string {
  return clear ? 'clear' : encrypted ? 'tls' : '-'
}

/** Undefined where no mode explains what was seen, as where nothing reached even the good server. */
export function observeMode({ good, hides, stranger, misnamed }: Sights, implicit: boolean): Mode | undefined {
  if (good.clear) return hides.clear ? 'plaintext' : undefined
  if (!good.encrypted || [hides, stranger, misnamed].some(({ connections }) => connections === 0)) return undefined
  if (hides.clear) return 'opportunistic'
  if (stranger.clear || misnamed.clear) return 'opportunistic'
  const verified = !stranger.encrypted && !misnamed.encrypted
  if (implicit) return verified ? 'implicit-verified' : 'implicit-unverified'
  return verified ? 'required-verified' : 'required-unverified'
}
