import type { Level } from '../policy/index.ts'
import type { Held } from '../settings/index.ts'
import type { TemplateSource } from './source.ts'
import type { Moment, Pace } from './time/index.ts'

/** Which way the messages go. */
export type Route =
  | { readonly kind: 'direct' }
  | { readonly kind: 'relay'; readonly host: string; readonly port: number; readonly security: 'starttls' | 'implicit' }

/** Where half of a login is to be had; never the secret itself. */
export type CredentialSource =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

/** What servers shall report of the delivery (RFC 3461). */
export type DsnChoice = {
  readonly notify: 'never' | readonly ('failure' | 'delay' | 'success')[]
  readonly return: 'headers' | 'full'
}

/** How to log in at a relay. */
export interface Login {
  readonly user: Exclude<CredentialSource, { kind: 'file' }>
  readonly secret: CredentialSource
  /** What the secret is: a password, or an access token of OAuth 2.0. */
  readonly kind: 'password' | 'token'
  /** The one way to log in that is tried, as SMTP calls it. */
  readonly mechanism?: 'SCRAM-SHA-256' | 'PLAIN' | 'LOGIN'
  /** `file:line` of each, for errors. */
  readonly places: { readonly user: string; readonly secret: string }
}

/** A campaign.yaml whose entries make sense and whose templates are valid Liquid. */
export interface Campaign {
  readonly name: string
  /** The list, seen from the working folder. */
  readonly list: string
  /** The list as the campaign file names it. */
  readonly listName: string
  readonly addressColumn?: string
  /** As typed: an address, or a name with an address in angle brackets. */
  readonly from: string
  readonly replyTo?: string
  readonly subject: TemplateSource
  readonly text?: TemplateSource
  readonly html?: TemplateSource
  readonly headers: Readonly<Record<string, TemplateSource>>
  readonly level: Level
  /** Stricter levels by domain in A-labels. */
  readonly domains: Readonly<Record<string, Level>>
  readonly route: Route
  readonly login?: Login
  /** What becomes of held messages; what is left out is as in the settings. */
  readonly held?: Partial<Held>
  /** REQUIRETLS (RFC 8689). */
  readonly requireTls: boolean
  readonly dsn?: DsnChoice
  /** The address that the envelope's return paths are made from. */
  readonly bounces?: string
  /** When its first message is due; at once where it is left out. */
  readonly startsAt?: Moment
  readonly pace?: Pace
}
