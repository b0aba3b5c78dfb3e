import type { Document, Edit, Scalar } from './format/document.ts'
import type { FormatName } from './format/index.ts'
import type { Mode } from './mode.ts'
import type { Settings } from './settings.ts'

/**
 * Where a program's settings stand. Keys are the rule's own short names (`host`, `port`, `secure`); the patterns behind
 * them are paths of a document with `.` between the parts, where `*` is any one part and `**` any number of them. Parts
 * that a `*` stands for tell setups apart: `smtp.*.host` and `smtp.*.port` with the same part belong together.
 */
export type Place =
  | {
      readonly kind: 'file'
      /** Matches the path with `/` between folders, from the folder that is audited; the name alone suffices mostly. */
      readonly path: RegExp
      readonly format: FormatName
      readonly keys: Readonly<Record<string, string | readonly string[]>>
      /** Keys of which one must be there for it to be a setup at all. */
      readonly anchors: readonly string[]
      /** Source files are only read where one of these texts is in them. */
      readonly marks?: readonly string[]
      /** Whether a document is this program's at all, where path and anchors do not tell. */
      readonly isOurs?: (document: Document) => boolean
      /** In place of `keys`, where calls or an order of lines decide: setups with an entry for each key. */
      readonly find?: (document: Document) => readonly FoundSetup[]
    }
  | {
      /** Environment variables: of an env file, a container, or a service. */
      readonly kind: 'environment'
      readonly keys: Readonly<Record<string, string | readonly string[]>>
      readonly anchors: readonly string[]
      /** Container images by the last parts of their name (`ghost`, `gitea/gitea`), whose tag is the version. */
      readonly images?: readonly string[]
      /** Env files that are this program's by their path; without it, only an image or other files beside it tell. */
      readonly path?: RegExp
    }
  | {
      /** A database, an encrypted file, a web page. */
      readonly kind: 'unseen'
      /** `the table settings in PostgreSQL`. */
      readonly where: string
      /** A query or command that shows the settings, without the password. */
      readonly query: string
      /** Path of a file that shows that the program is here. */
      readonly signs?: RegExp
      /** Container images by the last parts of their name. */
      readonly images?: readonly string[]
    }

export interface FoundSetup {
  /** Tells it from others of the same file; shown. */
  readonly name: string
  readonly entries: Readonly<Record<string, Document['entries'][number]>>
}

/** What the settings make of the connection, and why. */
export interface Verdict {
  readonly mode: Mode
  /** The settings that decide, the weakest point first: key of the rule, and what it means in plain words. */
  readonly reasons: readonly Reason[]
}

export interface Reason {
  /** A key of the rule; where it is not set, its default is what is meant. */
  readonly key: string
  readonly words: string
}

/** Settings that give verified TLS, for a mend. Host, user and password stay as they are; the port is seen to by itself. */
export interface Remedy {
  readonly security: 'starttls' | 'implicit'
  /** What must be so. */
  readonly set: Readonly<Record<string, Scalar>>
  /** What must be so where the setting is there; elsewhere its default is good. */
  readonly ifSet?: Readonly<Record<string, Scalar>>
  /** Settings whose new value is made from the old (a DSN); undefined where it cannot be. */
  readonly rewrite?: Readonly<Record<string, (old: string) => string | undefined>>
  /** Changes of source code that are no setting: an argument of a call. Undefined where there is no place for them. */
  readonly edit?: (document: Document, setup: FoundSetup) => readonly Edit[] | undefined
  /** The version from which on these settings are known: an older one, where it is known to be that, is not offered them. */
  readonly since?: string
  /** A change that this file cannot carry, in words (run postmap, open a port). */
  readonly also?: string
}

/** A program, and what its settings mean. One file a program in `software/`. */
export interface Software {
  /** Stable, for machines. */
  readonly id: string
  readonly name: string
  readonly kind: 'marketing' | 'framework' | 'cms' | 'library' | 'mta' | 'client'
  readonly places: readonly Place[]
  /** Packages that bring it, whose version a lock file tells: `npm:nodemailer`, `composer:symfony/mailer`, `pypi:Django`. */
  readonly packages?: readonly string[]
  /** Versions at which the meaning changed, ascending; the judge is asked for each stretch where the version is unknown. */
  readonly boundaries?: readonly string[]
  /** What the settings mean. Pure. `settings.version` is undefined where no boundaries are declared. */
  readonly judge: (settings: Settings) => Verdict
  /** In order of preference; empty where nothing reaches verified TLS. */
  readonly remedies: readonly Remedy[]
  /** What helps where no remedy does: a local relay that verifies, another library. */
  readonly instead?: string
  /** A whole configuration of a new installation; undefined where there is no file to write. */
  readonly write?: (endpoint: NewEndpoint) => { readonly file: string; readonly text: string }
  /** Good to know, a sentence each. */
  readonly notes: readonly string[]
  /** Where the meaning was read: document or source file with version, and on which day. */
  readonly sources: readonly string[]
  readonly checkedOn: string
  /** Whether source code was read, documentation, or neither. */
  readonly confidence: 'source' | 'documentation' | 'unverified'
  /** The three forms that docs/software.md shows and a test audits: as shipped, the usual mistake; mending gives the third. */
  readonly examples: readonly Example[]
}

interface NewEndpoint {
  readonly host: string
  readonly port: number
  readonly security: 'starttls' | 'implicit'
}

export interface Example {
  readonly label: 'default' | 'mistake'
  /** Path of the file, so that a place matches. */
  readonly file: string
  readonly text: string
  /** Weakest first; several where the version decides. */
  readonly modes: readonly Mode[]
  /** The same after the mend; absent where nothing can be mended. */
  readonly fixed?: readonly Mode[]
  /** Where the mend needs a port that the example's does not have. */
  readonly version?: string
}
