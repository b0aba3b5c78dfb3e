import { modeOf } from '../mode.ts'
import type { Settings } from '../settings.ts'
import type { Software, Verdict } from '../software.ts'
import { verdict } from '../verdict.ts'
import { elsewhere } from './elsewhere.ts'

function judge(settings: Settings): Verdict {
  if (settings.flag('enable') !== true) throw elsewhere('enable', 'smtp_enable is not on: the mail server of this machine')
  if (settings.flag('tls') === true) {
    const both = settings.flag('auto') === true
    const how = [
      'tls',
      both
        ? 'TLS from the first octet; with smtp_enable_starttls_auto beside it newer versions refuse to send'
        : 'TLS from the first octet',
    ] as const
    if (settings.text('verify')?.toLowerCase() !== 'none') return verdict(modeOf('implicit', true), how)
    return verdict(
      modeOf('implicit', false),
      ['verify', "the certificate is not looked at: anybody may answer in the server's name"],
      how,
    )
  }
  if (settings.flag('auto') === false) return verdict('plaintext', ['auto', 'STARTTLS is left alone even where it is offered'])
  return verdict('opportunistic', [
    'auto',
    'auto means where it is offered: where somebody hides the offer, mail goes out readable',
  ])
}

export const gitlab: Software = {
  id: 'gitlab',
  name: 'GitLab (Omnibus)',
  kind: 'cms',
  places: [
    {
      kind: 'file',
      path: /(?:^|\/)gitlab\.rb$/,
      format: 'ruby',
      keys: {
        enable: 'gitlab_rails.smtp_enable',
        host: 'gitlab_rails.smtp_address',
        port: 'gitlab_rails.smtp_port',
        auto: 'gitlab_rails.smtp_enable_starttls_auto',
        tls: 'gitlab_rails.smtp_tls',
        verify: 'gitlab_rails.smtp_openssl_verify_mode',
      },
      anchors: ['host', 'enable'],
      marks: ['smtp_'],
    },
  ],
  judge,
  remedies: [
    {
      security: 'implicit',
      set: { tls: true, auto: false },
      ifSet: { verify: 'peer' },
      also: 'Take it over: gitlab-ctl reconfigure.',
    },
  ],
  write: ({ host, port }) => ({
    file: '/etc/gitlab/gitlab.rb',
    text: `# STARTTLS cannot be required here: TLS from the first octet is the way, on port 465.\ngitlab_rails['smtp_enable'] = true\ngitlab_rails['smtp_address'] = '${host}'\ngitlab_rails['smtp_port'] = ${[25, 587, 2525].includes(port) ? 465 : port}\ngitlab_rails['smtp_tls'] = true\ngitlab_rails['smtp_enable_starttls_auto'] = false\ngitlab_rails['smtp_openssl_verify_mode'] = 'peer'\ngitlab_rails['smtp_authentication'] = 'login'\ngitlab_rails['smtp_user_name'] = 'YOUR-USER'\ngitlab_rails['smtp_password'] = 'YOUR-PASSWORD'\n`,
  }),
  notes: [
    'STARTTLS cannot be required by any setting: smtp_tls on port 465 is the way.',
    'smtp_tls and smtp_enable_starttls_auto both on is often copied, and contradicts itself: newer versions of the Mail gem refuse it.',
    "smtp_openssl_verify_mode: 'peer', 'client_once' and 'fail_if_no_peer_cert' check the certificate, 'none' does not.",
    'In the container the same lines may stand in GITLAB_OMNIBUS_CONFIG.',
  ],
  sources: [
    'omnibus-gitlab files/gitlab-cookbooks/gitlab/attributes/default.rb (excerpt)',
    'mikel/mail lib/mail/network/delivery_methods/smtp.rb, 2.8',
    'GitLab documentation, SMTP settings',
  ],
  checkedOn: '2026-11-24',
  confidence: 'source',
  examples: [
    {
      label: 'default',
      file: 'gitlab.rb',
      text: "gitlab_rails['smtp_enable'] = true\ngitlab_rails['smtp_address'] = \"smtp.example.com\"\n",
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
    {
      label: 'mistake',
      file: '/etc/gitlab/gitlab.rb',
      text: "gitlab_rails['smtp_enable'] = true\ngitlab_rails['smtp_address'] = \"smtp.example.com\"\ngitlab_rails['smtp_port'] = 587\n# gitlab_rails['smtp_tls'] = true\ngitlab_rails['smtp_enable_starttls_auto'] = true # required\ngitlab_rails['smtp_openssl_verify_mode'] = 'none'\n",
      modes: ['opportunistic'],
      fixed: ['implicit-verified'],
    },
  ],
}
