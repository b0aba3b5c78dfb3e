import { dma, msmtp, mutt, ssmtp } from './client.ts'
import { exim, eximAnswers, eximMacros, nullmailer, opensmtpd, postfix, sendmail, sendmailAccess } from './mta.ts'
import { nodemailer } from './nodemailer.ts'
import { phpmailer, symfonyMailer } from './php.ts'
import type { Program } from './program.ts'
import { rails } from './ruby.ts'
import { aiosmtplibProgram, django, flaskMail, pythonSmtplib } from './python.ts'

export const programs: readonly Program[] = [
  django,
  flaskMail,
  pythonSmtplib,
  aiosmtplibProgram,
  nodemailer,
  phpmailer,
  symfonyMailer,
  msmtp,
  mutt,
  dma,
  ssmtp,
  postfix,
  exim,
  eximAnswers,
  eximMacros,
  nullmailer,
  opensmtpd,
  sendmail,
  sendmailAccess,
  rails,
]
