/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { acelle } from './acelle.ts'
import { django } from './django.ts'
import { drupalSmtp } from './drupal-smtp.ts'
import { drupalSymfonyMailer } from './drupal-symfony-mailer.ts'
import { fluentSmtp } from './fluent-smtp.ts'
import { ghost } from './ghost.ts'
import { joomla } from './joomla.ts'
import { keila } from './keila.ts'
import { listmonk } from './listmonk.ts'
import { mailpoet } from './mailpoet.ts'
import { mailtrain } from './mailtrain.ts'
import { mailwizz } from './mailwizz.ts'
import { mautic4 } from './mautic4.ts'
import { mautic5 } from './mautic5.ts'
import { moodle } from './moodle.ts'
import { nextcloud } from './nextcloud.ts'
import { nodemailer } from './nodemailer.ts'
import { phplist } from './phplist.ts'
import { sendportal } from './sendportal.ts'
import { sendy } from './sendy.ts'
import { symfonyMailer } from './symfony-mailer.ts'
import { wordpressCore } from './wordpress-core.ts'
import { wpMailSmtp } from './wp-mail-smtp.ts'

export const softwares: readonly Software[] = [
  acelle,
  django,
  drupalSmtp,
  drupalSymfonyMailer,
  fluentSmtp,
  ghost,
  joomla,
  keila,
  listmonk,
  mailpoet,
  mailtrain,
  mailwizz,
  mautic4,
  mautic5,
  moodle,
  nextcloud,
  nodemailer,
  phplist,
  sendportal,
  sendy,
  symfonyMailer,
  wordpressCore,
  wpMailSmtp,
]
