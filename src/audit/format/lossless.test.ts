/** Every format that reads lines: what it finds, that offsets are right, and that a change leaves all else as it was. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type FormatName, formats } from './index.ts'
import type { Value } from './index.ts'

interface Sample {
  readonly text: string
  /** Path, joined with `>`, and value: `= text`, `$ NAME` of the environment, or `?` for what is worked out. */
  readonly found: Readonly<Record<string, string>>
  /** Beside the path, the key is written: what the text has then. */
  readonly inserted?: readonly [beside: string, key: string, value: string | boolean, becomes: string]
}

const samples: Partial<Record<FormatName, Sample>> = {
  ini: {
    text: '; <?php exit; ?> DO NOT REMOVE\nfree = 1\n[smtp]\n# why\nhost : mail.example.com\nquoted = "a ; b" ; why\n  indented=x # y\nempty =\nenv = $__env{SMTP_HOST}\nref = %(host)s\n',
    found: {
      free: '= 1',
      'smtp>host': '= mail.example.com',
      'smtp>quoted': '= a ; b',
      'smtp>indented': '= x',
      'smtp>empty': '= ',
      'smtp>env': '$ SMTP_HOST',
      'smtp>ref': '?',
    },
    inserted: ['smtp>indented', 'port', '587', '  indented=x # y\n  port=587\nempty'],
  },
  properties: {
    text: '# a\n! b\nspring.mail.host=smtp.example.com\n  spaced : x y\nplain word\nlong=a\\\n   b\nuni=\\u0061\\\\b\nenv=${SMTP_PORT:587}\nmixed=a${b}\n',
    found: {
      'spring.mail.host': '= smtp.example.com',
      spaced: '= x y',
      plain: '= word',
      long: '= ab',
      uni: '= a\\b',
      env: '$ SMTP_PORT',
      mixed: '?',
    },
    inserted: ['long', 'a.b', 'true', '   b\na.b=true\nuni'],
  },
  toml: {
    text: '# head\na.b = "x" # why\n[smtp]\nhost = \'mail.example.com\'\nport = 587\n[[smtp.servers]]\ntls = { on = true, mode = "may" }\n[[smtp.servers]]\nname = "two"\n',
    found: {
      'a>b': '= x',
      'smtp>host': '= mail.example.com',
      'smtp>port': '= 587',
      'smtp>servers>0>tls>on': '= true',
      'smtp>servers>0>tls>mode': '= may',
      'smtp>servers>1>name': '= two',
    },
    inserted: ['a>b', 'c', 'y', '"x" # why\na.c = "y"\n[smtp]'],
  },
  xml: {
    text: '<?xml version="1.0"?>\n<!-- why -->\n<root>\n  <host>a &amp; b</host>\n  <add key="x" value=\'1\'/>\n  <add key="y"/>\n  <raw><![CDATA[<z>]]></raw>\n  <noted>1<!-- why --></noted>\n</root>\n',
    found: {
      'root>host': '= a & b',
      'root>add>@key': '= x',
      'root>add>@value': '= 1',
      'root>add[2]>@key': '= y',
      'root>raw': '= <z>',
      'root>noted': '?',
    },
    inserted: ['root>host', 'port', '587', '</host>\n  <port>587</port>\n  <add'],
  },
  mainCf: {
    text: '# head\nmyhost = mail\nrelayhost = [smtp.example.com]:587\nname = $myhost.example.com\nlong = a,\n  # between\n  b\nref = $mydomain\nname = last.${myhost}\nempty =\n',
    found: {
      myhost: '= mail',
      relayhost: '= [smtp.example.com]:587',
      long: '= a, b',
      ref: '?',
      name: '= last.mail',
      empty: '= ',
    },
    inserted: ['long', 'x', 'y', '  b\nx = y\nref'],
  },
  masterCf: {
    text: 'smtp      inet  n       -       y       -       -       smtpd\n#  -o commented=yes\nsubmission inet n - y - - smtpd\n  -o syslog_name=postfix/submission\n  -o { smtpd_banner = a b }\n  -o x=$y -o z=1\n',
    found: {
      'smtp/inet>(command)': '= smtpd',
      'submission/inet>(command)': '= smtpd',
      'submission/inet>syslog_name': '= postfix/submission',
      'submission/inet>smtpd_banner': '= a b',
      'submission/inet>x': '?',
      'submission/inet>z': '= 1',
    },
    inserted: ['smtp/inet>(command)', 'a', 'b', 'smtpd\n  -o a=b\n#'],
  },
  exim: {
    text: 'TLS_ALL = *\nprimary_hostname = mail.example.com\nhide pass = x\nbegin transports\nremote_smtp:\n  driver = smtp\n  # why\n  hosts_require_tls = TLS_ALL\n  no_tls_tempfail_tryclear\n  multi_domain\n.ifdef OTHER\n  hosts_avoid_tls = *\n.endif\n  interface = ${lookup{x}lsearch{/y}}\n',
    found: {
      'macro>TLS_ALL': '= *',
      'main>primary_hostname': '= mail.example.com',
      'main>pass': '= x',
      'transports>remote_smtp>driver': '= smtp',
      'transports>remote_smtp>hosts_require_tls': '= *',
      'transports>remote_smtp>tls_tempfail_tryclear': '= false',
      'transports>remote_smtp>multi_domain': '= true',
      'transports>remote_smtp>hosts_avoid_tls': '?',
      'transports>remote_smtp>interface': '?',
    },
    inserted: ['transports>remote_smtp>hosts_avoid_tls', 'a', 'b', '  hosts_avoid_tls = *\n.endif\n  a = b\n  interface'],
  },
  smtpdConf: {
    text: 'relay = "smtp+tls://l@smtp.example.com"\nlisten on eth0 tls-require pki "x"\naction "out" relay host $relay \\\n  auth <secrets> tls no-verify # why\naction in maildir\n',
    found: {
      'listen>eth0>tls': '= tls-require',
      'listen>eth0>pki': '= x',
      'action>out>relay': '= relay',
      'action>out>host': '= smtp+tls://l@smtp.example.com',
      'action>out>auth': '= <secrets>',
      'action>out>tls': '= no-verify',
    },
    inserted: ['action>out>auth', 'tls', true, '<secrets> tls tls no-verify'],
  },
  m4: {
    text: "dnl define(`A', `no')dnl\ndefine(`SMART_HOST', `smtp.example.com')dnl\nFEATURE(`access_db', `hash')dnl\n",
    found: { 'define>SMART_HOST': '= smtp.example.com', 'FEATURE>(0)': '= access_db', 'FEATURE>(1)': '= hash' },
    inserted: ['define>SMART_HOST', 'B', 'x', "')dnl\ndefine(`B', `x')dnl\nFEATURE"],
  },
  accessMap: {
    text: '# why\nTLS_Srv:smtp.example.com\tVERIFY:112\nTry_TLS:old.example NO\n',
    found: { 'TLS_Srv:smtp.example.com': '= VERIFY:112', 'Try_TLS:old.example': '= NO' },
  },
  words: {
    text: '# why\nSMARTHOST smtp.example.com\nPORT 587\nSTARTTLS\n',
    found: { SMARTHOST: '= smtp.example.com', PORT: '= 587', STARTTLS: '= true' },
    inserted: ['PORT', 'SECURETRANSFER', true, 'PORT 587\nSECURETRANSFER\nSTARTTLS'],
  },
  msmtprc: {
    text: 'defaults\ntls on\naccount  a\nhost "smtp.example.com" # why\naccount default : a\ntls\n',
    found: { 'defaults>tls': '= on', 'a>host': '= smtp.example.com', 'default : a>tls': '= on' },
    inserted: ['defaults>tls', 'tls_certcheck', 'on', 'tls on\ntls_certcheck on\naccount'],
  },
  muttrc: {
    text: 'set ssl_force_tls = yes # why\nset folder="~/Mail" nossl_starttls smtp_url=\'smtp://a@b.example/\'\nunset ssl_verify_host\nset x=`pass`\nmacro index a b\n',
    found: {
      ssl_force_tls: '= yes',
      folder: '= ~/Mail',
      ssl_starttls: '= false',
      smtp_url: '= smtp://a@b.example/',
      ssl_verify_host: '= false',
      x: '?',
    },
    inserted: ['folder', 'a', 'yes', "b.example/'\nset a=yes\nunset"],
  },
  remotes: {
    text: '# why\nsmtp.example.com smtp --port=587 --starttls --user="a b"\n',
    found: {
      'smtp.example.com (line 2)>host': '= smtp.example.com',
      'smtp.example.com (line 2)>protocol': '= smtp',
      'smtp.example.com (line 2)>port': '= 587',
      'smtp.example.com (line 2)>starttls': '= true',
      'smtp.example.com (line 2)>user': '= a b',
    },
    inserted: ['smtp.example.com (line 2)>protocol', 'ssl', true, 'smtp --ssl --port'],
  },
  pmta: {
    text: '# why\nhost-name mail.example\n<domain *>\n  use-starttls yes # why\n</domain>\nlog-file /x\n',
    found: { '>host-name': '= mail.example', 'domain *>use-starttls': '= yes', '>log-file': '= /x' },
    inserted: ['domain *>use-starttls', 'require-starttls', 'yes', '# why\n  require-starttls yes\n</domain>'],
  },
  ecelerity: {
    text: '# why\nTLS = "no"\nDomain "example.com" {\n  TLS = required # why\n  List = ( "a" "b" )\n}\n',
    found: { TLS: '= no', 'Domain example.com>TLS': '= required' },
    inserted: ['Domain example.com>TLS', 'TLS_Verify', 'host', 'required\n  TLS_Verify = "host" # why'],
  },
}

function show(value: Value): string {
  return value.kind === 'literal' ? `= ${value.text}` : value.kind === 'environment' ? `$ ${value.name}` : '?'
}

/** Formats that can write any text. */
const quoting: ReadonlySet<string> = new Set(['toml', 'xml', 'properties'])

const cases = Object.entries(samples).map(([name, sample]) => [name as FormatName, sample] as const)
const find = (name: FormatName, text: string, path: string) =>
  formats[name].read(text).entries.find((entry) => entry.path.join('>') === path)

describe.each(cases)('%s', (name, { text, found, inserted }) => {
  const format = formats[name]

  it('reads values, and no comments', () => {
    const document = format.read(text)
    expect(document.faults).toEqual([])
    expect(Object.fromEntries(document.entries.map(({ path, value }) => [path.join('>'), show(value)]))).toEqual(found)
  })

  it('reads lines that end with a carriage return as well', () => {
    const document = format.read(text.replaceAll('\n', '\r\n'))
    expect(Object.fromEntries(document.entries.map(({ path, value }) => [path.join('>'), show(value)]))).toEqual(found)
  })

  it('a changed value reads back, and there are as many entries as before', () => {
    const before = format.read(text)
    // A key that stands alone is written anew, with its value or as a comment: the rules' examples show that.
    const literals = before.entries.flatMap((entry) =>
      entry.value.kind === 'literal' && entry.value.type !== 'name' ? [entry] : [],
    )
    const host = fc.stringMatching(/^[a-z\d][\w.@:/+-]{0,20}$/)
    const any = quoting.has(name) ? fc.oneof(host, fc.string({ maxLength: 12, unit: 'grapheme' })) : host
    for (const entry of literals) {
      const switched = entry.value.kind === 'literal' && entry.value.type === 'boolean'
      const values = switched ? fc.constantFrom(...(name === 'remotes' ? [true] : [true, false])) : any
      fc.assert(
        fc.property(values, (value) => {
          const put = format.print(value, text.slice(entry.start, entry.end))
          const after = format.read(text.slice(0, entry.start) + put + text.slice(entry.end))
          expect(after.entries.length).toBe(before.entries.length)
          expect(after.faults).toEqual([])
          const own = after.entries[before.entries.indexOf(entry)]
          expect(own && show(own.value)).toBe(`= ${String(value)}`)
        }),
        { numRuns: 40 },
      )
    }
  })

  if (inserted)
    it('writes a new entry beside another', () => {
      const [beside, key, value, becomes] = inserted
      const document = format.read(text)
      const entry = find(name, text, beside)
      const edit = entry && format.insert(document, entry, key, value)
      const after = edit ? text.slice(0, edit.start) + edit.text + text.slice(edit.end) : ''
      expect(after).toContain(becomes)
      expect(after.length).toBe(text.length + (edit?.text.length ?? 0))
    })

  it('reads anything without a throw, and with offsets inside of it', () => {
    const pieces = text.split(/(?<=[\s=:"'`<>(){},;])/)
    const noise = fc.array(
      fc.oneof(fc.constantFrom(...pieces, '\\', '\r\n', '"', "'", '${', '\0'), fc.string({ maxLength: 6 })),
      {
        maxLength: 40,
      },
    )
    fc.assert(
      fc.property(noise, (parts) => {
        const source = parts.join('')
        const document = format.read(source)
        for (const { start, end, line, path } of document.entries) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThanOrEqual(start)
          expect(end).toBeLessThanOrEqual(source.length)
          expect(line).toBe(source.slice(0, start).split('\n').length)
          expect(path.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 },
    )
  })
})

it.each<readonly [FormatName, string]>([
  ['env', `a = ${' '.repeat(100_000)}b`],
  ['m4', 'a'.repeat(100_000)],
  ['mainCf', Array.from({ length: 300 }, (_, at) => `n${at} = ${`$n${at + 1}`.repeat(1000)}`).join('\n')],
  ['ecelerity', 'a '.repeat(50_000)],
  ['ini', `a = ${'\t'.repeat(100_000)}b`],
  ['exim', '.ifdef A\n.else\n'.repeat(5000)],
])('%s: what is made to be slow is read', (name, text) => {
  expect(formats[name].read(text).entries.length).toBeLessThan(1000)
})

it('a password in an address that is worked out is not shown', () => {
  const [entry] = formats.muttrc.read('set smtp_url=smtp://me:hunter2@$host/\n').entries
  expect(entry?.value.kind).toBe('computed')
  expect(JSON.stringify(entry)).not.toContain('hunter2')
})

describe('bad XML', () => {
  it.each(['<a><!-- ', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', '<a>&b;</a>', '<a>'.repeat(100), '<a b=1/>'])(
    '%.40s is a fault',
    (text) => {
      expect(formats.xml.read(text).faults).toHaveLength(1)
    },
  )
})

it('what is not TOML tells no setting', () => {
  const { entries, faults } = formats.toml.read('a = 1\nb = 1\nc = x\n')
  expect(entries).toEqual([])
  expect(faults[0]?.line).toBe(3)
})
