import type { Document } from '../format/index.ts'
import { modeOf } from '../mode.ts'
import { findObjects, present } from '../object.ts'
import type { Settings } from '../settings.ts'
import { doubtConditions } from '../setup.ts'
import type { FoundSetup, Remedy, Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

const starttls = ['tls', 'ENCRYPTION_STARTTLS'] as const
const implicit = ['ssl', 'ENCRYPTION_SMTPS'] as const

/** PHP looks at certificates since 5.6, unless SMTPOptions takes it away. */
function judgePhpMailer(settings: Settings): Verdict {
  const secure = securityOf(settings)
  if (secure === 'none') {
    return settings.flag('autoTLS') === false
      ? verdict('plaintext', [
          'autoTLS',
          'SMTPSecure is empty and SMTPAutoTLS is off: STARTTLS is left alone even where it is offered',
        ])
      : verdict('opportunistic', [
          'secure',
          'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
        ])
  }
  const how = ['secure', secure === 'implicit' ? 'TLS from the first octet' : 'STARTTLS or no mail'] as const
  const flaw =
    settings.flag('verifyPeer') === false
      ? (['verifyPeer', 'the certificate is not looked at'] as const)
      : settings.flag('verifyName') === false
        ? (['verifyName', 'the certificate may be for any other name'] as const)
        : settings.flag('selfSigned') === true
          ? (['selfSigned', 'anybody can make a certificate of their own, and it is taken'] as const)
          : undefined
  return flaw ? verdict(modeOf(secure, false), flaw, how) : verdict(modeOf(secure, true), how)
}

/** A host may bring its own way, `tls://` or `ssl://`; of several, separated by `;`, the weakest counts. */
function securityOf(settings: Settings): 'none' | 'starttls' | 'implicit' {
  const hosts = (settings.peek('host') ?? '').split(';').map((host) => /^\s*(ssl|tls):\/\//.exec(host)?.[1])
  if (hosts.every((prefix) => prefix !== undefined)) return hosts.includes('tls') ? 'starttls' : 'implicit'
  const secure = settings.choice('secure', [...starttls, ...implicit])
  if (secure === undefined) return 'none'
  return starttls.some((word) => word === secure) ? 'starttls' : 'implicit'
}

const ifSet = { autoTLS: true, verifyPeer: true, verifyName: true, selfSigned: false }

const phpMailerRemedies: readonly Remedy[] = [
  { security: 'starttls', set: { secure: 'tls' }, ifSet },
  { security: 'implicit', set: { secure: 'ssl' }, ifSet },
]

function find(document: Document): FoundSetup[] {
  return findObjects(document, /^PHPMailer$/, ['SMTPSecure', 'SMTPAutoTLS', 'SMTPOptions', 'SMTPAuth']).flatMap((object) => {
    const { property, calls } = object
    const entries = present({
      host: property('Host') ?? property('set', 'Host'),
      port: property('Port') ?? property('set', 'Port'),
      secure: property('SMTPSecure') ?? property('set', 'SMTPSecure'),
      autoTLS: property('SMTPAutoTLS') ?? property('set', 'SMTPAutoTLS'),
      verifyPeer: property('SMTPOptions', 'ssl', 'verify_peer'),
      verifyName: property('SMTPOptions', 'ssl', 'verify_peer_name'),
      selfSigned: property('SMTPOptions', 'ssl', 'allow_self_signed'),
      rest: property('SMTPOptions', '(rest)') ?? property('SMTPOptions', 'ssl', '(rest)'),
    })
    const smtp = calls.some(({ path }) => path.at(-1) === 'isSMTP') || Object.keys(entries).length > 0
    return smtp && Object.keys(entries).length > 0
      ? [{ name: object.name, entries: doubtConditions(entries, ['host', 'secure']) }]
      : []
  })
}

export const phpmailer: Software = {
  id: 'phpmailer',
  name: 'PHPMailer',
  kind: 'library',
  places: [
    {
      kind: 'file',
      path: /\.(?:php|inc|phtml)$/,
      format: 'php',
      keys: {
        host: '**.Host',
        port: '**.Port',
        secure: '**.SMTPSecure',
        autoTLS: '**.SMTPAutoTLS',
        verifyPeer: '**.SMTPOptions.ssl.verify_peer',
        verifyName: '**.SMTPOptions.ssl.verify_peer_name',
        selfSigned: '**.SMTPOptions.ssl.allow_self_signed',
      },
      anchors: ['host'],
      marks: ['PHPMailer', 'phpmailer', 'SMTPSecure'],
      find,
    },
  ],
  packages: ['composer:phpmailer/phpmailer'],
  judge: judgePhpMailer,
  remedies: phpMailerRemedies,
  write: ({ host, port, security }) => ({
    file: 'mailer.php',
    text: `<?php
use PHPMailer\\PHPMailer\\PHPMailer;

$mail = new PHPMailer(true);
$mail->isSMTP();
$mail->Host = '${host}';
$mail->Port = ${port};
$mail->SMTPSecure = ${security === 'implicit' ? 'PHPMailer::ENCRYPTION_SMTPS' : 'PHPMailer::ENCRYPTION_STARTTLS'};
$mail->SMTPAuth = true;
$mail->Username = getenv('SMTP_USER');
$mail->Password = getenv('SMTP_PASSWORD');
`,
  }),
  notes: [
    'With SMTPSecure empty, a server that offers STARTTLS with a wrong certificate still fails; turning SMTPAutoTLS off hides that and sends in the clear.',
    'A host written as tls://host or ssl://host goes before SMTPSecure.',
    "STARTTLS still allows TLS 1.1: the versions are PHP's, and no setting of PHPMailer's.",
  ],
  sources: [
    'PHPMailer src/PHPMailer.php (smtpConnect) and src/SMTP.php (startTLS) 7.1.1',
    'PHPMailer issues 387, 694, 625, 2061',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'send.php',
      text: "<?php\n$mail = new PHPMailer(true);\n$mail->isSMTP();\n$mail->Host = 'smtp.example.com';\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'send.php',
      text: "<?php\n$mail = new PHPMailer;\n$mail->isSMTP();\n$mail->Host = 'smtp.example.com';\n$mail->Port = 587;\n$mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS;\n$mail->SMTPOptions = array(\n    'ssl' => array(\n        'verify_peer' => false, // works on our server\n        'verify_peer_name' => false,\n        'allow_self_signed' => true,\n    ),\n);\n",
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
