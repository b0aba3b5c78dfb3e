import { visible } from '../escape.ts'
import type { FetchFailure } from './failure.ts'
import type { PolicyError, PolicyWarning } from './policy.ts'
import type { RecordError, RecordWarning } from './record.ts'
import type { NoPolicy, PolicyFailure, PolicyResult, ResultWarning } from './result.ts'

/** One line for people, peers' words made safe: `MTA-STS policy (enforce) from cache, 58 h left`. */
export function describeResult(result: PolicyResult, now: number): string {
  switch (result.kind) {
    case 'policy':
      return result.source === 'cache'
        ? `MTA-STS policy (${result.mode}) from cache, ${sayDuration(result.expiresAt - now)} left`
        : `MTA-STS policy (${result.mode}) just fetched, good for ${sayDuration(result.expiresAt - now)}`
    case 'none':
      return describeNone(result.why)
    case 'failed': {
      const { retryAt } = result
      const next = retryAt === undefined || retryAt <= now ? '' : `; next try in ${sayDuration(retryAt - now)}`
      return `MTA-STS policy not known: ${describeFailure(result.failure)}${next}`
    }
  }
}

export function describeNone(why: NoPolicy): string {
  switch (why.kind) {
    case 'no-record': {
      const [misfit] = why.misfits
      return misfit ? `no MTA-STS record: ${misfits[misfit.why]}: ${visible(misfit.text, 100)}` : 'no MTA-STS record'
    }
    case 'several-records':
      return `${why.count} MTA-STS records, which count as none`
    case 'bad-record':
      return `the MTA-STS record is malformed: ${why.errors.map(describeRecordError).join('; ')}`
    case 'mode-none':
      return 'the MTA-STS policy says mode: none'
  }
}

const misfits = {
  quoted: 'there are quotation marks within the record',
  'space-before': 'the record begins with a space',
  spaces: 'there are spaces around the equals sign',
  case: 'the version is not spelt v=STSv1',
  'other-version': 'the version is another',
} as const

function describeRecordError(error: RecordError): string {
  switch (error.kind) {
    case 'missing-id':
      return 'it has no id'
    case 'bad-id':
      return {
        empty: 'its id is empty',
        'too-long': 'its id is longer than 32 characters',
        characters: `its id has other characters than letters and digits: ${visible(error.id, 50)}`,
      }[error.why]
    case 'bad-field':
      return `"${visible(error.text, 50)}" is no field`
  }
}

export function describeFailure(failure: PolicyFailure): string {
  switch (failure.kind) {
    case 'record':
      return `DNS gave no answer about the record (${visible(failure.detail, 200)})`
    case 'dns':
      return `DNS gave no answer about the policy host (${visible(failure.detail, 200)})`
    case 'no-address':
      return {
        nxdomain: 'the policy host does not exist',
        nodata: 'the policy host has no address',
        private: 'the policy host has private addresses only, which are not dialled',
        'no-name': 'the name of the policy host would be too long',
      }[failure.cause]
    case 'connect':
      return `no connection to the policy host (${failure.cause}: ${visible(failure.detail, 200)})`
    case 'tls':
      return failure.problems.length > 0
        ? `the certificate of the policy host is not good: ${failure.problems.join(', ')}`
        : `no TLS with the policy host (${failure.reason}: ${visible(failure.detail, 200)})`
    default:
      return describeAnswer(failure)
  }
}

function describeAnswer(failure: Exclude<FetchFailure, { kind: 'dns' | 'no-address' | 'connect' | 'tls' }>): string {
  switch (failure.kind) {
    case 'http-status':
      return `the policy host answers with status ${failure.status} instead of 200`
    case 'redirect':
      return `the policy host redirects (${failure.status}) to ${visible(failure.location ?? 'nowhere', 200)}, which is not followed`
    case 'content-type':
      return `the policy is served as ${visible(failure.type || 'nothing in particular', 100)} instead of text/plain`
    case 'too-large':
      return `the policy is larger than ${failure.limit / 1024} KiB`
    case 'timeout':
      return `the policy host took more than ${sayDuration(failure.ms)} (${failure.step})`
    case 'http':
      return `the policy host speaks no proper HTTP: ${visible(failure.detail, 200)}`
    case 'malformed':
      return `the policy is malformed: ${failure.errors.map(describePolicyError).join('; ')}`
  }
}

function describePolicyError(error: PolicyError): string {
  switch (error.kind) {
    case 'empty':
      return 'it is empty'
    case 'too-large':
      return `it is larger than ${error.limit / 1024} KiB`
    case 'not-utf8':
      return 'it is not UTF-8'
    case 'html':
      return 'it is a web page'
    case 'missing':
      return `it has no ${error.key}`
    case 'bad-version':
      return `its version is ${quote(error.value)} instead of STSv1`
    case 'bad-mode':
      return `its mode is ${quote(error.value)} instead of enforce, testing or none`
    case 'bad-max-age':
      return `its max_age is no number of seconds: ${quote(error.value)}`
    case 'bad-mx':
      return `its mx ${quote(error.value)} is no host name`
    case 'too-many-mx':
      return `it has more than ${error.limit} mx`
    case 'bad-line':
      return `line ${error.line} is no "key: value": ${quote(error.text)}`
  }
}

export function describeWarning(warning: ResultWarning, now: number): string {
  switch (warning.kind) {
    case 'record':
      return describeRecordWarning(warning.warning)
    case 'policy':
      return describePolicyWarning(warning.warning)
    case 'record-lost':
      return `${describeNone(warning.why)}; the cached policy still rules`
    case 'record-unknown':
      return `DNS gave no answer about the MTA-STS record (${visible(warning.detail, 200)}); the cached policy still rules`
    case 'fetch-failed':
      return `${describeFailure(warning.failure)} (${sayDuration(now - warning.at)} ago); the cached policy still rules`
    case 'expired':
      return `the MTA-STS policy that was known expired ${sayDuration(now - warning.at)} ago`
    case 'clock-off': {
      const side = warning.ms > 0 ? 'ahead of' : 'behind'
      return `the clock of this machine is ${sayDuration(Math.abs(warning.ms))} ${side} that of the policy host`
    }
  }
}

function describeRecordWarning(warning: RecordWarning): string {
  return warning.kind === 'duplicate-id'
    ? 'the MTA-STS record has more than one id; the first counts'
    : `the MTA-STS record has a field that is not known: ${visible(warning.name, 50)}`
}

export function describePolicyWarning(warning: PolicyWarning): string {
  switch (warning.kind) {
    case 'unknown-key': {
      const meant = warning.meant === undefined ? '' : `; "${warning.meant}" was probably meant`
      return `the policy has a key that is not known: ${quote(warning.key)}${meant}`
    }
    case 'duplicate-key':
      return `the policy has more than one ${warning.key}; the first counts`
    case 'mx-final-dot':
      return `the policy has an mx with a dot at its end: ${quote(warning.value)}`
    case 'mx-unicode':
      return `the policy has an mx that is not in A-labels: ${quote(warning.value)}`
    case 'mx-unused':
      return 'the policy has mx, but its mode is none'
    case 'max-age-zero':
      return 'the policy has a max_age of 0: it protects nobody from the second message on'
    case 'max-age-short':
      return `the policy is good for ${sayDuration(warning.seconds * 1000)} only; weeks are usual`
    case 'max-age-long':
      return `the policy has a max_age of ${quote(warning.value)}, of which a year counts`
    case 'stray-space':
      return `line ${warning.line} of the policy has spaces where none belong`
  }
}

function quote(text: string): string {
  return `"${visible(text, 100)}"`
}

/** `90 s`, `5 min`, `58 h`, `7 d`. */
function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`
  if (seconds < 96 * 3_600) return `${Math.floor(seconds / 3_600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}
