/**
 * Notifications in the forms of the servers that write them. The texts are our own; what stands in which field, and how
 * it is split over lines and parts, is as the sources named have it.
 */

export interface Bounced {
  /** The address that the notification goes to. */
  readonly to?: string
  readonly recipient?: string
  readonly status?: string
  readonly diagnostic?: string
  readonly action?: string
  /** Header lines of the message that comes back. */
  readonly returned?: readonly string[]
}

const usual = {
  to: 'bounces@shop.example',
  recipient: 'ada@a.test',
  status: '5.1.1',
  diagnostic: '550 5.1.1 <ada@a.test>: Recipient address rejected: User unknown',
  action: 'failed',
  returned: ['Message-ID: <7.0123456789abcdef@shop.example>', 'From: Shop <news@shop.example>', 'Subject: Hello'],
} satisfies Bounced

function write(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n`)
}

/** bounce(8): three parts; "X-Postfix" or "smtp" diagnostics, folded at about 78 columns (Postfix, src/bounce/bounce_notify_util.c). */
export function fromPostfix(bounced: Bounced = {}): Buffer {
  const { to, recipient, status, diagnostic, action, returned } = { ...usual, ...bounced }
  const boundary = '4Zq8Xk1T2Yz.1764000000/mx.a.test'
  return write([
    'Return-Path: <>',
    `Delivered-To: ${to}`,
    'Received: by mx.a.test (Postfix) id 4ZqAAA; Mon, 23 Nov 2026 10:00:00 +0000 (UTC)',
    'Date: Mon, 23 Nov 2026 10:00:00 +0000 (UTC)',
    'From: MAILER-DAEMON@mx.a.test (Mail Delivery System)',
    'Subject: Undelivered Mail Returned to Sender',
    `To: ${to}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    `\tboundary="${boundary}"`,
    '',
    'This is a MIME-encapsulated message.',
    '',
    `--${boundary}`,
    'Content-Description: Notification',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'It could not be delivered.',
    '',
    `--${boundary}`,
    'Content-Description: Delivery report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.a.test',
    'X-Postfix-Queue-ID: 4ZqAAA',
    'X-Postfix-Sender: rfc822; bounces@shop.example',
    'Arrival-Date: Mon, 23 Nov 2026 09:59:58 +0000 (UTC)',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Original-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    'Remote-MTA: dns; mail.a.test',
    `Diagnostic-Code: smtp; ${diagnostic.slice(0, 20)}`,
    `    ${diagnostic.slice(20)}`,
    '',
    `--${boundary}`,
    'Content-Description: Undelivered Message Headers',
    'Content-Type: text/rfc822-headers',
    '',
    ...returned,
    '',
    `--${boundary}--`,
  ])
}

/** Exim of today: "Action" before the recipient, a plain 5.0.0 beside the diagnostic (Exim test suite, test/mail/0224.CALLER). */
export function fromExim(bounced: Bounced = {}): Buffer {
  const { to, recipient, diagnostic, returned } = { ...usual, ...bounced }
  return write([
    'Return-path: <>',
    `Envelope-to: ${to}`,
    `X-Failed-Recipients: ${recipient}`,
    'Auto-Submitted: auto-replied',
    'From: Mail Delivery System <Mailer-Daemon@mx.a.test>',
    `To: ${to}`,
    'Content-Type: multipart/report; report-type=delivery-status; boundary=1764000000-eximdsn-123456789',
    'MIME-Version: 1.0',
    'Subject: Mail delivery failed: returning message to sender',
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    '',
    '--1764000000-eximdsn-123456789',
    'Content-type: text/plain; charset=us-ascii',
    '',
    'It could not be delivered.',
    '',
    '--1764000000-eximdsn-123456789',
    'Content-type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.a.test',
    '',
    'Action: failed',
    `Final-Recipient: rfc822;${recipient}`,
    'Status: 5.0.0',
    'Remote-MTA: dns; mail.a.test',
    `Diagnostic-Code: smtp; ${diagnostic}`,
    '',
    '--1764000000-eximdsn-123456789',
    'Content-type: message/rfc822',
    '',
    ...returned,
    '',
    'The text.',
    '',
    '--1764000000-eximdsn-123456789--',
  ])
}

/** An Exim of old: no report, the addresses in a header (Exim specification, "Customizing bounce and warning messages"). */
export function fromOldExim(bounced: Bounced = {}): Buffer {
  const { to, recipient } = { ...usual, ...bounced }
  return write([
    `Envelope-to: ${to}`,
    `X-Failed-Recipients: ${recipient},`,
    '  bob@b.test',
    'Auto-Submitted: auto-generated',
    'From: Mail Delivery System <Mailer-Daemon@mx.a.test>',
    `To: ${to}`,
    'Subject: Mail delivery failed: returning message to sender',
    '',
    'It could not be delivered.',
  ])
}

/** OpenSMTPD: text/plain, delivery-status, and the headers alone unless asked otherwise (OpenSMTPD, smtpd/bounce.c). */
export function fromOpenSmtpd(bounced: Bounced = {}): Buffer {
  const { to, recipient, status, returned } = { ...usual, ...bounced }
  return write([
    'Subject: Delivery status notification: error',
    'From: Mailer Daemon <MAILER-DAEMON@mx.a.test>',
    `To: ${to}`,
    'Date: Mon, 23 Nov 2026 10:00:00 +0000 (UTC)',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="5678/mx.a.test"',
    '',
    '--5678/mx.a.test',
    'Content-Description: Notification',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    '    Hi,',
    '',
    '--5678/mx.a.test',
    'Content-Description: Delivery Report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.a.test',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    `Status: ${status}`,
    '',
    '--5678/mx.a.test',
    'Content-Description: Message headers',
    'Content-Type: text/rfc822-headers',
    '',
    ...returned,
    '',
    '--5678/mx.a.test--',
  ])
}

/** Gmail: the first part is a multipart/related with pictures; the header names the address too. */
export function fromGmail(bounced: Bounced = {}): Buffer {
  const { to, recipient, status, diagnostic, action, returned } = { ...usual, ...bounced }
  return write([
    `Delivered-To: ${to}`,
    'Content-Type: multipart/report; boundary="00000000000032ff9a063a99824d"; report-type=delivery-status',
    `To: ${to}`,
    'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
    `X-Failed-Recipients: ${recipient}`,
    'Auto-Submitted: auto-replied',
    'Subject: Delivery Status Notification (Failure)',
    'Date: Mon, 23 Nov 2026 02:00:00 -0800 (PST)',
    '',
    '--00000000000032ff9a063a99824d',
    'Content-Type: multipart/related; boundary="00000000000033222b063a998286"',
    '',
    '--00000000000033222b063a998286',
    'Content-Type: multipart/alternative; boundary="000000000000332232063a998287"',
    '',
    '--000000000000332232063a998287',
    'Content-Type: text/plain; charset="UTF-8"',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'It could not be delivered=2E',
    '',
    '--000000000000332232063a998287--',
    '--00000000000033222b063a998286--',
    '--00000000000032ff9a063a99824d',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; googlemail.com',
    'Arrival-Date: Mon, 23 Nov 2026 01:59:58 -0800 (PST)',
    'X-Original-Message-ID: <7.0123456789abcdef@shop.example>',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    'Remote-MTA: dns; mail.a.test. (192.0.2.1, the server for the domain a.test.)',
    `Diagnostic-Code: smtp; ${diagnostic}`,
    'Last-Attempt-Date: Mon, 23 Nov 2026 02:00:00 -0800 (PST)',
    '',
    '--00000000000032ff9a063a99824d',
    'Content-Type: message/rfc822',
    '',
    ...returned,
    '',
    'The text.',
    '',
    '--00000000000032ff9a063a99824d--',
  ])
}

/** Exchange Online: no blank after the semicolon; a status of its own, 5.1.10 (Microsoft, "Email non-delivery reports and SMTP errors in Exchange Online"). */
export function fromMicrosoft(bounced: Bounced = {}): Buffer {
  const { to, recipient, returned } = { ...usual, ...bounced }
  const status = bounced.status ?? '5.1.10'
  const diagnostic = bounced.diagnostic ?? '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'
  return write([
    'From: <postmaster@a.test>',
    `To: <${to}>`,
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="bd9cc21f-0e60-428c-a218-1caeda839964"',
    'X-MS-Exchange-Message-Is-Ndr:',
    'Subject: Undeliverable: Hello',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    '',
    '--bd9cc21f-0e60-428c-a218-1caeda839964',
    'Content-Type: multipart/alternative; differences=Content-Type;',
    '\tboundary="0626feff-75ff-4662-bf00-fec84a4483de"',
    '',
    '--0626feff-75ff-4662-bf00-fec84a4483de',
    'Content-Type: text/plain; charset="us-ascii"',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'It could not be delivered.',
    '',
    '--0626feff-75ff-4662-bf00-fec84a4483de--',
    '',
    '--bd9cc21f-0e60-428c-a218-1caeda839964',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns;AM0PR01MB1234.eurprd01.prod.exchangelabs.com',
    'Received-From-MTA: dns;shop.example',
    'Arrival-Date: Mon, 23 Nov 2026 09:59:58 +0000',
    '',
    `Final-Recipient: rfc822;${recipient}`,
    'Action: failed',
    `Status: ${status}`,
    `Diagnostic-Code: smtp;${diagnostic}`,
    '',
    '--bd9cc21f-0e60-428c-a218-1caeda839964',
    'Content-Type: message/rfc822',
    '',
    ...returned,
    '',
    '--bd9cc21f-0e60-428c-a218-1caeda839964--',
  ])
}

/** qmail-send, in the words of its format's definition (D. J. Bernstein, "The qmail-send Bounce Message Format"). */
export function fromQmail(bounced: Bounced = {}): Buffer {
  const { to, recipient, returned } = { ...usual, ...bounced }
  const reason = bounced.diagnostic ?? 'Sorry, no mailbox here by that name. (#5.1.1)'
  return Buffer.from(
    [
      'Return-Path: <>',
      `Delivered-To: ${to}`,
      'Date: 23 Nov 2026 10:00:00 -0000',
      'From: MAILER-DAEMON@mx.a.test',
      `To: ${to}`,
      'Subject: failure notice',
      '',
      'Hi. This is the qmail-send program at mx.a.test.',
      'It could not be delivered to the following addresses.',
      '',
      `<${recipient}>:`,
      ...reason.split('\n'),
      '',
      '--- Below this line is a copy of the message.',
      '',
      'Return-Path: <bounces@shop.example>',
      ...returned,
      '',
      'The text.',
      '',
    ].join('\n'),
  )
}

export interface Complained {
  readonly to?: string
  readonly type?: string
  readonly mailFrom?: string
  readonly recipient?: string
  readonly returned?: readonly string[]
}

/** An abuse report as in the appendix of RFC 5965. */
export function fromFeedbackLoop(complained: Complained = {}): Buffer {
  const { to, type, mailFrom, recipient, returned } = {
    ...usual,
    type: 'abuse',
    mailFrom: 'bounces@shop.example',
    ...complained,
  }
  return write([
    'From: <abusedesk@a.test>',
    `To: <${to}>`,
    'Date: Mon, 23 Nov 2026 10:00:00 +0000',
    'Subject: FW: Hello',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report;',
    '     boundary="part1_13d.2e68ed54_boundary"',
    '',
    '--part1_13d.2e68ed54_boundary',
    'Content-Type: text/plain; charset="US-ASCII"',
    'Content-Transfer-Encoding: 7bit',
    '',
    'An abuse report.',
    '',
    '--part1_13d.2e68ed54_boundary',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${type}`,
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    `Original-Mail-From: <${mailFrom}>`,
    `Original-Rcpt-To: <${recipient}>`,
    'Arrival-Date: Mon, 23 Nov 2026 09:59:58 +0000',
    'Source-IP: 192.0.2.1',
    '',
    '--part1_13d.2e68ed54_boundary',
    'Content-Type: message/rfc822',
    'Content-Disposition: inline',
    '',
    ...returned,
    '',
    'The text.',
    '--part1_13d.2e68ed54_boundary--',
  ])
}
