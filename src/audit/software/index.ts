/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { acelle } from './acelle.ts'
import { actionSendMail } from './action-send-mail.ts'
import { alertmanager } from './alertmanager.ts'
import { discourse } from './discourse.ts'
import { django } from './django.ts'
import { dma } from './dma.ts'
import { drupalSmtp } from './drupal-smtp.ts'
import { drupalSymfonyMailer } from './drupal-symfony-mailer.ts'
import { exim } from './exim.ts'
import { fluentSmtp } from './fluent-smtp.ts'
import { frappe } from './frappe.ts'
import { ghost } from './ghost.ts'
import { gitea } from './gitea.ts'
import { gitlab } from './gitlab.ts'
import { grafana } from './grafana.ts'
import { haraka } from './haraka.ts'
import { homeAssistant } from './home-assistant.ts'
import { jenkins } from './jenkins.ts'
import { joomla } from './joomla.ts'
import { keila } from './keila.ts'
import { keycloak } from './keycloak.ts'
import { kumomta } from './kumomta.ts'
import { listmonk } from './listmonk.ts'
import { mailman3 } from './mailman3.ts'
import { mailpoet } from './mailpoet.ts'
import { mailtrain } from './mailtrain.ts'
import { mailwizz } from './mailwizz.ts'
import { mastodon } from './mastodon.ts'
import { matomo } from './matomo.ts'
import { mautic4 } from './mautic4.ts'
import { mautic5 } from './mautic5.ts'
import { momentum } from './momentum.ts'
import { moodle } from './moodle.ts'
import { msmtp } from './msmtp.ts'
import { mutt } from './mutt.ts'
import { nextcloud } from './nextcloud.ts'
import { nodemailer } from './nodemailer.ts'
import { nullmailer } from './nullmailer.ts'
import { odoo } from './odoo.ts'
import { opensmtpd } from './opensmtpd.ts'
import { phplist } from './phplist.ts'
import { postfix } from './postfix.ts'
import { postfixSubmission } from './postfix-submission.ts'
import { powermta } from './powermta.ts'
import { salesforceRelay } from './salesforce-relay.ts'
import { sendmail } from './sendmail.ts'
import { sendportal } from './sendportal.ts'
import { sendy } from './sendy.ts'
import { sonarqube } from './sonarqube.ts'
import { ssmtp } from './ssmtp.ts'
import { symfonyMailer } from './symfony-mailer.ts'
import { thunderbird } from './thunderbird.ts'
import { vaultwarden } from './vaultwarden.ts'
import { wordpressCore } from './wordpress-core.ts'
import { wpMailSmtp } from './wp-mail-smtp.ts'
import { zabbix } from './zabbix.ts'

export const softwares: readonly Software[] = [
  acelle,
  actionSendMail,
  alertmanager,
  discourse,
  django,
  dma,
  drupalSmtp,
  drupalSymfonyMailer,
  exim,
  fluentSmtp,
  frappe,
  ghost,
  gitea,
  gitlab,
  grafana,
  haraka,
  homeAssistant,
  jenkins,
  joomla,
  keila,
  keycloak,
  kumomta,
  listmonk,
  mailman3,
  mailpoet,
  mailtrain,
  mailwizz,
  mastodon,
  matomo,
  mautic4,
  mautic5,
  momentum,
  moodle,
  msmtp,
  mutt,
  nextcloud,
  nodemailer,
  nullmailer,
  odoo,
  opensmtpd,
  phplist,
  postfix,
  postfixSubmission,
  powermta,
  salesforceRelay,
  sendmail,
  sendportal,
  sendy,
  sonarqube,
  ssmtp,
  symfonyMailer,
  thunderbird,
  vaultwarden,
  wordpressCore,
  wpMailSmtp,
  zabbix,
]
