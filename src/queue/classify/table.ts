import type { FailureClass } from './failureClass.ts'
import type { ReplyRow, Scope } from './row.ts'

/*
 * What replies mean. The first row that fits counts. Words come before codes: large providers use 5.7.1 for almost
 * anything, and x.7.27, x.7.29 and x.7.30 for other things than IANA's registry says. Words that could stand in any reply
 * come after the codes.
 *
 * A 5yz is tried again (fate `temporary`) where the server speaks of a rate, of greylisting, of the name that we have there,
 * or of TLS. RFC 5321 4.2.1 says SHOULD NOT repeat a command that got 5yz; its ground is that the answer would be the same.
 * Here the server itself gives a cause that passes by itself or is mended by people in a day, and that no recipient can do
 * anything about: failing each of them for good would throw away a whole list for one entry on a blocklist. They are tried
 * seldom (`schedule.ts`) and end with the others. SPF, DKIM, DMARC, PTR and policies are not among them: they stay as they
 * are until somebody changes the set-up, and repeating what is refused for them makes the name worse.
 */

const google = 'support.google.com/a/answer/3726730'
const yahoo = 'senders.yahooinc.com/smtp-error-codes'
const exchange = 'learn.microsoft.com Exchange Online: non-delivery reports'
const outlook = 'sendersupport.olc.protection.outlook.com/pm/troubleshooting'
const sisimai = 'sisimai/rb-sisimai lib/sisimai@9c4a184'
const kumomta = 'KumoCorp/kumomta assets/community/bounces.toml@014ac24'
const postfix = 'postfix.org/postconf.5.html'

/** Microsoft's own numbers: their words read like others that mean something else. */
const ownCodes: readonly ReplyRow[] = [
  ...registered(exchange, 'policy', 'recipient', {
    '1.90': 'a limit on recipients a day',
    '7.124': 'the group takes mail from some senders only',
    '7.133-136': 'the group or mailbox takes mail from inside only',
    '7.504-505': 'the recipient is barred',
    '7.507': "blocked by the recipient's organization",
    '7.510': 'no mail over IPv6',
    '7.513': "on the block list of the recipient's organization",
  }),
]

/** Words that say one thing only, whatever code stands before them. */
const plainWords: readonly ReplyRow[] = [
  // Greylisting with a 5yz is a server's mistake: the word itself says that the message is to come again (RFC 6647).
  greylisting(/\bgr[ae]y ?-?list|\bjgreylist\b/, 'greylisted', 'RFC 6647; postgrey; milter-greylist'),
  greylisting(
    /unknown triplet|first time .{0,30}(?:sender|triplet|seen)|(?:sender|client) is unknown.{0,20}(?:again|retry)/,
    'a stranger is put off, in other words',
    'RFC 6647',
  ),
  {
    ...greylisting(/^try again later$/, 'greylisted, as rspamd says it', 'rspamd src/plugins/lua/greylist.lua'),
    enhanced: '7.1',
    codes: [451],
  },
  {
    ...greylisting(/^temporary failure, please try again later\.?$/, 'put off by OpenBSD spamd', 'man.openbsd.org/spamd'),
    codes: [450, 451],
  },
  {
    ...greylisting(
      /^service currently unavailable$/,
      'a test of postscreen was passed just now',
      'postfix.org/POSTSCREEN_README.html',
    ),
    enhanced: '3.2',
    codes: [450],
  },

  // RFC 5321 4.5.3.1.10: 552 for too many recipients is to be treated as 452, and what is left goes in a further transaction.
  {
    text: /too many recipients|recipient limit|recipients? per (?:message|transaction)|this recipient in a separate/,
    class: 'rate',
    scope: 'recipient',
    fate: 'temporary',
    againMs: 60_000,
    says: 'too many recipients in one transaction',
    source: 'RFC 5321 4.5.3.1.10',
  },
  rate(
    /receiving mail (?:at a rate|too quickly)|receive limit|exceeded their limit for|receivingrate/,
    'the recipient gets too much at a time',
    `${google}; ${exchange}`,
    'recipient',
  ),
  rate(
    /quota for sending|submission quota|(?:daily|hourly|message) quota exceeded for|throttling failure/,
    'a quota for sending is used up',
    `${google}; ${sisimai}`,
  ),

  words('authentication', {
    text: /\bdmarc|dmarcrejection|\bdkim\b|\bspf\b|sender policy framework|unauthenticated|fails? to pass authentication|sender id (?:pra|check)|with(?:out)? authentication information/,
    scope: 'destination',
    says: 'SPF, DKIM or DMARC did not pass',
    source: `${google}; ${exchange}; RFC 7372`,
  }),
  tls(
    /must issue a starttls|starttls (?:is |command )?(?:required|first)|\btls (?:is )?required|requires? (?:the use of )?(?:tls|starttls|encryption)|encryption (?:is )?(?:required|needed)|sent over a (?:tls|secure) connection|session encryption|requiretls/,
    'TLS is asked for',
    `RFC 3207 4; ${google}; ${postfix}#smtpd_tls_security_level`,
  ),
  words('dns', {
    text: /\bptr\b|\brdns\b|reverse[ -]?dns|reverse (?:hostname|lookup|name)|cannot find your (?:reverse )?hostname|ip name lookup failed|full circle dns|forward[ -]confirmed|no matches to nameserver/,
    scope: 'destination',
    says: 'the sending address has no name in the DNS that leads back to it',
    source: `RFC 7372 3.3; ${google}; ${postfix}#reject_unknown_client_hostname`,
  }),
  words('dns', {
    text: /sender address rejected: (?:domain not found|unknown domain)|domain of sender address|sender'?s? (?:envelope )?domain .{0,30}(?:must exist|not exist|not found|resolve)|unresolvable .{0,20}from domain|no a, aaaa,? or mx|from: domain is invalid/,
    scope: 'destination',
    says: 'the sender domain is not in the DNS',
    source: `${postfix}#reject_unknown_sender_domain; ${yahoo}`,
  }),
  words('dns', {
    text: /helo command rejected: host not found|(?:helo|ehlo) .{0,60}(?:not resolve|no dns|not found)|bad helo/,
    scope: 'destination',
    says: 'the name given with EHLO is not in the DNS',
    source: `${postfix}#reject_unknown_helo_hostname; ${exchange}`,
  }),

  // Of what the message holds, before what is said of the address that sends it.
  words('spam', {
    text: /(?:url|link|domain) (?:in|present in|found in) .{0,40}(?:list|blocked|spam)|domain present in|\bsurbl\b|\buribl\b|blacklisted url|nature of the content/,
    scope: 'message',
    says: 'a link of the message is on a list',
    source: `${google}; ${kumomta}`,
  }),
  words('spam', {
    text: /will be permanently deferred|retrying will not succeed|\[tss(?:09|11)\]/,
    scope: 'destination',
    says: "the sending address is refused for good, in the server's own words",
    source: yahoo,
  }),
  reputation(
    /\breputation\b|extreme bad ip/,
    'the sending address or domain has a poor name',
    `${google}; ${exchange}; ${sisimai}`,
  ),
  rate(
    /\[ts(?:s?0[1-8])\]|unexpected volume or user complaints|due to user complaints/,
    'put off for volume or complaints',
    yahoo,
  ),
  rate(
    /\brp-00\d\b|exceeded the (?:rate|connection) limit|exceeded the (?:maximum )?number of connections/,
    'a limit of this server on connections or messages',
    outlook,
  ),
  reputation(
    /\bs3140\b|\bs3150\b|part of their network is on our block list|\b(?:sc|dy|ou)-00\d\b|\[bl\d\d\]|banned sending ip|\[hm?08\]/,
    'the sending address is on a list of this provider',
    `${outlook}; ${yahoo}; ${exchange}`,
  ),
  reputation(
    /spamhaus|spamcop|\bsorbs\b|barracuda|uceprotect|abuseat|invaluement|ivmsip|cloudmark|mailspike|psbl|backscatterer|dnsbl|\brbl\b|\bxbl\b|\bsbl\b|block ?list|black ?list(?:ed)? (?:by|at|in|on|using)|ip .{0,40}black ?listed|blocked using|block listed|is listed (?:on|in|at|by)|deny ?list|denied by .{0,30}\blist\b|multi-blacklist/,
    'the sending address is on a list',
    `RFC 5782; ${postfix}#reject_rbl_client; ${kumomta}`,
  ),
  rate(
    /too many .{0,30}(?:connections?|sessions?)\b|connection (?:rate|limit|frequency|count)|(?:connection|concurrency|session) limit|max(?:imum)? (?:number of )?.{0,20}(?:connections|sessions)|trop de connexions|connections? .{0,20}exceed/,
    'too many connections',
    `${postfix}#smtpd_client_connection_count_limit; ${sisimai}`,
  ),
  rate(
    /unusual rate|rate[ -]limit|sending rate|throttl|too much mail|too many (?:messages|mails|e-?mails|errors|invalid recipients|unknown recipients|login attempts)|too (?:fast|quickly)|slow(?:er| down)|excessive (?:volume|unknown recipients)|messages? per connection|(?:hourly|daily|hour|day|minute) .{0,20}limit|(?:limit|exceeded) .{0,40}per (?:hour|day|minute|second)|emails per hour|relay limit exceeded|exceeded .{0,30}(?:rate|frequency)|flood/,
    'too many messages',
    `${google}; ${yahoo}; ${sisimai}`,
  ),

  words('quota', {
    text: /over ?-?quota|quota (?:is |has been |usage |limit )?exceed|exceed(?:s|ed|ing)? .{0,40}\bquota|quota violation|out of (?:storage )?space|mailbox (?:is |size |storage )?(?:full|over|limit exce)|full mailbox|mailfolder is full|(?:boite|boîte) du destinataire pleine|maximum allowed storage|has exceeded its disk|insufficient mailbox|not enough (?:storage )?space in|recipient storage full|overquota/,
    scope: 'recipient',
    says: 'the mailbox is full',
    source: `RFC 3463 3.3; ${google}; ${sisimai}`,
  }),
  {
    text: /insufficient (?:system|disk|server)? ?(?:storage|disk space|resources|space)|(?:mail )?system (?:storage )?(?:is )?full|no space left|queue (?:is )?full|disk full|(?:out of|low|insufficient) memory/,
    class: 'server',
    scope: 'destination',
    says: 'the server has no room left',
    source: 'RFC 3463 3.4; RFC 5321 4.2.3',
  },
  words('size', {
    text: /message (?:is |was )?(?:too (?:big|large|long)|file too big)|(?:message|mail|header|inbound) .{0,30}size .{0,40}(?:exceed|limit|maximum)|size (?:of the message |limit )?(?:exceed|limit)|exceed.{0,40}size|message length|line limit exceeded|too much mail data|size declared in mail|taille limite du message/,
    scope: 'message',
    says: 'the message is too large',
    source: `RFC 1870 6; ${google}; ${sisimai}`,
  }),

  words('relay', {
    text: /relay(?:ing)? (?:access |mail )?(?:is )?(?:denied|not (?:permitted|allowed)|prohibited|to )|(?:unable|not (?:allowed|permitted|authorized|configured)|isn't allowed) to relay|relay access|no relaying|not a gateway|rcpthosts|credentials for relay|don't handle mail for|not an open relay|local user only/,
    scope: 'recipient',
    says: 'the server passes on no mail to this domain',
    source: `RFC 5321 7.9; ${postfix}#reject_unauth_destination; ${sisimai}`,
  }),
  words('authentication', {
    text: /authentication (?:is )?required|authentification requise|was not authenticated|not authenticated|username and password|log in with your|application-specific password|authentication (?:credentials invalid|failed|turned on)|smtp authentication|not authorized to send|sending denied/,
    scope: 'destination',
    says: 'a log-in is asked for, or did not pass',
    source: `RFC 4954 6; ${google}; ${exchange}`,
  }),
  words('policy', {
    text: /sender (?:e-?mail )?(?:address )?(?:rejected|denied|blocked|invalid|verify failed|is in my)|sender ?<?>? ?(?:rejected|blacklisted|black listed)|(?:invalid|unknown|bad|bogus) (?:outbound )?sender|emetteur invalide|sender verification|callout verification|sender'?s? address .{0,30}(?:not|invalid|rejected)|mail from not owned/,
    stages: ['mail', 'rcpt'],
    scope: 'destination',
    says: 'the sender address is not taken',
    source: `${postfix}#reject_unverified_sender; Exim spec 44`,
  }),
  words('mailbox', {
    text: /user .{0,60}unknown|unknown (?:user|recipient|address|mailbox|account|local)|no such (?:user|recipient|mailbox|address|person|id|account|domain)|no such .{0,20}here|(?:user|mailbox|account|recipient|address|alias|email|inbox) .{0,60}(?:does not|doesn't|do not|not) exist|(?:user|mailbox|recipient|account|address) (?:address )?(?:was |is |could |has )?(?:not (?:be )?found|unavailable|unrecognized|no longer|disabled|suspended|inactive|terminated|frozen|closed)|(?:invalid|illegal|bad|unrouteable|unroutable|undeliverable) (?:or illegal )?(?:recipient|mailbox|address|destination|user|account|alias)|address (?:is )?(?:unknown|invalid|not present)/,
    stages: ['rcpt', 'data', 'dot'],
    scope: 'recipient',
    says: 'no such mailbox',
    source: `RFC 5321 4.2.3; ${postfix}#reject_unlisted_recipient; ${sisimai}; ${kumomta}`,
  }),
  words('mailbox', {
    text: /(?:account|mailbox|user|address|recipient) .{0,40}(?:disabled|suspended|deactivated|inactive|not active|not activated|locked|frozen|closed|discontinued|over its|archiv|bloque)|(?:disabled|inactive|archived|deactivated|suspended) (?:user|account|mailbox|recipient|email|e-mail)|destinataire (?:archivee|invalide|est bloque)|adresse d au moins un destinataire|no (?:mailbox|mail-?box|mail box|account) (?:here )?(?:by|with|found)|sorry, no mailbox|not (?:a |our )(?:valid|known|registered|customer)|not (?:a )?valid (?:user|mailbox|recipient)|no longer (?:valid|on server|accepts|available)|doesn't have an? .{0,30}account|recipient (?:unrecognized|not (?:accepted|known))|utilisateur inconnu|user suspended|null mx|tenant or domain not found|recipient .{0,20}rejected: (?:address|undeliverable)|i cannot deliver mail for|has moved|must (?:upgrade|renew)/,
    stages: ['rcpt', 'data', 'dot'],
    scope: 'recipient',
    says: 'a mailbox that was closed, or is not in use',
    source: `${sisimai}; ${kumomta}`,
  }),
  words('mailbox', {
    text: /recipient address rejected: access denied/,
    enhanced: '4.1',
    scope: 'recipient',
    says: 'no such mailbox, as Microsoft says it where the edge knows the directory',
    source: exchange,
  }),

  words('spam', {
    text: /\bspam (?:or|and|\/) ?virus/,
    scope: 'message',
    says: 'the message is taken for spam, or for worse',
    source: `${kumomta}; ${sisimai}`,
  }),
  words('content', {
    text: /virus|malware|infected|attachment|potential security issue|executable|malformed|not (?:rfc )?\d{0,4} ?compliant|rfc ?-?\d{3,4} ?(?:violation|compliant|section)|(?:missing|duplicate|invalid|multiple|required|no) .{0,40}headers?|headers? .{0,30}(?:not found|missing|not permitted|too long|disallowed|not accepted)|addresses in from|bare (?:lf|line ?feed)|lone cr or lf|line too long|encoded-word|illegal content|message-id|invalid characters/,
    scope: 'message',
    says: 'the form of the message, or what is attached',
    source: `${google}; RFC 5322; SparkPost web-ref/responses-by-message.md`,
  }),
  words('spam', {
    text: /\bspam|unsolicited|\bjunk|bulk (?:mail|e-?mail|advertising)|phish|content (?:denied|rejected|filter|policy)|message (?:filtered|content|looks like|detected)|\bjunkmail|\[cs01\]|\[hm\d{2}\]|abus detecte|dangerous content/,
    scope: 'message',
    says: 'the message is taken for spam',
    source: `${google}; ${sisimai}; ${kumomta}`,
  }),
  words('policy', {
    text: /policy (?:reasons|restrictions)|local policy|policy violation/,
    says: 'a rule of the receiver',
    source: `${yahoo}; ${sisimai}`,
  }),
]

/** IANA's registry of enhanced status codes, and what single providers make of further numbers. */
const enhancedCodes: readonly ReplyRow[] = [
  ...registered('RFC 3463 3.2; RFC 7505', 'policy', 'destination', {
    '1.7': 'bad sender address',
    '1.8': 'sender domain does not exist',
  }),
  {
    enhanced: '1.0-10',
    stages: ['mail'],
    class: 'policy',
    scope: 'destination',
    says: 'an address code in the reply to MAIL: it is the sender that is not taken',
    source: 'RFC 3463 3.2',
  },
  ...registered('RFC 3463 3.2; RFC 3886; RFC 7505', 'mailbox', 'recipient', {
    '1.0': 'something about the address',
    '1.1': 'no such mailbox',
    '1.2': 'no such domain',
    '1.3': 'bad address',
    '1.4': 'ambiguous address',
    '1.5': 'valid address (of no sense in a refusal)',
    '1.6': 'the mailbox has moved',
    '1.9': 'passed on to a system without reports',
    '1.10': 'the domain has a null MX',
  }),
  ...registered('RFC 3463 3.3', 'mailbox', 'recipient', {
    '2.0': 'something about the mailbox',
    '2.1': 'the mailbox is disabled',
    '2.4': 'a mailing list could not be expanded',
  }),
  ...registered('RFC 3463 3.3', 'quota', 'recipient', { '2.2': 'the mailbox is full' }),
  ...registered('RFC 3463 3.3; RFC 3463 3.4', 'size', 'message', {
    '2.3': 'larger than this recipient may get',
    '3.4': 'larger than this system takes',
  }),
  rateCode('2.121-122', 'the recipient got too much in this hour', exchange, 'recipient'),
  ...registered('RFC 3463 3.4; RFC 6710', 'server', 'destination', {
    '3.0': 'something about the system',
    '3.1': 'the system is full',
    '3.2': 'the system takes no mail now',
    '3.5': 'the system is not set up right',
    '3.6': 'the priority was changed',
  }),
  ...registered('RFC 3463 3.4', 'protocol', 'message', { '3.3': 'the system lacks what the message needs' }),
  ...registered('RFC 3463 3.5', 'network', 'destination', {
    '4.0': 'something about network or routing',
    '4.1': 'no answer from the host behind',
    '4.2': 'bad connection',
    '4.4': 'no route',
    '4.6': 'a routing loop',
    '4.7': 'the time for delivery is over',
  }),
  ...registered('RFC 3463 3.5', 'dns', 'destination', { '4.3': 'a directory server failed' }),
  ...registered('RFC 3463 3.5', 'server', 'destination', { '4.5': 'congestion' }),
  {
    enhanced: '5.3',
    class: 'rate',
    scope: 'recipient',
    fate: 'temporary',
    againMs: 60_000,
    says: 'too many recipients',
    source: 'RFC 3463 3.6; RFC 5321 4.5.3.1.10',
  },
  ...registered('RFC 3463 3.6; RFC 4954', 'protocol', 'destination', {
    '5.1': 'a command that the server does not know, or does not expect',
    '5.2': 'a syntax error',
    '5.4': 'bad arguments of a command',
    '5.5': 'another version of the protocol',
    '5.6': 'a line of the log-in is too long',
  }),
  ...registered('RFC 3463 3.7; RFC 4468; RFC 6531', 'content', 'message', {
    '6.0': 'something about the content',
    '6.1': 'a kind of content that is not supported',
    '6.2': 'it would have to be converted, and must not be',
    '6.3': 'it would have to be converted, and cannot be',
    '6.4': 'converted with loss',
    '6.5': 'the conversion failed',
    '6.6': 'the content is not there',
    '6.11': 'line feeds without carriage returns (Exchange)',
  }),
  ...registered('RFC 6531 3.5', 'protocol', 'message', {
    '6.7': 'addresses outside ASCII are not taken',
    '6.8': 'a reply in UTF-8 would be needed',
    '6.9': 'a header in UTF-8 cannot be passed on',
    '6.10': 'as 6.8, out of use',
  }),
  ...registered('RFC 3463 3.8', 'policy', undefined, { '7.2': 'the list may not be sent to' }),
  ...registered('RFC 3463 3.8; RFC 5248', 'protocol', 'message', {
    '7.3': 'a security conversion is not possible',
    '7.4': 'security features are not supported',
    '7.5': 'a cryptographic failure',
    '7.6': 'an algorithm that is not supported',
    '7.7': 'the message was changed on the way',
  }),
  ...registered('RFC 4954 6; RFC 5248', 'authentication', 'destination', {
    '7.8': 'the log-in did not pass',
    '7.9': 'the way of log-in is too weak',
    '7.12': 'the password must be set anew',
    '7.13': 'the account for sending is disabled',
    '7.14': 'a trust relationship is needed',
  }),
  {
    enhanced: '7.10-11',
    class: 'tls',
    scope: 'destination',
    fate: 'temporary',
    says: 'encryption is needed',
    source: 'RFC 5248; RFC 4954 6',
  },
  ...registered('RFC 6710', 'policy', 'message', { '7.15': 'the priority is too low' }),
  ...registered('RFC 6710', 'size', 'message', { '7.16': 'too large for its priority' }),
  ...registered('RFC 7293 6', 'mailbox', 'recipient', {
    '7.17': 'the mailbox has another owner now',
    '7.18': 'the domain has another owner now',
    '7.19': 'the owner cannot be made sure of',
  }),
  ...registered('RFC 7372 3', 'authentication', 'destination', {
    '7.20': 'no DKIM signature passed',
    '7.21': 'no DKIM signature that is good enough',
    '7.22': 'no DKIM signature of the author',
    '7.23': 'SPF did not pass',
    '7.24': 'SPF could not be worked out',
    '7.26': 'several of SPF, DKIM and DMARC did not pass',
  }),
  ...registered('RFC 7372 3.3', 'dns', 'destination', { '7.25': 'the sending address has no name that leads back to it' }),
  ...registered('RFC 7505 4.2', 'dns', 'destination', { '7.27': 'the sender domain has a null MX' }),
  rateCode('7.28', 'a flood of mail was detected', `IANA, draft-levine-mailbomb-header; ${google}`),
  ...registered('RFC 8617 10', 'authentication', 'destination', { '7.29': 'the ARC chain did not pass' }),
  { enhanced: '7.30', class: 'tls', scope: 'message', says: 'REQUIRETLS cannot be kept on the way', source: 'RFC 8689 5' },
  ...registered(google, 'authentication', 'destination', { '7.32': 'From is not aligned with SPF or DKIM' }),
  ...registered(exchange, 'authentication', 'destination', {
    '7.509': 'DMARC did not pass',
    '7.515': 'SPF, DKIM and DMARC are demanded of bulk senders',
  }),
  ...registered(exchange, 'content', 'message', { '7.512': 'From is not as RFC 5322 3.6.2 wants it' }),
  ...registered(exchange, 'dns', 'destination', { '7.506': 'a bad name with EHLO' }),
  rateCode('7.508', 'a limit by the hour for this sender', exchange),
  reputationCode('7.501-503', 'banned for abuse', exchange),
  reputationCode('7.511', 'banned', exchange),
  reputationCode('7.606-649', 'the sending address is banned', exchange),
  rateCode('7.700-749', 'above what this sender may send', exchange),
  rateCode('7.500-699', 'put off while the sending address is looked at', exchange),
  rateCode('7.850-899', 'put off while the sending address is looked at', exchange),
]

/** Words that say little: they count where no code says more. */
const looseWords: readonly ReplyRow[] = [
  {
    text: /local error|internal (?:server )?error|temporary (?:server|system|local|lookup|domain) |system problem|server (?:busy|error|not available)|resources? (?:temporarily )?(?:un|not )available|resource limitations|(?:agent|server|system) busy|not accepting (?:connections|network)|service (?:is )?(?:currently |temporarily )?(?:not available|unavailable|refus)|timeout|shutting down|maintenance/,
    class: 'server',
    scope: 'destination',
    says: 'trouble of the server',
    source: 'RFC 5321 4.2.2',
  },
  words('policy', {
    text: /polic(?:y|ies)|access denied|prohibit|not (?:authorized|allowed|permitted|welcome)|administrat|\bbanned\b|black ?list|\bblocked\b|restrict|rejected by|members-only|senders list/,
    says: 'a rule of the receiver',
    source: `RFC 3463 3.8; ${sisimai}`,
  }),
  ...registered('RFC 3463 3.8', 'policy', undefined, { '7.0': 'security or policy', '7.1': 'not authorized' }),
  ...registered('RFC 3463 3.6', 'protocol', 'destination', { '5.0': 'something about the protocol' }),
]

/** What the code alone says (RFC 5321 4.2.2 and 4.2.3). */
const basicCodes: readonly ReplyRow[] = [
  basic([421], 'server', 'RFC 5321 4.2.2', 'the server closes the connection', 'destination'),
  basic([432, 534, 535, 538, 525], 'authentication', 'RFC 4954 6; RFC 5248', 'the log-in', 'destination'),
  basic([530], 'authentication', 'RFC 4954 6', 'a log-in is asked for', 'destination'),
  { codes: [523, 524], class: 'tls', scope: 'destination', fate: 'temporary', says: 'encryption is needed', source: 'RFC 5248' },
  { codes: [454], class: 'tls', scope: 'destination', says: 'TLS is not available for now', source: 'RFC 3207 4' },
  basic([450], 'mailbox', 'RFC 5321 4.2.3', 'the mailbox is busy or blocked for now'),
  basic([451], 'server', 'RFC 5321 4.2.3', 'an error in processing'),
  basic([452], 'server', 'RFC 5321 4.2.3', 'too little room'),
  basic([500, 501, 502, 503, 504, 455, 555], 'protocol', 'RFC 5321 4.2.3', 'a command or parameter is not understood'),
  basic([521], 'server', 'RFC 7504 3', 'the host takes no mail at all', 'destination'),
  // RFC 7505 4.1: the domain says by its MX record that it takes no mail; a relay then answers 556.
  basic([556], 'mailbox', 'RFC 7504 4; RFC 7505 4.1', 'the domain takes no mail', 'recipient'),
  basic([552], 'size', 'RFC 1870 6.1', 'the announced size is too large', 'message', ['mail']),
  basic([552], 'quota', 'RFC 5321 4.2.3', 'more than the mailbox may hold', 'recipient'),
  basic([550, 551, 553], 'mailbox', 'RFC 5321 4.2.3', 'the mailbox is not available', 'recipient', ['rcpt']),
  basic([550, 551, 553, 554], 'policy', 'RFC 5321 4.2.3', 'refused'),
]

export const replyTable: readonly ReplyRow[] = [...ownCodes, ...plainWords, ...enhancedCodes, ...looseWords, ...basicCodes]

function words(name: FailureClass, row: Omit<ReplyRow, 'class'>): ReplyRow {
  return { ...row, class: name }
}

function greylisting(text: RegExp, says: string, source: string): ReplyRow {
  return { text, class: 'greylisted', scope: 'recipient', fate: 'temporary', says, source }
}

function rate(text: RegExp, says: string, source: string, scope: Scope = 'destination'): ReplyRow {
  return { text, class: 'rate', scope, fate: 'temporary', says, source }
}

function rateCode(enhanced: string, says: string, source: string, scope: Scope = 'destination'): ReplyRow {
  return { enhanced, class: 'rate', scope, fate: 'temporary', says, source }
}

function reputation(text: RegExp, says: string, source: string): ReplyRow {
  return { text, class: 'spam', scope: 'destination', fate: 'temporary', says, source }
}

function reputationCode(enhanced: string, says: string, source: string): ReplyRow {
  return { enhanced, class: 'spam', scope: 'destination', fate: 'temporary', says, source }
}

// RFC 3207 4.2: where TLS did not come about, it is tried in a later session, until the sender's time is up.
function tls(text: RegExp, says: string, source: string): ReplyRow {
  return { text, class: 'tls', scope: 'destination', fate: 'temporary', says, source }
}

function registered(
  source: string,
  name: FailureClass,
  scope: Scope | undefined,
  codes: Readonly<Record<string, string>>,
): readonly ReplyRow[] {
  return Object.entries(codes).map(([enhanced, says]) => ({ enhanced, class: name, says, source, ...(scope && { scope }) }))
}

function basic(
  codes: readonly number[],
  name: FailureClass,
  source: string,
  says: string,
  scope?: Scope,
  stages?: ReplyRow['stages'],
): ReplyRow {
  return { codes, class: name, says, source, ...(scope && { scope }), ...(stages && { stages }) }
}
