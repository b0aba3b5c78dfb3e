import type { Level } from '../policy/index.ts'
import type { Audience } from './audience.ts'
import type { TemplateSource } from './source.ts'

/** Which way the messages go. */
export type Route =
  | { readonly kind: 'direct' }
  | { readonly kind: 'relay'; readonly host: string; readonly port: number; readonly security: 'starttls' | 'implicit' }

/** Where half of a login is to be had; never the secret itself. */
export type CredentialSource =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }

/** How to log in at a relay. */
export interface Login {
  readonly user: CredentialSource
  readonly password: CredentialSource
  /** `file:line` of each, for errors. */
  readonly places: { readonly user: string; readonly password: string }
}

/** A campaign.yaml whose entries make sense and whose templates are valid Liquid. */
export interface Campaign extends Audience {
  readonly name: string
  /** The list, seen from the working folder; or the name of a stored one. */
  readonly list: string
  /** `list` is the name of a stored list. */
  readonly stored?: boolean
  /** The list as the campaign file names it. */
  readonly listName: string
  readonly addressColumn?: string
  /** As typed: an address, or a name with an address in angle brackets. */
  readonly from: string
  readonly replyTo?: string
  /** With `subjects` that of the winner, or the first. */
  readonly subject: TemplateSource
  readonly text?: TemplateSource
  readonly html?: TemplateSource
  readonly headers: Readonly<Record<string, TemplateSource>>
  readonly level: Level
  /** Stricter levels by domain in A-labels. */
  readonly domains: Readonly<Record<string, Level>>
  readonly route: Route
  readonly login?: Login
}
