/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { django } from './django.ts'
import { ghost } from './ghost.ts'
import { joomla } from './joomla.ts'
import { mautic4 } from './mautic4.ts'
import { mautic5 } from './mautic5.ts'
import { moodle } from './moodle.ts'
import { nextcloud } from './nextcloud.ts'
import { nodemailer } from './nodemailer.ts'
import { phplist } from './phplist.ts'
import { symfonyMailer } from './symfony-mailer.ts'

export const softwares: readonly Software[] = [
  django,
  ghost,
  joomla,
  mautic4,
  mautic5,
  moodle,
  nextcloud,
  nodemailer,
  phplist,
  symfonyMailer,
]
