/** Programs in Python, as Debian 12 has them with its Python 3.11. */
import { serverName } from '../server.ts'
import type { Program } from './program.ts'

const mail = { file: '/var/app/settings.py', root: 'mailers' } as const

function settings(values: Readonly<Record<string, string | number | boolean>>): string {
  const print = (value: string | number | boolean) =>
    typeof value === 'string' ? JSON.stringify(value) : typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value)
  return Object.entries(values)
    .map(([name, value]) => `${name} = ${print(value)}\n`)
    .join('')
}

const djangoBase = { SECRET_KEY: 'of-the-test', EMAIL_HOST: serverName }

export const django: Program = {
  ...mail,
  id: 'django',
  version: '3.2.25',
  others: {
    '/var/app/send.py': [
      'import django, os',
      "os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'",
      'django.setup()',
      'from django.core.mail import send_mail',
      "send_mail('an audit', 'Hello.', 'news@sender.test', ['ann@recipient.test'])",
      '',
    ].join('\n'),
  },
  command: ['/usr/bin/python3', '/var/app/send.py'],
  variants: {
    'host alone': { mode: 'plaintext', text: settings(djangoBase) },
    'both off': {
      mode: 'plaintext',
      text: settings({ ...djangoBase, EMAIL_PORT: 587, EMAIL_USE_TLS: false, EMAIL_USE_SSL: false }),
    },
    EMAIL_USE_TLS: { mode: 'required-unverified', text: settings({ ...djangoBase, EMAIL_PORT: 587, EMAIL_USE_TLS: true }) },
    EMAIL_USE_SSL: { mode: 'implicit-unverified', text: settings({ ...djangoBase, EMAIL_PORT: 465, EMAIL_USE_SSL: true }) },
  },
}

const flaskBase = { MAIL_SERVER: serverName, MAIL_DEFAULT_SENDER: 'news@sender.test' }

export const flaskMail: Program = {
  id: 'flask-mail',
  root: 'mailers',
  file: '/var/app/config.py',
  others: {
    '/var/app/send.py': [
      'from flask import Flask',
      'from flask_mail import Mail, Message',
      'app = Flask(__name__)',
      "app.config.from_pyfile('/var/app/config.py')",
      'mail = Mail(app)',
      'with app.app_context():',
      "    mail.send(Message('an audit', recipients=['ann@recipient.test'], body='Hello.'))",
      '',
    ].join('\n'),
  },
  command: ['/usr/bin/python3', '/var/app/send.py'],
  variants: {
    'server alone': { mode: 'plaintext', text: settings(flaskBase) },
    MAIL_USE_TLS: { mode: 'required-unverified', text: settings({ ...flaskBase, MAIL_PORT: 587, MAIL_USE_TLS: true }) },
    MAIL_USE_SSL: { mode: 'implicit-unverified', text: settings({ ...flaskBase, MAIL_PORT: 465, MAIL_USE_SSL: true }) },
  },
}

function smtplib(...lines: readonly string[]): string {
  return [
    'import smtplib, ssl',
    'from email.message import EmailMessage',
    '',
    'message = EmailMessage()',
    "message['From'] = 'news@sender.test'",
    "message['To'] = 'ann@recipient.test'",
    "message.set_content('Hello.')",
    '',
    ...lines,
    'server.send_message(message)',
    'server.quit()',
    '',
  ].join('\n')
}

const connect = (port: number) => `server = smtplib.SMTP('${serverName}', ${port})`
const connectTls = (rest = '') => `server = smtplib.SMTP_SSL('${serverName}', 465${rest})`

export const pythonSmtplib: Program = {
  id: 'python-smtplib',
  root: 'mailers',
  file: '/var/app/send.py',
  command: ['/usr/bin/python3', '/var/app/send.py'],
  variants: {
    'SMTP alone': { mode: 'plaintext', text: smtplib(connect(25)) },
    'starttls()': { mode: 'required-unverified', text: smtplib(connect(587), 'server.starttls()') },
    'starttls with default context': {
      mode: 'required-verified',
      text: smtplib(connect(587), 'server.starttls(context=ssl.create_default_context())'),
    },
    'starttls with a context that checks nothing': {
      mode: 'required-unverified',
      text: smtplib(connect(587), 'server.starttls(context=ssl._create_unverified_context())'),
    },
    SMTP_SSL: { mode: 'implicit-unverified', text: smtplib(connectTls()) },
    'SMTP_SSL with default context': {
      mode: 'implicit-verified',
      text: smtplib(connectTls(', context=ssl.create_default_context()')),
    },
  },
}

function aiosmtplib(...options: readonly string[]): string {
  return [
    'import asyncio',
    'from email.message import EmailMessage',
    '',
    'import aiosmtplib',
    '',
    'message = EmailMessage()',
    "message['From'] = 'news@sender.test'",
    "message['To'] = 'ann@recipient.test'",
    "message.set_content('Hello.')",
    '',
    `asyncio.run(aiosmtplib.send(message, hostname='${serverName}', ${options.join(', ')}))`,
    '',
  ].join('\n')
}

export const aiosmtplibProgram: Program = {
  id: 'aiosmtplib',
  version: '2.0.0',
  root: 'mailers',
  file: '/var/app/send.py',
  command: ['/usr/bin/python3', '/var/app/send.py'],
  variants: {
    'start_tls off': { mode: 'plaintext', text: aiosmtplib('port=587', 'start_tls=False') },
    'port alone': { mode: 'opportunistic', text: aiosmtplib('port=587') },
    start_tls: { mode: 'required-verified', text: aiosmtplib('port=587', 'start_tls=True') },
    'start_tls, validate_certs off': {
      mode: 'required-unverified',
      text: aiosmtplib('port=587', 'start_tls=True', 'validate_certs=False'),
    },
    use_tls: { mode: 'implicit-verified', text: aiosmtplib('port=465', 'use_tls=True') },
    'use_tls, validate_certs off': {
      mode: 'implicit-unverified',
      text: aiosmtplib('port=465', 'use_tls=True', 'validate_certs=False'),
    },
  },
}
