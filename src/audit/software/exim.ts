import type { Document } from '../format/index.ts'
import type { Settings } from '../settings.ts'
import { findSetups } from '../setup.ts'
import type { FoundSetup, Software, Verdict } from '../software.ts'
import { modeOf } from '../mode.ts'
import { verdict } from '../verdict.ts'

const everyone = (list: string | undefined): boolean => list?.trim() === '*'

function judge(settings: Settings): Verdict {
  if (settings.has('smarthost'))
    return verdict('opportunistic', [
      'smarthost',
      'this file cannot ask for TLS: without macros in exim4.conf.localmacros STARTTLS is used only where it is offered',
    ])
  const implicit = settings.text('protocol')?.trim() === 'smtps'
  // Debian's transport to the smarthost verifies unless its macro says otherwise.
  const verify = settings.text('verifyHosts') ?? (settings.has('debian') ? '*' : undefined)
  const named = settings.text('certNames')
  const proven = (everyone(verify) && named?.trim() !== '') || everyone(settings.text('requireDane'))
  if (implicit) {
    const how = ['protocol', 'TLS from the first octet'] as const
    return proven ? verdict(modeOf('implicit', true), how) : verdict(modeOf('implicit', false), reasonOf(verify), how)
  }
  if (everyone(settings.text('avoid'))) return verdict('plaintext', ['avoid', 'STARTTLS is left alone even where it is offered'])
  if (everyone(settings.text('requireDane')))
    return verdict('required-verified', ['requireDane', 'only servers that are proven by TLSA records get mail'])
  const required = settings.text('requireTls')?.trim()
  if (!everyone(required)) {
    const some = required !== undefined && required !== ''
    return verdict('opportunistic', [
      'requireTls',
      some
        ? 'STARTTLS is required of the hosts in the list; for every other, mail may go out readable'
        : 'STARTTLS is used where it is offered, and after a failed start of TLS mail is sent in the clear',
    ])
  }
  const how = ['requireTls', 'STARTTLS or no mail'] as const
  return proven ? verdict(modeOf('starttls', true), how) : verdict(modeOf('starttls', false), reasonOf(verify), how)
}

function reasonOf(verify: string | undefined): readonly [string, string] {
  return everyone(verify)
    ? ['certNames', "the certificate's name is not compared: any valid one passes"]
    : ['verifyHosts', 'a certificate that fails is noted and used all the same']
}

const names = {
  requireTls: 'hosts_require_tls',
  avoid: 'hosts_avoid_tls',
  verifyHosts: 'tls_verify_hosts',
  tryVerify: 'tls_try_verify_hosts',
  certNames: 'tls_verify_cert_hostnames',
  tempfail: 'tls_tempfail_tryclear',
  requireDane: 'hosts_require_dane',
  tryDane: 'hosts_try_dane',
  protocol: 'protocol',
  port: 'port',
  driver: 'driver',
} as const
const keys = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, `*.*.${name}`]))

/** Of all drivers only those that speak SMTP. */
function findTransports(document: Document): readonly FoundSetup[] {
  return findSetups(document, { keys, anchors: ['driver'] }).filter(({ entries }) => {
    const driver = entries['driver']?.value
    return driver?.kind === 'literal' && driver.text === 'smtp'
  })
}

const macro = (name: string): string => `macro.REMOTE_SMTP_SMARTHOST_${name}`

const macroKeys = {
  requireTls: macro('HOSTS_REQUIRE_TLS'),
  avoid: macro('HOSTS_AVOID_TLS'),
  verifyHosts: macro('TLS_VERIFY_HOSTS'),
  protocol: macro('PROTOCOL'),
}

const smarthostKeys = { smarthost: 'dc_smarthost', type: 'dc_eximconfig_configtype' }

export const exim: Software = {
  id: 'exim',
  name: 'Exim',
  kind: 'mta',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:exim4?\.conf(?:ure)?(?:\.template)?|conf\.d\/transport\/[^/]+)$/,
      format: 'exim',
      keys,
      anchors: ['driver'],
      find: findTransports,
    },
    {
      kind: 'file',
      path: /(?:^|\/)(?:exim4\.conf\.localmacros|conf\.d\/main\/[^/]+)$/,
      format: 'exim',
      keys: { ...macroKeys, certNames: [], debian: Object.values(macroKeys) },
      anchors: ['requireTls', 'avoid', 'verifyHosts', 'protocol'],
    },
    {
      kind: 'file',
      path: /(?:^|\/)update-exim4\.conf\.conf$/,
      format: 'env',
      keys: smarthostKeys,
      anchors: ['smarthost'],
      find: (document) =>
        findSetups(document, { keys: smarthostKeys, anchors: ['smarthost'] }).filter(({ entries }) => {
          const type = entries['type']?.value
          return type?.kind === 'literal' && /^(?:smarthost|satellite)$/.test(type.text)
        }),
    },
    {
      kind: 'unseen',
      where: 'what macros and conditions come to in the end',
      query: 'exim4 -bP transports',
    },
  ],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { requireTls: '*', verifyHosts: '*' },
      ifSet: { avoid: '', certNames: '*', protocol: 'smtp' },
      also: 'On Debian run `update-exim4.conf`, then restart Exim.',
    },
    {
      security: 'implicit',
      set: { protocol: 'smtps', verifyHosts: '*' },
      ifSet: { avoid: '', certNames: '*' },
      also: 'On Debian run `update-exim4.conf`, then restart Exim.',
    },
  ],
  write: ({ host, port, security }) => ({
    file: 'conf.d/transport/30_smarthost',
    text: `# The router needs: route_list = * ${host} byname\nsmarthost_smtp:\n  driver = smtp\n  port = ${port}\n${security === 'implicit' ? '  protocol = smtps\n' : '  hosts_require_tls = *\n'}  tls_verify_hosts = *\n  hosts_require_auth = *\n`,
  }),
  notes: [
    'tls_tempfail_tryclear, on by default, sends in the clear where TLS fails for a while; hosts_require_tls goes before it.',
    'tls_verify_hosts alone does not ask for TLS: it counts where TLS is used.',
    'tls_try_verify_hosts, `*` by default, verifies and goes on whatever comes of it.',
    'hosts_try_dane, `*` by default, uses TLSA records where there are any; hosts_require_dane sends nowhere else.',
    'Debian splits the configuration: set REMOTE_SMTP_SMARTHOST_HOSTS_REQUIRE_TLS = * in exim4.conf.localmacros or in a file of conf.d/main. REMOTE_SMTP_SMARTHOST_TLS_VERIFY_HOSTS is * there unless it is set.',
  ],
  sources: [
    'Exim src/src/transports/smtp.c, option table and TLS start',
    'Debian 12 exim4-config 4.96, conf.d/transport/30_exim4-config_remote_smtp_smarthost',
    'Exim specification, the smtp transport',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'etc/exim4/update-exim4.conf.conf',
      text: "dc_eximconfig_configtype='smarthost'\ndc_smarthost='smtp.example.com::587'\n",
      modes: ['opportunistic'],
    },
    {
      label: 'default',
      file: 'etc/exim/exim.conf',
      text: 'begin transports\nremote_smtp:\n  driver = smtp\nlocal_delivery:\n  driver = appendfile\n',
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/exim4/conf.d/transport/30_smarthost',
      text: 'remote_smtp_smarthost:\n  driver = smtp\n  port = 587\n  hosts_require_tls = *  \n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'etc/exim4/exim4.conf.localmacros',
      text: 'REMOTE_SMTP_SMARTHOST_HOSTS_REQUIRE_TLS = *\nREMOTE_SMTP_SMARTHOST_TLS_VERIFY_HOSTS =\n',
      modes: ['required-unverified'],
      fixed: ['required-verified'],
    },
  ],
}
