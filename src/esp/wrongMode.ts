/**
 * What programs say when they are set to the wrong one of two ways to TLS, and what that means. Most settings call one
 * of them "TLS" and the other "SSL", and which is which differs.
 */
export interface WrongMode {
  /** What it means. */
  readonly meaning: string
  /** What to change in the program. */
  readonly next: string
  /** Error messages, and what says them. */
  readonly errors: readonly { readonly words: string; readonly by: string }[]
}

export const wrongModes = {
  /** RFC 8314 3: TLS from the first octet, asked of a port that greets in plaintext. */
  'implicit-at-starttls': {
    meaning: 'The program began with TLS at once, and the server answered in plaintext: the port is for STARTTLS.',
    next: 'Set the program to STARTTLS on this port (often called "TLS", or secure: false), and to demand it.',
    errors: [
      { words: 'wrong version number', by: 'OpenSSL: Node.js, PHP, Python, Ruby and others' },
      { words: 'first record does not look like a TLS handshake', by: 'Go' },
      { words: 'Unsupported or unrecognized SSL message', by: 'Java' },
      { words: 'An unexpected TLS packet was received', by: 'GnuTLS' },
    ],
  },
  /** RFC 3207 4: a greeting waited for at a port that waits for a ClientHello. */
  'starttls-at-implicit': {
    meaning: 'The program waited for a greeting, and the server waited for TLS: the port has TLS from the first octet.',
    next: 'Set the program to implicit TLS on this port (often called "SSL" or "SSL/TLS", or secure: true).',
    errors: [
      { words: 'Greeting never received', by: 'Nodemailer' },
      { words: 'Connection unexpectedly closed', by: 'Python' },
      { words: 'timed out', by: 'many others, after half a minute or more' },
    ],
  },
} as const satisfies Readonly<Record<string, WrongMode>>

/** The messages as one phrase for a sentence. */
export function quoteErrors({ errors }: WrongMode): string {
  return errors.map(({ words, by }) => `"${words}" (${by})`).join(', ')
}
