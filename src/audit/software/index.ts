/** The programs whose settings are known, one file each. */
import type { Software } from '../software.ts'
import { django } from './django.ts'
import { ghost } from './ghost.ts'
import { nodemailer } from './nodemailer.ts'

export const softwares: readonly Software[] = [django, ghost, nodemailer]
