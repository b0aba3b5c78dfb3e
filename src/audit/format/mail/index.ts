/** The ways that mail servers and mail clients write their settings. */
export { ecelerity } from './ecelerity.ts'
export { exim } from './exim.ts'
export { m4 } from './m4.ts'
export { muttrc } from './muttrc.ts'
export { mainCf, masterCf } from './postfix.ts'
export { remotes } from './remotes.ts'
export { smtpdConf } from './smtpd.ts'
export { accessMap, msmtprc, pmta, words } from './words.ts'
