/** What a mailbox provider says of addresses that reach the same mailbox. */
export interface MailboxRule {
  readonly domains: readonly string[]
  /** The one of the domains that stands for all of them, where they hold the same mailboxes. */
  readonly canonical?: string
  /** Dots before the @ do not count. */
  readonly dots: boolean
  /** What follows a + before the @ does not count. */
  readonly plus: boolean
  readonly source: string
}

/**
 * Providers that say so themselves. Whoever is not here may tell such addresses apart: at Yahoo a tag follows a hyphen, and
 * half of all names with a hyphen are somebody's own.
 */
const mailboxRules: readonly MailboxRule[] = [
  {
    domains: ['gmail.com', 'googlemail.com'],
    canonical: 'gmail.com',
    dots: true,
    plus: true,
    source: 'support.google.com/mail/answer/7436150 (dots), /answer/22370 (plus), /answer/10313 (googlemail.com)',
  },
  {
    domains: [
      'outlook.com',
      'outlook.de',
      'outlook.fr',
      'outlook.es',
      'hotmail.com',
      'hotmail.co.uk',
      'hotmail.de',
      'hotmail.fr',
      'hotmail.es',
      'live.com',
      'msn.com',
    ],
    dots: false,
    plus: true,
    source: 'learn.microsoft.com/exchange/recipients-in-exchange-online/plus-addressing-in-exchange-online',
  },
  {
    domains: ['fastmail.com', 'fastmail.fm'],
    dots: false,
    plus: true,
    source: 'www.fastmail.help/hc/en-us/articles/360060591053',
  },
  {
    domains: ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me'],
    dots: false,
    plus: true,
    source: 'proton.me/support/addresses-and-aliases',
  },
]

const ruleOf = new Map(mailboxRules.flatMap((rule) => rule.domains.map((domain) => [domain, rule] as const)))

/** The rule for a domain's mailboxes, where its provider is known to have one. */
export function findMailboxRule(domain: string): MailboxRule | undefined {
  return ruleOf.get(domain)
}
