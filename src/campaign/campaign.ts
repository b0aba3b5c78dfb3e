import type { Level } from '../policy/index.ts'
import type { Held, SourceAddresses } from '../settings/index.ts'
import type { Audience } from './audience.ts'
import type { Partials } from './liquid.ts'
import type { TemplateSource } from './source.ts'
import type { Moment, Pace } from './time/index.ts'

/** Which way the messages go. */
export type Route =
  | { readonly kind: 'direct' }
  | {
      readonly kind: 'relay'
      readonly host: string
      readonly port: number
      readonly security: 'starttls' | 'implicit'
      /** For a server that files the messages itself (RFC 2033); SMTP where left out. */
      readonly protocol?: 'lmtp'
      /** The id of the provider whose host it is, where the campaign names the provider. */
      readonly provider?: string
    }

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

/** How recipients leave. */
export type Unsubscribe = {
  /** What they leave; undefined for all mail. */
  readonly list?: string
  /** Where they may write instead. */
  readonly mailto?: string
}

/** What is counted of its messages. */
export interface Tracking {
  readonly clicks: boolean
  readonly opens: boolean
  /** The column that says who agreed to it; undefined where all are counted. */
  readonly consent?: string
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

/** A file that travels with each message. */
export interface AttachedFile {
  /** As the campaign file names it. */
  readonly file: string
  /** As the recipient sees it. */
  readonly name: string
  readonly type: string
  /** `file:line` that names it. */
  readonly where: string
}

/** A key to sign with, and the place that names it. */
export interface DkimKeyFile {
  readonly domain: string
  readonly selector: string
  /** Seen from the working folder. */
  readonly key: string
  readonly where: string
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
  /** The campaign file: what its templates name is looked for beside it. */
  readonly file: string
  readonly sender?: string
  readonly replyTo?: string
  /** What the message has to say of its sender; looked for by the compliance check, and no part of what is sent. */
  readonly identity?: { readonly name?: string | undefined; readonly address?: string | undefined }
  /** With `subjects` that of the winner, or the first. */
  readonly subject: TemplateSource
  readonly preheader?: TemplateSource
  /** The column that holds names. */
  readonly toName?: string
  readonly text?: TemplateSource
  readonly html?: TemplateSource
  /** Whether the HTML is MJML yet. */
  readonly mjml: boolean
  /** By the names that {% render %} uses. */
  readonly partials: Partials
  readonly attachments: readonly AttachedFile[]
  readonly listId?: string
  readonly feedbackId?: string
  readonly headers: Readonly<Record<string, TemplateSource>>
  /** Undefined where it is as in the settings. */
  readonly dkim?: readonly DkimKeyFile[]
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
  readonly unsubscribe?: Unsubscribe
  /** Undefined where nothing is counted. */
  readonly tracking?: Tracking
  /** The address that the envelope's return paths are made from. */
  readonly bounces?: string
  /** Addresses of this machine that its mail leaves from. */
  readonly source?: SourceAddresses
  /** When its first message is due; at once where it is left out. */
  readonly startsAt?: Moment
  readonly pace?: Pace
}
