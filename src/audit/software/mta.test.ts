/** What the settings of mail servers and clients come to, where more than one line decides. */
import { describe, expect, it } from 'vitest'
import { type FormatName, formats } from '../format/index.ts'
import { type Judgement, judge } from '../judge.ts'
import { planMends } from '../mend/plan.ts'
import { findSetups } from '../setup.ts'
import type { Software } from '../software.ts'
import { actionSendMail } from './action-send-mail.ts'
import { alertmanager } from './alertmanager.ts'
import { exim } from './exim.ts'
import { gitea } from './gitea.ts'
import { msmtp } from './msmtp.ts'
import { mutt } from './mutt.ts'
import { nullmailer } from './nullmailer.ts'
import { opensmtpd } from './opensmtpd.ts'
import { postfixSubmission } from './postfix-submission.ts'
import { postfix } from './postfix.ts'
import { softwares } from './index.ts'
import { thunderbird } from './thunderbird.ts'

const mailServers: ReadonlySet<string> = new Set(
  'dma exim haraka kumomta momentum msmtp mutt nullmailer opensmtpd postfix postfix-submission powermta sendmail thunderbird grafana alertmanager home-assistant keycloak jenkins sonarqube gitea vaultwarden action-send-mail'.split(
    ' ',
  ),
)

function examine(software: Software, file: string, text: string, version?: string) {
  const place = software.places.find((own) => own.kind === 'file' && own.path.test(file))
  if (place?.kind !== 'file') throw new Error(`no place for ${file}`)
  const format = formats[place.format satisfies FormatName]
  const document = format.read(text)
  const setups = place.find ? place.find(document) : findSetups(document, place)
  return setups.map((setup) => {
    const judged = judge(software, new Map(Object.entries(setup.entries)), version, new Map())
    const subject = { software, place, format, document, setup, version, environment: new Map() }
    return { name: setup.name, judged, plans: planMends(subject, judged) }
  })
}

const show = (judged: Judgement): string => (judged.kind === 'told' ? judged.mode : `cannot tell: ${judged.key}`)
const modes = (...given: Parameters<typeof examine>) => examine(...given).map(({ judged }) => show(judged))
const texts = (...given: Parameters<typeof examine>) => examine(...given).flatMap(({ plans }) => plans.map(({ text }) => text))

describe('Postfix', () => {
  const levels = [
    ['', 'plaintext', 'plaintext'],
    ['none', 'plaintext', 'plaintext'],
    ['may', 'opportunistic', 'opportunistic'],
    ['dane', 'opportunistic', 'opportunistic'],
    ['encrypt', 'required-unverified', 'implicit-unverified'],
    ['verify', 'required-verified', 'implicit-verified'],
    ['secure', 'required-verified', 'implicit-verified'],
    ['fingerprint', 'required-verified', 'implicit-verified'],
    ['dane-only', 'required-verified', 'implicit-verified'],
    ['nonsense', 'plaintext', 'plaintext'],
  ] as const

  it.each(levels)('level %j is %s, with TLS from the first octet %s', (level, plain, wrapped) => {
    const text = `relayhost = [smtp.example.com]:587\nsmtp_tls_security_level = ${level}\n`
    expect(modes(postfix, 'main.cf', text)).toEqual([plain])
    expect(modes(postfix, 'main.cf', `${text}smtp_tls_wrappermode = yes\n`)).toEqual([wrapped])
  })

  it.each([
    ['smtp_use_tls = yes', 'opportunistic'],
    ['smtp_enforce_tls = yes', 'required-verified'],
    ['smtp_enforce_tls = yes\nsmtp_tls_enforce_peername = no', 'required-unverified'],
    ['smtp_use_tls = yes\nsmtp_tls_security_level = none', 'plaintext'],
  ])('the obsolete %j is %s', (text, mode) => {
    expect(modes(postfix, 'main.cf', `${text}\n`)).toEqual([mode])
  })

  it.each([
    ['3.10', '3.11', 'plaintext'],
    ['3.11', '3.11', 'opportunistic'],
    ['3.11', '3.6', 'plaintext'],
    ['3.12.1', '3.11', 'opportunistic'],
  ])('version %s at compatibility level %s is %s by default', (version, level, mode) => {
    expect(modes(postfix, 'main.cf', `compatibility_level = ${level}\n`, version)).toEqual([mode])
  })

  it('a level that another name sets is followed, and one that Postfix works out is not', () => {
    expect(modes(postfix, 'main.cf', 'my_level = encrypt\nsmtp_tls_security_level = $my_level\n')).toEqual([
      'required-unverified',
    ])
    expect(modes(postfix, 'main.cf', 'smtp_tls_security_level = ${x?{may}:{none}}\n')).toEqual(['cannot tell: level'])
  })

  it('names made of one another end', () => {
    expect(modes(postfix, 'main.cf', 'a = $b$b\nb = $a$a\nsmtp_tls_security_level = $a\n')).toEqual(['cannot tell: level'])
    const wide = Array.from({ length: 60 }, (_, at) => `n${at} = ${`$n${at + 1} `.repeat(500)}`).join('\n')
    expect(modes(postfix, 'main.cf', `${wide}\nn60 = may\nsmtp_tls_security_level = $n0\n`)).toEqual(['cannot tell: level'])
  })

  it('with `secure` the system authorities are named, where none are: else all mail would wait', () => {
    const [mended] = texts(postfix, 'main.cf', 'relayhost = [smtp.example.com]:587\nsmtp_tls_security_level = may\n')
    expect(mended).toBe(
      'relayhost = [smtp.example.com]:587\nsmtp_tls_security_level = secure\nsmtp_tls_CApath = /etc/ssl/certs\n',
    )
  })

  it('without a relay nothing is required of all the world', () => {
    expect(texts(postfix, 'main.cf', 'myhostname = a\nsmtp_tls_security_level = may\n')).toEqual([])
    expect(texts(postfix, 'postfix/tls_policy', 'example.com may\n')).toEqual([])
  })

  it('of master.cf only services are read that people log in to', () => {
    const text =
      'smtp inet n - y - - smtpd\n  -o smtpd_tls_security_level=may\nsubmissions inet n - y - - smtpd\n  -o { smtpd_tls_wrappermode = yes }\nsmtp unix - - y - - smtp\n  -o smtp_tls_security_level=none\n'
    expect(examine(postfixSubmission, 'master.cf', text).map(({ name }) => name)).toEqual(['submissions/inet'])
    expect(modes(postfixSubmission, 'master.cf', text)).toEqual(['implicit-verified'])
    expect(modes(postfix, 'master.cf', text)).toEqual(['plaintext'])
  })

  it('main.cf asks nobody for TLS at port 25', () => {
    const [mended] = texts(postfixSubmission, 'main.cf', 'smtpd_sasl_auth_enable = yes\n')
    expect(mended).toContain('smtpd_tls_security_level = may')
    expect(mended).toContain('smtpd_tls_auth_only = yes')
  })
})

describe('Exim', () => {
  const transport = (...lines: readonly string[]) => ['begin transports', 'out:', '  driver = smtp', ...lines, ''].join('\n')

  it.each([
    [['hosts_avoid_tls = *'], 'plaintext'],
    [['tls_verify_hosts = *'], 'opportunistic'],
    [['hosts_require_tls = smtp.example.com'], 'opportunistic'],
    [['hosts_require_tls = *'], 'required-unverified'],
    [['hosts_require_tls = *', 'tls_verify_hosts = *'], 'required-verified'],
    [['hosts_require_tls = *', 'tls_verify_hosts = *', 'tls_verify_cert_hostnames ='], 'required-unverified'],
    [['protocol = smtps'], 'implicit-unverified'],
    [['protocol = smtps', 'tls_verify_hosts = *'], 'implicit-verified'],
    [['hosts_require_dane = *'], 'required-verified'],
  ])('%j is %s', (lines, mode) => {
    expect(modes(exim, 'exim.conf', transport(...lines))).toEqual([mode])
  })

  it('what a macro of another file decides cannot be told', () => {
    const lines = ['.ifdef REMOTE_TLS', '  hosts_require_tls = REMOTE_TLS', '.endif']
    expect(modes(exim, 'exim.conf', transport(...lines))).toEqual(['cannot tell: requireTls'])
    expect(modes(exim, 'exim.conf', `REMOTE_TLS = *\n${transport(...lines)}`)).toEqual(['required-unverified'])
  })
})

describe('msmtp', () => {
  it('defaults count for accounts behind them, and an account may begin with another', () => {
    const text =
      'account early\nhost a.example\ndefaults\ntls on\naccount one\nhost b.example\naccount two : one\nport 465\ntls_starttls off\n'
    expect(examine(msmtp, '.msmtprc', text).map(({ name, judged }) => [name, show(judged)])).toEqual([
      ['early', 'plaintext'],
      ['one', 'required-verified'],
      ['two', 'implicit-verified'],
    ])
  })

  it('a switch without a value is on', () => {
    expect(modes(msmtp, '.msmtprc', 'account a\nhost a.example\ntls\n')).toEqual(['required-verified'])
  })
})

describe('mutt', () => {
  it('an account that says smtps needs no STARTTLS', () => {
    expect(modes(mutt, '.muttrc', 'set smtp_url="smtps://a@b.example/" ssl_starttls=no\n')).toEqual(['implicit-verified'])
  })

  it('a port for TLS from the first octet is mended to that', () => {
    const [mended] = texts(mutt, '.muttrc', 'set smtp_url="smtp://a@b.example:465/"\n', '1.5')
    expect(mended).toBe('set smtp_url="smtps://a@b.example:465/"\n')
  })

  it('a password of a command does not hide the rest', () => {
    expect(modes(mutt, '.muttrc', 'set smtp_pass=`pass mail`\nset smtp_url=$my_url\n')).toEqual(['cannot tell: url'])
  })
})

it('OpenSMTPD: an action that delivers to all the world is not mended', () => {
  expect(texts(opensmtpd, 'smtpd.conf', 'action "out" relay\n')).toEqual([])
  expect(modes(opensmtpd, 'smtpd.conf', 'action "out" relay tls\naction "in" mbox\n')).toEqual(['required-verified'])
})

it('nullmailer: each relay is judged by itself', () => {
  expect(
    modes(nullmailer, 'nullmailer/remotes', 'a.example smtp starttls\nb.example smtp --tls --insecure\nc.example\n'),
  ).toEqual(['required-verified', 'implicit-unverified', 'plaintext'])
})

it('Thunderbird: servers that send and servers that mail is fetched from', () => {
  const text =
    'user_pref("mail.server.server1.socketType", 3);\nuser_pref("mail.smtpserver.smtp1.try_ssl", 2);\nuser_pref("mail.smtpserver.smtp2.hostname", "a.example");\nuser_pref("mail.identity.id1.smtpServer", "smtp1");\n'
  expect(examine(thunderbird, 'prefs.js', text).map(({ name, judged }) => [name, show(judged)])).toEqual([
    ['server.server1', 'implicit-verified'],
    ['smtpserver.smtp1', 'required-verified'],
    ['smtpserver.smtp2', 'plaintext'],
  ])
})

it.each([
  ['SMTP_PORT = 465', 'implicit-verified'],
  ['SMTP_PORT = 587', 'opportunistic'],
  ['SMTP_PORT = 25', 'plaintext'],
  ['PROTOCOL = smtps\nFORCE_TRUST_SERVER_CERT = true', 'implicit-unverified'],
  ['IS_TLS_ENABLED = true\nSKIP_VERIFY = true', 'implicit-unverified'],
])('Gitea: %j is %s', (lines, mode) => {
  expect(modes(gitea, 'app.ini', `[mailer]\nSMTP_ADDR = a.example\n${lines}\n`)).toEqual([mode])
})

describe('what a written configuration comes to', () => {
  const written = softwares.flatMap((software) =>
    mailServers.has(software.id) && software.write ? [[software.id, software, software.write] as const] : [],
  )

  it.each(written)('%s', (_, software, write) => {
    for (const [security, port] of [
      ['starttls', 587],
      ['implicit', 465],
    ] as const) {
      const { file, text } = write({ host: 'smtp.example.com', port, security })
      const place = software.places.find((own) =>
        own.kind === 'file' ? own.path.test(file) : own.kind === 'environment' && own.path?.test(file),
      )
      if (!place || place.kind === 'unseen') throw new Error(`${file} is in no place`)
      const document = formats[place.kind === 'file' ? place.format : 'env'].read(text)
      expect(document.faults).toEqual([])
      const [setup] = place.kind === 'file' && place.find ? place.find(document) : findSetups(document, place)
      const judged = judge(software, new Map(Object.entries(setup?.entries ?? {})), '9999', new Map())
      expect(show(judged)).toMatch(software.id === 'powermta' ? /^required-unverified$/ : /-verified$/)
    }
  })
})

it.each([
  ['server_port: 465', 'implicit-verified'],
  ['server_port: 587\n          require_tls: true', 'required-verified'],
  ['server_port: 587\n          require_tls: true\n          ignore_cert: true', 'required-unverified'],
  ['connection_url: smtp+starttls://a.example', 'implicit-verified'],
  ['connection_url: smtp://a.example:465', 'opportunistic'],
  ['connection_url: ${{ secrets.MAIL }}', 'cannot tell: url'],
  ['server_port: ${{ secrets.PORT }}', 'cannot tell: port'],
])('action-send-mail: %j is %s', (lines, mode) => {
  const text = `jobs:\n  a:\n    steps:\n      - uses: dawidd6/action-send-mail@v3\n        with:\n          ${lines}\n`
  expect(modes(actionSendMail, '.github/workflows/a.yml', text)).toEqual([mode])
})

it('Alertmanager: a receiver has what global says, and its own before it', () => {
  const text =
    'global:\n  smtp_smarthost: a.example:587\n  smtp_require_tls: false\nreceivers:\n  - email_configs:\n      - to: a\n      - to: b\n        require_tls: true\n      - to: c\n        force_implicit_tls: true\n'
  expect(modes(alertmanager, 'alertmanager.yml', text)).toEqual(['plaintext', 'required-verified', 'implicit-verified'])
})
