/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { actionSendMail } from './action-send-mail.ts'
import { alertmanager } from './alertmanager.ts'
import { django } from './django.ts'
import { dma } from './dma.ts'
import { exim } from './exim.ts'
import { ghost } from './ghost.ts'
import { gitea } from './gitea.ts'
import { grafana } from './grafana.ts'
import { haraka } from './haraka.ts'
import { homeAssistant } from './home-assistant.ts'
import { jenkins } from './jenkins.ts'
import { keycloak } from './keycloak.ts'
import { kumomta } from './kumomta.ts'
import { momentum } from './momentum.ts'
import { msmtp } from './msmtp.ts'
import { mutt } from './mutt.ts'
import { nodemailer } from './nodemailer.ts'
import { nullmailer } from './nullmailer.ts'
import { opensmtpd } from './opensmtpd.ts'
import { postfixSubmission } from './postfix-submission.ts'
import { postfix } from './postfix.ts'
import { powermta } from './powermta.ts'
import { salesforceRelay } from './salesforce-relay.ts'
import { sendmail } from './sendmail.ts'
import { sonarqube } from './sonarqube.ts'
import { ssmtp } from './ssmtp.ts'
import { thunderbird } from './thunderbird.ts'
import { vaultwarden } from './vaultwarden.ts'
import { zabbix } from './zabbix.ts'

export const softwares: readonly Software[] = [
  actionSendMail,
  alertmanager,
  django,
  dma,
  exim,
  ghost,
  gitea,
  grafana,
  haraka,
  homeAssistant,
  jenkins,
  keycloak,
  kumomta,
  momentum,
  msmtp,
  mutt,
  nodemailer,
  nullmailer,
  opensmtpd,
  postfixSubmission,
  postfix,
  powermta,
  salesforceRelay,
  sendmail,
  sonarqube,
  ssmtp,
  thunderbird,
  vaultwarden,
  zabbix,
]
