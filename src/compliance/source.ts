/** Where a rule was read. */
export interface Source {
  readonly title: string
  readonly url: string
  /** ISO 8601 date on which the page itself was read; undefined where it is known by what others quote of it. */
  readonly readOn?: string
}

const readOn = '2026-11-25'

/** The texts that rules rest on. A rule of ours alone names none of them and says so. */
export const sources = {
  gmail: { title: 'Google, Email sender guidelines', url: 'https://support.google.com/a/answer/81126', readOn },
  gmailFaq: { title: 'Google, Email sender guidelines FAQ', url: 'https://support.google.com/a/answer/14229414', readOn },
  yahoo: { title: 'Yahoo, Sender best practices', url: 'https://senders.yahooinc.com/best-practices/' },
  outlook: {
    title: 'Microsoft, Outlook.com policies for senders',
    url: 'https://sendersupport.olc.protection.outlook.com/pm/policies.aspx',
    readOn,
  },
  canSpam: {
    title: 'FTC, CAN-SPAM Act: a compliance guide (15 U.S.C. 7704, 16 CFR 316)',
    url: 'https://www.ftc.gov/business-guidance/resources/can-spam-act-compliance-guide-business',
  },
  gdpr: { title: 'Regulation (EU) 2016/679 (GDPR)', url: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj' },
  eprivacy: { title: 'Directive 2002/58/EC, article 13', url: 'https://eur-lex.europa.eu/eli/dir/2002/58/oj' },
  clipping: {
    title: 'Spam Resource, What is Gmail clipping (2022)',
    url: 'https://www.spamresource.com/2022/01/what-is-gmail-clipping-and-what-to-do.html',
    readOn,
  },
  wcag: { title: 'W3C, WCAG 2.2, 1.1.1', url: 'https://www.w3.org/TR/WCAG22/#non-text-content' },
} as const satisfies Record<string, Source>

/** A standard of the IETF, with its section. */
export function rfc(number: number, section?: string): Source {
  const title = `RFC ${number}${section === undefined ? '' : ` ${section}`}`
  return { title, url: `https://www.rfc-editor.org/rfc/rfc${number}` }
}
