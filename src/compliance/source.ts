/** Where a rule was read. */
export interface Source {
  readonly title: string
  readonly url: string
  /** ISO 8601 date on which it was read; undefined for RFCs, which do not change. */
  readonly readOn?: string
  /** What was read where the page itself could not be opened: whose copy, or whose account of it. */
  readonly instead?: string
}

const readOn = '2026-11-25'

/** The texts that rules rest on. A rule of ours alone names none of them and says so. */
export const sources = {
  gmail: { title: 'Google, Email sender guidelines', url: 'https://support.google.com/a/answer/81126', readOn },
  gmailFaq: { title: 'Google, Email sender guidelines FAQ', url: 'https://support.google.com/a/answer/14229414', readOn },
  gmailBlocked: {
    title: 'Google, File types blocked in Gmail (French page)',
    url: 'https://support.google.com/mail/answer/6590?hl=fr',
    readOn,
  },
  yahoo: {
    title: 'Yahoo, Sender best practices',
    url: 'https://senders.yahooinc.com/best-practices/',
    readOn,
    instead:
      'what EmailKarma, Validity and YNOT Mail tell their customers of it, which agrees but for one thing: some say that 0.3 % of complaints is named there, some that no number is',
  },
  outlook: {
    title: 'Microsoft, Outlook.com policies for senders',
    url: 'https://sendersupport.olc.protection.outlook.com/pm/policies.aspx',
    readOn,
  },
  canSpam: {
    title: 'FTC, CAN-SPAM Act: a compliance guide (15 U.S.C. 7704, 16 CFR 316)',
    url: 'https://www.ftc.gov/business-guidance/resources/can-spam-act-compliance-guide-business',
    readOn,
    instead: 'a reprint of the guide with a fine of $16,000, thus years old, and the beginning of 15 U.S.C. 7704(a) at FindLaw',
  },
  gdpr: {
    title: 'Regulation (EU) 2016/679 (GDPR), articles 5 and 7',
    url: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj',
    readOn,
    instead: 'article 7 as printed by GDPRhub, article 5(1)(d) as printed in collections of the text',
  },
  eprivacy: {
    title: 'Directive 2002/58/EC, article 13',
    url: 'https://eur-lex.europa.eu/eli/dir/2002/58/oj',
    readOn,
    instead:
      'what Bird & Bird quote and tell of paragraphs 1, 2 and 4 (2004); the wording as changed by Directive 2009/136/EC was not seen',
  },
  eprivacyDevice: {
    title: 'Directive 2002/58/EC, article 5(3)',
    url: 'https://eur-lex.europa.eu/eli/dir/2002/58/oj',
    readOn,
    instead: 'what Snellman and Clym quote of it beside the EDPB guidelines; article 5 itself was not seen',
  },
  edpb: {
    title: 'EDPB, Guidelines 2/2023 on the technical scope of article 5(3) of the ePrivacy directive (October 2024)',
    url: 'https://www.edpb.europa.eu/our-work-tools/our-documents/guidelines/guidelines-22023-technical-scope-art-53-eprivacy-directive_en',
    readOn,
    instead: 'the accounts of Hunton, Snellman and Clym, which agree that links and pixels are among its cases',
  },
  cnil: {
    title: 'CNIL, recommendation on tracking pixels in e-mail, deliberation 2026-042 of 12 March 2026',
    url: 'https://www.nomosparis.com/en/tracking-pixels-in-emails-decoding-the-recommendation-of-the-french-data-protection-authority-of-12-march-2026/',
    readOn,
    instead: 'the accounts of Nomos (linked), Viqtor and PPC Land',
  },
  garante: {
    title: 'Garante, guidelines on tracking pixels in e-mail, provision 284 of 17 April 2026',
    url: 'https://www.globalpolicywatch.com/2026/05/italian-dpa-publishes-guidelines-on-email-tracking-pixels/',
    readOn,
    instead: 'the accounts of Covington (linked), Legance and Lexia',
  },
  sesTls: {
    title: 'Amazon SES API v2, PutConfigurationSetDeliveryOptions',
    url: 'https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutConfigurationSetDeliveryOptions.html',
    readOn: '2026-11-24',
  },
  mailgunTls: {
    title: 'Mailgun API, domains',
    url: 'https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/domains/get-v4-domains--name-',
    readOn: '2026-11-24',
  },
  sendgridTls: {
    title: 'Twilio SendGrid API, Enforced TLS settings',
    url: 'https://www.twilio.com/docs/sendgrid/api-reference/settings-enforced-tls',
    readOn: '2026-11-24',
  },
  resendTls: {
    title: 'Resend API, update a domain',
    url: 'https://resend.com/docs/api-reference/domains/update-domain',
    readOn: '2026-11-24',
  },
  clipping: {
    title: 'Spam Resource, What is Gmail clipping (2022)',
    url: 'https://www.spamresource.com/2022/01/what-is-gmail-clipping-and-what-to-do.html',
    readOn,
  },
  wcag: {
    title: 'W3C, WCAG 2.2, 1.1.1',
    url: 'https://www.w3.org/TR/WCAG22/#non-text-content',
    readOn,
    instead: 'the source of that section in W3C’s own repository (w3c/wcag)',
  },
} as const satisfies Record<string, Source>

/** A standard of the IETF, with its section. */
export function rfc(number: number, section?: string): Source {
  const title = `RFC ${number}${section === undefined ? '' : ` ${section}`}`
  return { title, url: `https://www.rfc-editor.org/rfc/rfc${number}` }
}
