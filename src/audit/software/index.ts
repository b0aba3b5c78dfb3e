/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { django } from './django.ts'
import { dma } from './dma.ts'
import { exim } from './exim.ts'
import { ghost } from './ghost.ts'
import { msmtp } from './msmtp.ts'
import { mutt } from './mutt.ts'
import { nodemailer } from './nodemailer.ts'
import { nullmailer } from './nullmailer.ts'
import { opensmtpd } from './opensmtpd.ts'
import { postfix } from './postfix.ts'
import { postfixSubmission } from './postfix-submission.ts'
import { sendmail } from './sendmail.ts'
import { ssmtp } from './ssmtp.ts'

export const softwares: readonly Software[] = [
  django,
  dma,
  exim,
  ghost,
  msmtp,
  mutt,
  nodemailer,
  nullmailer,
  opensmtpd,
  postfix,
  postfixSubmission,
  sendmail,
  ssmtp,
]
