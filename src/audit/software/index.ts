/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { acelle } from './acelle.ts'
import { actionSendMail } from './action-send-mail.ts'
import { aiosmtplib } from './aiosmtplib.ts'
import { alertmanager } from './alertmanager.ts'
import { commonsEmail } from './commons-email.ts'
import { discourse } from './discourse.ts'
import { django } from './django.ts'
import { dma } from './dma.ts'
import { dotnetSmtpClient } from './dotnet-smtpclient.ts'
import { drupalSmtp } from './drupal-smtp.ts'
import { drupalSymfonyMailer } from './drupal-symfony-mailer.ts'
import { exim } from './exim.ts'
import { flaskMail } from './flask-mail.ts'
import { fluentSmtp } from './fluent-smtp.ts'
import { frappe } from './frappe.ts'
import { ghost } from './ghost.ts'
import { gitea } from './gitea.ts'
import { gitlab } from './gitlab.ts'
import { goNetSmtp } from './go-net-smtp.ts'
import { gomail } from './gomail.ts'
import { grafana } from './grafana.ts'
import { haraka } from './haraka.ts'
import { homeAssistant } from './home-assistant.ts'
import { jakartaMail } from './jakarta-mail.ts'
import { jenkins } from './jenkins.ts'
import { joomla } from './joomla.ts'
import { keila } from './keila.ts'
import { keycloak } from './keycloak.ts'
import { kumomta } from './kumomta.ts'
import { laravel } from './laravel.ts'
import { lettre } from './lettre.ts'
import { listmonk } from './listmonk.ts'
import { mailkit } from './mailkit.ts'
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
import { phpmailer } from './phpmailer.ts'
import { postfix } from './postfix.ts'
import { postfixSubmission } from './postfix-submission.ts'
import { powermta } from './powermta.ts'
import { pythonSmtplib } from './python-smtplib.ts'
import { rails } from './rails.ts'
import { salesforceRelay } from './salesforce-relay.ts'
import { sendmail } from './sendmail.ts'
import { sendportal } from './sendportal.ts'
import { sendy } from './sendy.ts'
import { sonarqube } from './sonarqube.ts'
import { springBoot } from './spring-boot.ts'
import { ssmtp } from './ssmtp.ts'
import { swoosh } from './swoosh.ts'
import { symfonyMailer } from './symfony-mailer.ts'
import { thunderbird } from './thunderbird.ts'
import { vaultwarden } from './vaultwarden.ts'
import { wordpressCore } from './wordpress-core.ts'
import { wpMailSmtp } from './wp-mail-smtp.ts'
import { zabbix } from './zabbix.ts'

export const softwares: readonly Software[] = [
  acelle,
  actionSendMail,
  aiosmtplib,
  alertmanager,
  commonsEmail,
  discourse,
  django,
  dma,
  dotnetSmtpClient,
  drupalSmtp,
  drupalSymfonyMailer,
  exim,
  flaskMail,
  fluentSmtp,
  frappe,
  ghost,
  gitea,
  gitlab,
  goNetSmtp,
  gomail,
  grafana,
  haraka,
  homeAssistant,
  jakartaMail,
  jenkins,
  joomla,
  keila,
  keycloak,
  kumomta,
  laravel,
  lettre,
  listmonk,
  mailkit,
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
  phpmailer,
  postfix,
  postfixSubmission,
  powermta,
  pythonSmtplib,
  rails,
  salesforceRelay,
  sendmail,
  sendportal,
  sendy,
  sonarqube,
  springBoot,
  ssmtp,
  swoosh,
  symfonyMailer,
  thunderbird,
  vaultwarden,
  wordpressCore,
  wpMailSmtp,
  zabbix,
]
