/** What each choice of the marketing platforms and content systems gives: every value of their settings, one line each. */
import { describe, expect, it } from 'vitest'
import { formats } from '../format/index.ts'
import { judge } from '../judge.ts'
import { findSetups } from '../setup.ts'
import { softwares } from './index.ts'

/** The modes of all setups in a file, weakest first each; `?` where nobody can tell from here. */
function audit(id: string, file: string, text: string, version?: string): readonly string[] {
  const software = softwares.find((one) => one.id === id)
  if (!software) throw new Error(`no rule ${id}`)
  return software.places.flatMap((place) => {
    if (place.kind === 'unseen' || !place.path?.test(file)) return []
    const document = formats[place.kind === 'file' ? place.format : 'env'].read(text)
    if (place.kind === 'file' && place.isOurs && !place.isOurs(document)) return []
    const setups = place.kind === 'file' && place.find ? place.find(document) : findSetups(document, place)
    return setups.map(({ entries }) => {
      const judged = judge(software, new Map(Object.entries(entries)), version, new Map())
      return judged.kind === 'told' ? judged.mode : '?'
    })
  })
}

const smtp = (rest: string): string => `[{"host": "a.example", ${rest}}]`

describe('listmonk', () => {
  it.each([
    ['"tls_type": "none"', 'plaintext'],
    ['"tls_type": "STARTTLS"', 'required-verified'],
    ['"tls_type": "TLS"', 'implicit-verified'],
    ['"tls_type": "starttls"', 'plaintext'],
    ['"tls_type": "STARTTLS", "tls_skip_verify": true', 'required-unverified'],
    ['"tls_type": "TLS", "enabled": false', '?'],
  ])('%s: %s', (rest, mode) => {
    expect(audit('listmonk', 'listmonk.json', smtp(rest))).toEqual([mode])
  })

  it('reads config.toml for versions that read it', () => {
    const text = '[app]\naddress = "x"\n[db]\nhost = "db"\n[smtp.a]\nhost = "a.example"\ntls_enabled = true\n'
    expect(audit('listmonk', 'config.toml', text)).toEqual(['required-verified'])
    expect(audit('listmonk', 'config.toml', text, '1.1.0')).toEqual(['required-verified'])
    expect(audit('listmonk', 'config.toml', text, 'v2.0.0')).toEqual(['?'])
    expect(audit('listmonk', 'config.toml', '[smtp.a]\nhost = "a.example"\n')).toEqual([])
  })
})

describe('phpList', () => {
  const host = "define('PHPMAILERHOST', 'a.example');\n"
  it.each([
    [`${host}define('PHPMAILER_SECURE', 'tls');`, 'required-verified'],
    [`${host}define('PHPMAILER_SECURE', 'ssl');`, 'implicit-verified'],
    [`${host}define('PHPMAILER_SECURE', 'auto');`, 'opportunistic'],
    [`${host}define('PHPMAILER_SECURE', '');`, 'plaintext'],
    [`${host}define('PHPMAILER_SECURE', 0);`, 'plaintext'],
    [`${host}define('PHPMAILER_SECURE', getenv('SECURE'));`, 'opportunistic'],
    [`${host}define('PHPMAILER_SECURE', secure());`, '?'],
    ["define('PHPMAILERHOST', 'ssl://a.example:465');", 'implicit-verified'],
    ["define('PHPMAILERHOST', 'ssl://a.example;b.example');", 'opportunistic'],
    ["define('PHPMAILERHOST', '');", '?'],
    ["$bounce_mailbox_port = '110/pop3/notls';", 'plaintext'],
    ["$bounce_mailbox_port = '995/pop3/ssl/novalidate-cert';", 'implicit-unverified'],
    ["$bounce_mailbox_port = '995/pop3/ssl';", 'implicit-verified'],
    ["$bounce_mailbox_port = '143/imap/tls';", 'required-verified'],
    ["$bounce_mailbox_port = '143/imap';", 'opportunistic'],
  ])('%s: %s', (text, mode) => {
    expect(audit('phplist', 'config/config.php', `<?php\n${text}\n`)).toEqual([mode])
  })
})

describe('Keila', () => {
  const host = 'MAILER_SMTP_HOST=a.example\n'
  it.each([
    [`${host}MAILER_ENABLE_SSL=TRUE\n`, 'implicit-verified'],
    [`${host}MAILER_ENABLE_STARTTLS=1\n`, 'required-verified'],
    [`${host}MAILER_ENABLE_STARTTLS=True\n`, 'opportunistic'],
    [`${host}MAILER_ENABLE_STARTTLS=FALSE\n`, 'opportunistic'],
  ])('%j: %s', (text, mode) => {
    expect(audit('keila', 'keila.env', text)).toEqual([mode])
  })

  it.each([
    ['"smtp_tls_mode": "none"', 'plaintext'],
    ['"smtp_tls_mode": "starttls"', 'required-verified'],
    ['"smtp_tls_mode": "tls"', 'implicit-verified'],
    ['"smtp_tls_mode": null, "smtp_tls": true', 'implicit-verified'],
    ['"smtp_tls_mode": null', 'opportunistic'],
  ])('sender %s: %s', (rest, mode) => {
    expect(audit('keila', 'keila.json', smtp(rest))).toEqual([mode])
  })
})

describe('tables that were saved', () => {
  it.each([
    ['mailtrain', '"encryption": "NONE"', 'plaintext'],
    ['mailtrain', '"encryption": "STARTTLS"', 'opportunistic'],
    ['mailtrain', '"encryption": "TLS"', 'implicit-verified'],
    ['mailtrain', '"encryption": "TLS", "allowSelfSigned": true', 'implicit-unverified'],
    ['sendportal', '"port": 587, "encryption": "ssl"', 'opportunistic'],
    ['sendportal', '"port": 465, "encryption": null', 'implicit-verified'],
    ['mailwizz', '"protocol": "tls"', 'required-unverified'],
    ['mailwizz', '"protocol": ""', 'plaintext'],
    ['acelle', '"smtp_protocol": "ssl"', 'implicit-unverified'],
    ['sendy', '"smtp_host": "a.example", "smtp_ssl": "tls"', 'required-verified'],
    ['sendy', '"smtp_host": "", "smtp_ssl": ""', '?'],
    ['odoo', '"smtp_encryption": "none"', 'plaintext'],
    ['odoo', '"smtp_encryption": "starttls"', 'required-unverified'],
    ['odoo', '"smtp_encryption": "starttls_strict"', 'required-verified'],
    ['odoo', '"smtp_encryption": "ssl"', 'implicit-unverified'],
    ['odoo', '"smtp_encryption": "ssl_strict"', 'implicit-verified'],
  ])('%s %s: %s', (id, rest, mode) => {
    expect(audit(id, `${id}.json`, smtp(rest))).toEqual([mode])
  })

  it('MailWizz since 2.1.2 takes TLS for TLS from the first octet', () => {
    expect(audit('mailwizz', 'mailwizz.json', smtp('"protocol": "tls"'), '2.1.2')).toEqual(['implicit-unverified'])
    expect(audit('mailwizz', 'mailwizz.json', smtp('"protocol": "tls"'), '2.1.1')).toEqual(['required-unverified'])
  })
})

describe('content systems', () => {
  const php = (lines: string): string => `<?php\n${lines}\n`
  it.each([
    ['joomla', 'configuration.php', php("class JConfig { public $mailer = 'mail'; public $smtphost = 'localhost'; }"), '?'],
    [
      'joomla',
      'configuration.php',
      php("class JConfig { public $mailer = 'smtp'; public $smtpsecure = 'ssl'; }"),
      'implicit-verified',
    ],
    ['moodle', 'config.php', php("$CFG->smtphosts = 'a.example:587';"), '?'],
    ['moodle', 'config.php', php("$CFG->smtphosts = 'a.example';\n$CFG->smtpsecure = 'tls';"), 'required-verified'],
    ['nextcloud', 'config/config.php', php("$CONFIG = ['mail_smtpmode' => 'sendmail'];"), '?'],
    ['nextcloud', 'config/config.php', php("$CONFIG = ['mail_smtphost' => 'a', 'mail_smtpport' => 465];"), 'implicit-verified'],
    ['drupal-smtp', 'smtp.settings.yml', 'smtp_on: false\nsmtp_host: a\nsmtp_protocol: tls\n', '?'],
    ['drupal-smtp', 'settings.local.php', php("$config['smtp.settings']['smtp_host'] = 'a';"), '?'],
    ['drupal-smtp', 'settings.php', php("$conf['smtp_host'] = 'a'; $conf['smtp_protocol'] = 'tls';"), 'required-verified'],
    ['drupal-symfony-mailer', 'system.mail.yml', 'mailer_dsn:\n  scheme: sendmail\n  host: default\n', '?'],
    ['drupal-symfony-mailer', 'system.mail.yml', 'mailer_dsn:\n  scheme: smtps\n  host: a\n  options: {}\n', 'implicit-verified'],
    ['gitlab', 'gitlab.rb', "gitlab_rails['smtp_address'] = 'a'\n", '?'],
    ['gitlab', 'gitlab.rb', "gitlab_rails['smtp_enable'] = true\ngitlab_rails['smtp_tls'] = true\n", 'implicit-verified'],
    [
      'discourse',
      'discourse.conf',
      'smtp_address = a\nsmtp_force_tls = true\nsmtp_openssl_verify_mode = none\n',
      'implicit-unverified',
    ],
    ['matomo', 'config.ini.php', '[mail]\ntransport = ""\nhost = "a"\n', '?'],
    [
      'matomo',
      'config.ini.php',
      '[mail]\ntransport = "smtp"\nhost = "a"\nencryption = "tls"\nssl_verify_peer_name = 0\n',
      'required-unverified',
    ],
    [
      'mailman3',
      'mailman.cfg',
      '[mta]\nsmtp_host: a\nsmtp_secure_mode: smtps\nsmtp_verify_hostname: no\n',
      'implicit-unverified',
    ],
    ['wp-mail-smtp', 'wp-config.php', php("define('WPMS_ON', true); define('WPMS_SMTP_HOST', 'a');"), '?'],
    ['wp-mail-smtp', 'wp-config.php', php("define('WPMS_ON', false); define('WPMS_SSL', 'tls');"), '?'],
    ['wp-mail-smtp', 'wp-config.php', php("define('WPMS_ON', true); define('WPMS_SSL', 'ssl');"), 'implicit-verified'],
    [
      'wordpress-core',
      'x.php',
      php("add_action('phpmailer_init', 'f');\nfunction f($m) { $m->Host = 'a'; $m->SMTPAutoTLS = false; }"),
      'plaintext',
    ],
    ['mailpoet', 'mailpoet.json', '{"method": "MailPoet", "host": "", "encryption": ""}', '?'],
    ['frappe', 'site_config.json', '{"mail_server": "a", "use_tls": 1}', 'required-unverified'],
    ['mautic4', 'app/config/local.php', php("$parameters = ['mailer_transport' => 'mail', 'mailer_host' => 'a'];"), '?'],
    [
      'mautic4',
      'app/config/local.php',
      php("$parameters = ['mailer_host' => 'a', 'mailer_encryption' => 'ssl'];"),
      'implicit-verified',
    ],
  ])('%s %s %j: %s', (id, file, text, mode) => {
    expect(audit(id, file, text)).toEqual([mode])
  })

  it('a file of Mautic 5 is not taken for one of Mautic 4', () => {
    const text = php("$parameters = ['mailer_host' => 'a', 'mailer_dsn' => 'smtps://a.example'];")
    expect(audit('mautic4', 'app/config/local.php', text)).toEqual([])
    expect(audit('mautic5', 'app/config/local.php', text)).toEqual(['implicit-verified'])
  })

  it('constants of WP Mail SMTP without WPMS_ON are none', () => {
    expect(audit('wp-mail-smtp', 'wp-config.php', php("define('WPMS_SSL', '');"))).toEqual([])
  })
})

describe('Mastodon', () => {
  const base = 'LOCAL_DOMAIN=s.example\nSMTP_SERVER=a.example\n'
  it.each([
    ['SMTP_ENABLE_STARTTLS=always\n', 'required-verified'],
    ['SMTP_ENABLE_STARTTLS=always\nSMTP_OPENSSL_VERIFY_MODE=none\n', 'required-unverified'],
    ['SMTP_ENABLE_STARTTLS=never\n', 'plaintext'],
    ['SMTP_ENABLE_STARTTLS=auto\nSMTP_ENABLE_STARTTLS_AUTO=false\n', 'opportunistic'],
    ['SMTP_ENABLE_STARTTLS_AUTO=false\n', 'plaintext'],
    ['SMTP_SSL=true\n', 'implicit-verified'],
    ['SMTP_TLS=false\n', 'opportunistic'],
    ['SMTP_DELIVERY_METHOD=sendmail\n', '?'],
  ])('%j: %s', (text, mode) => {
    expect(audit('mastodon', '.env.production', base + text)).toEqual([mode])
  })

  it('announcements are a setup of their own', () => {
    const text = `${base}SMTP_ENABLE_STARTTLS=always\nBULK_SMTP_SERVER=b.example\n`
    expect(audit('mastodon', '.env.production', text)).toEqual(['required-verified', 'opportunistic'])
  })

  it("somebody else's env file is none of it", () => {
    expect(audit('mastodon', '.env', 'SMTP_SERVER=a.example\n')).toEqual([])
  })
})
