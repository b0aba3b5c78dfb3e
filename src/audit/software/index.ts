/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { acelle } from './acelle.ts'
import { discourse } from './discourse.ts'
import { django } from './django.ts'
import { drupalSmtp } from './drupal-smtp.ts'
import { drupalSymfonyMailer } from './drupal-symfony-mailer.ts'
import { fluentSmtp } from './fluent-smtp.ts'
import { frappe } from './frappe.ts'
import { ghost } from './ghost.ts'
import { gitlab } from './gitlab.ts'
import { joomla } from './joomla.ts'
import { keila } from './keila.ts'
import { listmonk } from './listmonk.ts'
import { mailman3 } from './mailman3.ts'
import { mailpoet } from './mailpoet.ts'
import { mailtrain } from './mailtrain.ts'
import { mailwizz } from './mailwizz.ts'
import { mastodon } from './mastodon.ts'
import { matomo } from './matomo.ts'
import { mautic4 } from './mautic4.ts'
import { mautic5 } from './mautic5.ts'
import { moodle } from './moodle.ts'
import { nextcloud } from './nextcloud.ts'
import { nodemailer } from './nodemailer.ts'
import { odoo } from './odoo.ts'
import { phplist } from './phplist.ts'
import { sendportal } from './sendportal.ts'
import { sendy } from './sendy.ts'
import { symfonyMailer } from './symfony-mailer.ts'
import { wordpressCore } from './wordpress-core.ts'
import { wpMailSmtp } from './wp-mail-smtp.ts'

export const softwares: readonly Software[] = [
  acelle,
  discourse,
  django,
  drupalSmtp,
  drupalSymfonyMailer,
  fluentSmtp,
  frappe,
  ghost,
  gitlab,
  joomla,
  keila,
  listmonk,
  mailman3,
  mailpoet,
  mailtrain,
  mailwizz,
  mastodon,
  matomo,
  mautic4,
  mautic5,
  moodle,
  nextcloud,
  nodemailer,
  odoo,
  phplist,
  sendportal,
  sendy,
  symfonyMailer,
  wordpressCore,
  wpMailSmtp,
]
