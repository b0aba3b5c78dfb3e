import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'

/** The mail gem's `smtp_starttls`: `tls`/`ssl` first, then `enable_starttls`, then `enable_starttls_auto`. */
function judge(settings: Settings): Verdict {
  const always = askAlways(settings)
  const implicit = settings.flag('tls') === true || settings.flag('ssl') === true
  if (!implicit && always !== 'always') {
    const auto = settings.flag('starttlsAuto') ?? (settings.since('2.8') ? !settings.has('starttls') : true)
    return always === 'auto' || auto
      ? verdict('opportunistic', [
          'starttls',
          'STARTTLS is used where it is offered; where somebody hides the offer, mail goes out readable',
        ])
      : verdict('plaintext', ['starttlsAuto', 'STARTTLS is left alone even where it is offered'])
  }
  const how = implicit
    ? ([settings.has('tls') ? 'tls' : 'ssl', 'TLS from the first octet'] as const)
    : (['starttls', 'STARTTLS or no mail'] as const)
  const security = implicit ? 'implicit' : 'starttls'
  const mode = settings.choice('verify', ['none', 'VERIFY_NONE', 'peer', 'VERIFY_PEER', '0', '1'])
  if (mode === 'none' || mode === 'VERIFY_NONE' || mode === '0')
    return verdict(
      modeOf(security, false),
      ['verify', "the certificate is not looked at: anybody may answer in the server's name"],
      how,
    )
  if (mode === undefined && !settings.since('2.8'))
    return verdict(
      modeOf(security, false),
      ['verify', 'with Ruby before 3.0 no certificate is looked at unless this is peer'],
      how,
    )
  return verdict(modeOf(security, true), how)
}

function askAlways(settings: Settings): 'always' | 'auto' | undefined {
  const word = settings.choice('starttls', ['auto', 'always', 'true', 'false'])
  if (word === 'auto') return settings.since('2.8') ? 'auto' : 'always'
  return word === 'always' || word === 'true' ? 'always' : undefined
}

const paths = (key: string): string => `**.smtp_settings.${key}`

export const rails: Software = {
  id: 'rails',
  name: 'Rails Action Mailer',
  kind: 'framework',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)(?:config\/(?:environments|initializers)\/[^/]+|config\/(?:application|environment)|environment|production)\.rb$/,
      format: 'ruby',
      keys: {
        host: paths('address'),
        port: paths('port'),
        starttls: paths('enable_starttls'),
        starttlsAuto: paths('enable_starttls_auto'),
        tls: paths('tls'),
        ssl: paths('ssl'),
        verify: paths('openssl_verify_mode'),
        rest: paths('(rest)'),
      },
      anchors: ['host', 'port', 'starttls', 'starttlsAuto', 'tls', 'ssl', 'rest'],
      marks: ['smtp_settings'],
    },
  ],
  packages: ['gem:mail'],
  boundaries: ['2.8'],
  judge,
  remedies: [
    {
      security: 'starttls',
      set: { starttls: true, verify: 'peer' },
      ifSet: { tls: false, ssl: false },
      also: 'With Ruby before 3.0 set ca_file too: without it every certificate fails, and mail stays.',
    },
    { security: 'starttls', set: { starttls: true }, ifSet: { verify: 'peer', tls: false, ssl: false } },
    { security: 'implicit', set: { tls: true, verify: 'peer' }, ifSet: { ssl: true, starttls: false, starttlsAuto: false } },
  ],
  write: ({ host, port, security }) => ({
    file: 'config/environments/production.rb',
    text: `Rails.application.configure do
  config.action_mailer.delivery_method = :smtp
  config.action_mailer.smtp_settings = {
    address: '${host}',
    port: ${port},
    user_name: Rails.application.credentials.dig(:smtp, :user_name),
    password: Rails.application.credentials.dig(:smtp, :password),
    authentication: :plain,
    ${security === 'implicit' ? 'tls: true' : 'enable_starttls: true'},
    openssl_verify_mode: 'peer'
  }
end
`,
  }),
  notes: [
    'enable_starttls_auto, the default, does not fail where STARTTLS is not offered; enable_starttls does.',
    'An old guide says to turn enable_starttls_auto off where the certificate is wrong: that sends in the clear.',
    'mail 2.8 refuses tls together with enable_starttls. The versions here are those of the gem mail, in Gemfile.lock.',
    'Certificates are checked by default since net-smtp 0.2, which is in Ruby 3.0 and which mail 2.8 brings.',
  ],
  sources: [
    'mail lib/mail/network/delivery_methods/smtp.rb 2.7.1 and 2.9.1',
    'net-smtp lib/net/smtp.rb 0.1.0, 0.2.0, 0.5.1 (default_ssl_context, do_start)',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'config/environments/production.rb',
      text: "Rails.application.configure do\n  config.action_mailer.smtp_settings = {\n    address: 'smtp.example.com',\n    port: 587\n  }\nend\n",
      modes: ['opportunistic'],
      fixed: ['required-verified'],
    },
    {
      label: 'mistake',
      file: 'config/environments/production.rb',
      text: "Rails.application.configure do\n  config.action_mailer.smtp_settings = {\n    :address => 'smtp.example.com',\n    :port => 587,\n    :enable_starttls_auto => false, # the certificate cannot be resolved\n    :openssl_verify_mode => OpenSSL::SSL::VERIFY_NONE,\n  }\nend\n",
      modes: ['plaintext'],
      fixed: ['required-verified'],
    },
  ],
}
