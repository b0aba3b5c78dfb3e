/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { django } from './django.ts'
import { dma } from './dma.ts'
import { drupalSmtp } from './drupal-smtp.ts'
import { drupalSymfonyMailer } from './drupal-symfony-mailer.ts'
import { exim } from './exim.ts'
import { fluentSmtp } from './fluent-smtp.ts'
import { ghost } from './ghost.ts'
import { joomla } from './joomla.ts'
import { mailpoet } from './mailpoet.ts'
import { mautic4 } from './mautic4.ts'
import { mautic5 } from './mautic5.ts'
import { moodle } from './moodle.ts'
import { msmtp } from './msmtp.ts'
import { mutt } from './mutt.ts'
import { nextcloud } from './nextcloud.ts'
import { nodemailer } from './nodemailer.ts'
import { nullmailer } from './nullmailer.ts'
import { opensmtpd } from './opensmtpd.ts'
import { phplist } from './phplist.ts'
import { postfix } from './postfix.ts'
import { postfixSubmission } from './postfix-submission.ts'
import { sendmail } from './sendmail.ts'
import { ssmtp } from './ssmtp.ts'
import { symfonyMailer } from './symfony-mailer.ts'
import { wordpressCore } from './wordpress-core.ts'
import { wpMailSmtp } from './wp-mail-smtp.ts'

export const softwares: readonly Software[] = [
  django,
  dma,
  drupalSmtp,
  drupalSymfonyMailer,
  exim,
  fluentSmtp,
  ghost,
  joomla,
  mailpoet,
  mautic4,
  mautic5,
  moodle,
  msmtp,
  mutt,
  nextcloud,
  nodemailer,
  nullmailer,
  opensmtpd,
  phplist,
  postfix,
  postfixSubmission,
  sendmail,
  ssmtp,
  symfonyMailer,
  wordpressCore,
  wpMailSmtp,
]
