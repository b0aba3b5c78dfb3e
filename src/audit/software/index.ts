/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { aiosmtplib } from './aiosmtplib.ts'
import { commonsEmail } from './commons-email.ts'
import { django } from './django.ts'
import { dotnetSmtpClient } from './dotnet-smtpclient.ts'
import { flaskMail } from './flask-mail.ts'
import { ghost } from './ghost.ts'
import { goNetSmtp } from './go-net-smtp.ts'
import { gomail } from './gomail.ts'
import { jakartaMail } from './jakarta-mail.ts'
import { laravel } from './laravel.ts'
import { lettre } from './lettre.ts'
import { mailkit } from './mailkit.ts'
import { nodemailer } from './nodemailer.ts'
import { phpmailer } from './phpmailer.ts'
import { pythonSmtplib } from './python-smtplib.ts'
import { rails } from './rails.ts'
import { springBoot } from './spring-boot.ts'
import { swoosh } from './swoosh.ts'

export const softwares: readonly Software[] = [
  aiosmtplib,
  commonsEmail,
  django,
  dotnetSmtpClient,
  flaskMail,
  ghost,
  gomail,
  goNetSmtp,
  jakartaMail,
  laravel,
  lettre,
  mailkit,
  nodemailer,
  phpmailer,
  pythonSmtplib,
  rails,
  springBoot,
  swoosh,
]
