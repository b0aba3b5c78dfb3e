/**
 * The registry of error codes: what went wrong, whether to try again, what it concerns, what to do next.
 *
 * An exception in Sealpost is a broken promise (a file that cannot be read, a setting that makes no sense, a log that
 * was changed). What a mail server answers is data, never an exception: see `starttls/` and `check/`.
 * `docs/errors.md` is generated from this file.
 */

/** When the same call may succeed: never without a change, later as it is, or at another host. */
export type Retry = 'never' | 'later' | 'other-host'

/** How far the failure reaches. */
export type Scope = 'program' | 'session' | 'message' | 'recipient'

interface ErrorSpec {
  /** What happened, in one clause. */
  readonly summary: string
  /** What to do about it, as an imperative sentence. */
  readonly next: string
  readonly retry: Retry
  readonly scope: Scope
  /** Exit status of the command line: 2 is wrong use or settings, 70 our own fault (sysexits EX_SOFTWARE). */
  readonly exit: 2 | 70
}

const wrong = { retry: 'never', scope: 'program', exit: 2 } as const

const registry = {
  SP_USAGE: { ...wrong, summary: 'The command line makes no sense', next: 'Run the command with --help.' },
  SP_TARGET_INVALID: {
    ...wrong,
    summary: 'The target is neither a domain nor an address of a mail server',
    next: 'Name a domain (example.org) or a server (smtp://mail.example.org:25).',
  },
  SP_PROVIDER_UNKNOWN: {
    ...wrong,
    summary: 'The provider is not in the directory',
    next: 'See sealpost esp list for all of them; sealpost check takes the name of any server.',
  },
  SP_FILE_MISSING: { ...wrong, summary: 'The file does not exist', next: 'Check the path.' },
  SP_FILE_UNREADABLE: { ...wrong, summary: 'A file cannot be read', next: 'Check its permissions and that it is a file.' },
  SP_FILE_UNWRITABLE: { ...wrong, summary: 'A file or folder cannot be written', next: 'Check the permissions of the folder.' },
  SP_FILE_CHANGED: {
    ...wrong,
    summary: 'A file was changed meanwhile',
    next: 'Nothing was written to it; run the same command again.',
  },
  SP_FILE_EXISTS: { ...wrong, summary: 'A file is already there', next: 'Move it away, or name another one.' },
  SP_FILE_EMPTY: { ...wrong, summary: 'A file is empty', next: 'Fill it in; sealpost init writes examples of each file.' },
  SP_DISK_FULL: {
    summary: 'The disk is full',
    next: 'Free some space and run the same command again: it goes on where it was.',
    retry: 'later',
    scope: 'program',
    exit: 2,
  },
  SP_YAML_INVALID: { ...wrong, summary: 'A file is not valid YAML', next: 'Correct the line named.' },
  SP_SETTINGS_INVALID: {
    ...wrong,
    summary: 'The settings file has a wrong entry',
    next: 'Correct the line named; docs/settings.md lists every setting.',
  },
  SP_CAMPAIGN_INVALID: {
    ...wrong,
    summary: 'The campaign file has a wrong entry',
    next: 'Correct the line named; docs/campaign.md lists every entry.',
  },
  SP_CAMPAIGN_CHANGED: {
    ...wrong,
    summary: 'The campaign was changed after it was started',
    next: 'Put the file back as it was to go on with it, or give the campaign a new name to send it anew.',
  },
  SP_TEMPLATE_INVALID: {
    ...wrong,
    // Found before anything is sent for the most part; where one row's values bring it about, it is that message's alone.
    scope: 'message',
    summary: 'A template cannot be rendered',
    next: 'Correct the line named, or add the column to the list.',
  },
  SP_LIST_INVALID: {
    ...wrong,
    summary: 'The list cannot be read as CSV',
    next: 'Correct the line named; docs/list.md says how a list looks.',
  },
  SP_LIST_UNKNOWN: {
    ...wrong,
    summary: 'There is no stored list of that name',
    next: 'See sealpost list for those that are stored; sealpost list import stores one.',
  },
  SP_LIST_NO_ADDRESS: {
    ...wrong,
    summary: 'The list has no column of addresses',
    next: 'Name one of its columns "email", or say which it is with addressColumn in the campaign file.',
  },
  SP_SEGMENT_INVALID: {
    ...wrong,
    summary: 'The condition of a segment cannot be understood',
    next: 'Correct it at the place named; docs/list.md says how conditions are written.',
  },
  SP_LIST_NO_RECIPIENT: {
    ...wrong,
    summary: 'The list has no recipient that mail could be sent to',
    next: 'Look at the rows named as invalid.',
  },
  SP_CERTIFICATE_UNREADABLE: {
    ...wrong,
    summary: 'A certificate file cannot be read',
    next: 'Give a file of certificates in PEM form.',
  },
  SP_CREDENTIAL_MISSING: {
    ...wrong,
    summary: 'A user name or password of the relay is not set',
    next: 'Set the environment variable named, or write the secret into the file named.',
  },
  SP_API_KEY_MISSING: {
    ...wrong,
    summary: 'The API key of a provider is not set, or is no key',
    next: 'Set the environment variable named.',
  },
  SP_DNS_NO_SERVER: {
    ...wrong,
    summary: 'No DNS server is known',
    next: 'Set dns.servers in the settings file, or fill in /etc/resolv.conf.',
  },
  SP_PORT_IN_USE: { ...wrong, summary: 'A port is in use', next: 'Stop the program that holds it, or choose another port.' },
  SP_STORE_NEWER: {
    ...wrong,
    summary: 'The data was written by a newer version of Sealpost',
    next: 'Use that version, or a newer one.',
  },
  SP_STORE_DAMAGED: {
    ...wrong,
    summary: 'A database file is damaged',
    next: 'Put a copy of the data folder back; nothing was written to it.',
  },
  SP_STORE_IN_USE: {
    ...wrong,
    summary: 'Another Sealpost works on the same data folder',
    next: 'Wait until it is done, or stop it. A campaign is handed to a sender at work by sealpost campaign schedule FILE --at now.',
  },
  SP_LOG_MISSING: {
    ...wrong,
    summary: 'There is no evidence log here',
    next: 'Name the data folder of a campaign that was sent.',
  },
  SP_LOG_DAMAGED: {
    ...wrong,
    summary: 'The evidence log does not verify, so nothing may be added to it',
    next: 'Run sealpost verify on the folder, and put a copy of the log back that verifies.',
  },
  SP_KEY_MISSING: {
    ...wrong,
    summary: 'The key that signed the evidence log is gone',
    next: 'Put keys/evidence.pem back from a copy; without it nothing can be added to this log, so choose another data folder.',
  },
  SP_KEY_EXPOSED: {
    ...wrong,
    summary: 'A private key can be read by others than its owner',
    next: 'Run chmod 600 on it; if others may have read it, make a new one.',
  },
  SP_PASSPHRASE_MISSING: {
    ...wrong,
    summary: 'The key of the evidence is encrypted, and nobody was there to ask for its passphrase',
    next: 'Set evidence.passphraseEnv or evidence.passphraseFile in the settings, or run the command at a terminal.',
  },
  SP_PASSPHRASE_WRONG: {
    ...wrong,
    summary: 'The passphrase does not open the key, or the key file is damaged',
    next: 'Try again; if it was forgotten, put a copy of the key back whose passphrase is known.',
  },
  SP_PASSPHRASE_INVALID: {
    ...wrong,
    summary: 'A passphrase cannot be used',
    next: 'Choose one line of 8 characters or more.',
  },
  SP_KEY_INVALID: {
    ...wrong,
    summary: 'A key file cannot be read',
    next: 'Give an Ed25519 key in PEM form, or name+id+key where the key of a log is asked for.',
  },
  SP_DKIM_INVALID: {
    ...wrong,
    summary: 'A DKIM signature cannot be made like this',
    next: 'Correct what is named; docs/dkim.md says what a domain and a selector look like.',
  },
  SP_NOTE_INVALID: {
    ...wrong,
    summary: 'A text cannot be signed as a note or checkpoint',
    next: 'Give lines that are not empty and hold no control characters.',
  },
  SP_ENTRY_TOO_LONG: {
    ...wrong,
    scope: 'message',
    summary: 'An entry is longer than a log can hold',
    next: 'Keep it within 65535 octets.',
  },
  SP_ADDRESS_INVALID: {
    summary: 'An address is malformed',
    next: 'Correct the address.',
    retry: 'never',
    scope: 'recipient',
    exit: 2,
  },
  SP_COMMAND_UNSAFE: {
    summary: 'A value would have broken out of its SMTP command',
    next: 'Remove control characters from the value named.',
    retry: 'never',
    scope: 'message',
    exit: 2,
  },
  SP_MESSAGE_INVALID: {
    summary: 'A message is not allowed by RFC 5322 and cannot be sent as it is',
    next: 'Correct what is named.',
    retry: 'never',
    scope: 'message',
    exit: 2,
  },
  SP_INTERNAL: {
    summary: 'Sealpost itself failed',
    next: 'Report it with the lines above; run the same command again to go on.',
    retry: 'never',
    scope: 'program',
    exit: 70,
  },
} as const satisfies Record<string, ErrorSpec>

export type ErrorCode = keyof typeof registry

/** The registry, for documentation and tests. */
export const errorRegistry: Readonly<Record<ErrorCode, ErrorSpec>> = registry

interface ErrorDetail {
  /** What exactly happened; the registry's summary where it says enough. */
  readonly what?: string
  /** To what: `file:line`, a host, an address. */
  readonly where?: string
  /** What to do, where something better than the registry's sentence is known. */
  readonly next?: string
  readonly cause?: unknown
}

/**
 * Every exception that Sealpost throws on purpose. Match on `code`.
 *
 * @example
 * ```ts
 * new SealpostError('SP_FILE_MISSING', { where: 'list.csv' }).message === 'list.csv: The file does not exist. Check the path.'
 * ```
 */
export class SealpostError extends Error {
  readonly code: ErrorCode
  readonly what: string
  readonly where: string | undefined
  readonly next: string

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    const what = detail.what ?? registry[code].summary
    const next = detail.next ?? registry[code].next
    const stop = /[.!?]$/.test(what) ? '' : '.'
    super(`${detail.where === undefined ? '' : `${detail.where}: `}${what}${stop} ${next}`, { cause: detail.cause })
    this.name = 'SealpostError'
    this.code = code
    this.what = what
    this.where = detail.where
    this.next = next
  }

  get retry(): Retry {
    return registry[this.code].retry
  }

  get scope(): Scope {
    return registry[this.code].scope
  }

  get exit(): 2 | 70 {
    return registry[this.code].exit
  }
}

const systemCodes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'SP_FILE_MISSING',
  ENOTDIR: 'SP_FILE_MISSING',
  EACCES: 'SP_FILE_UNREADABLE',
  EPERM: 'SP_FILE_UNREADABLE',
  EISDIR: 'SP_FILE_UNREADABLE',
  EROFS: 'SP_FILE_UNWRITABLE',
  ENAMETOOLONG: 'SP_FILE_UNREADABLE',
  ELOOP: 'SP_FILE_UNREADABLE',
  EEXIST: 'SP_FILE_EXISTS',
  ENOSPC: 'SP_DISK_FULL',
  EDQUOT: 'SP_DISK_FULL',
  EADDRINUSE: 'SP_PORT_IN_USE',
}

/** Converts what the operating system threw about `where`, once, into a registered error; passes our own on. */
export function systemError(error: unknown, where: string, otherwise: ErrorCode = 'SP_INTERNAL'): SealpostError {
  if (error instanceof SealpostError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const message = error instanceof Error ? error.message : String(error)
  const known = systemCodes[code]
  if (known) return new SealpostError(known, { where, cause: error })
  return new SealpostError(otherwise, { where, what: message, cause: error })
}
