import { visible } from '../escape.ts'
import type { TlsRptAnswer, TlsRptError } from './record.ts'
import type { BadUri } from './uri.ts'

/** What a look-up came to, one line for people, strangers' words made safe. */
export function describeTlsRpt(answer: TlsRptAnswer): string {
  switch (answer.kind) {
    case 'record':
      return `go to ${answer.record.rua.map(({ uri }) => visible(uri, 200)).join(', ')}`
    case 'none': {
      const [misfit] = answer.misfits
      return misfit ? `no record, though one comes near: ${misfits[misfit.why]}: ${visible(misfit.text, 100)}` : 'no record'
    }
    case 'several':
      return `${answer.count} records, which count as none`
    case 'malformed':
      return `the record is malformed: ${answer.errors.map(describeTlsRptError).join('; ')}`
    case 'temporary':
      return `not known: DNS gave no answer about the record (${visible(answer.detail, 200)})`
  }
}

const misfits = {
  quoted: 'there are quotation marks within the record',
  'space-before': 'the record begins with a space',
  spaces: 'there are spaces around the equals sign',
  case: 'the version is not spelt v=TLSRPTv1',
  'other-version': 'the version is another',
} as const

export function describeTlsRptError(error: TlsRptError): string {
  switch (error.kind) {
    case 'missing-rua':
      return 'it has no rua'
    case 'bad-rua':
      return `its rua "${visible(error.uri, 100)}" ${flaws[error.why]}`
    case 'too-many-rua':
      return `it has more than ${error.limit} addresses`
    case 'bad-field':
      return `"${visible(error.text, 50)}" is no field`
  }
}

const flaws: Readonly<Record<BadUri['why'], string>> = {
  empty: 'is empty',
  'too-long': 'is too long',
  'no-scheme': 'has neither mailto: nor https: before it',
  scheme: 'is neither mailto: nor https:',
  unencoded: 'has a "!" that must be written %21',
  'not-a-uri': 'is no URI',
  mailbox: 'is no mail address',
  credentials: 'holds a user name, which everybody can read',
}
