/** The mail gem of Debian 12 with its Ruby 3.1, given what Action Mailer would give it. */
import { serverName } from '../server.ts'
import type { Program } from './program.ts'

function production(...settings: readonly string[]): string {
  return [
    'Rails.application.configure do',
    '  config.action_mailer.delivery_method = :smtp',
    '  config.action_mailer.smtp_settings = {',
    [`address: '${serverName}'`, ...settings].map((line) => `    ${line}`).join(',\n'),
    '  }',
    'end',
    '',
  ].join('\n')
}

/** Action Mailer hands `smtp_settings` to the gem as they stand; the rest of Rails is not needed for that. */
const send = [
  "require 'mail'",
  "require 'ostruct'",
  '$config = OpenStruct.new(action_mailer: OpenStruct.new)',
  'def config = $config',
  'module Rails',
  '  def self.application = self',
  '  def self.configure(&block) = yield',
  'end',
  "load '/var/app/config/environments/production.rb'",
  'Mail.defaults { delivery_method :smtp, $config.action_mailer.smtp_settings }',
  "Mail.deliver { from 'news@sender.test'; to 'ann@recipient.test'; subject 'an audit'; body 'Hello.' }",
  '',
].join('\n')

export const rails: Program = {
  id: 'rails',
  version: '2.7.1',
  root: 'mailers',
  file: '/var/app/config/environments/production.rb',
  others: { '/var/app/send.rb': send },
  command: ['/usr/bin/ruby3.1', '/var/app/send.rb'],
  variants: {
    'address alone': { mode: 'opportunistic', text: production('port: 587') },
    'enable_starttls_auto off': { mode: 'plaintext', text: production('port: 587', 'enable_starttls_auto: false') },
    'enable_starttls, peer': {
      mode: 'required-verified',
      text: production('port: 587', 'enable_starttls: true', "openssl_verify_mode: 'peer'"),
    },
    'enable_starttls, none': {
      mode: 'required-unverified',
      text: production('port: 587', 'enable_starttls: true', "openssl_verify_mode: 'none'"),
    },
    'enable_starttls alone': { mode: 'required-unverified', text: production('port: 587', 'enable_starttls: true') },
    'tls, peer': { mode: 'implicit-verified', text: production('port: 465', 'tls: true', "openssl_verify_mode: 'peer'") },
    'tls, none': { mode: 'implicit-unverified', text: production('port: 465', 'tls: true', "openssl_verify_mode: 'none'") },
    'tls alone': { mode: 'implicit-unverified', text: production('port: 465', 'tls: true') },
  },
}
