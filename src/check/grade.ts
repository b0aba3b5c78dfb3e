import type { Verdict } from '../policy/index.ts'
import type { Finding } from './finding.ts'

/**
 * A authenticated, nothing of medium severity or above; B valid, or authenticated with a medium finding; C encrypted,
 * certificate not verifiable; D encrypted with a serious weakness; F plaintext, or the upgrade can be subverted;
 * – where nothing can be said.
 */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'F' | '–'

export const grades: readonly Grade[] = ['A', 'B', 'C', 'D', 'F']

export function gradeOf(verdict: Verdict, findings: readonly Finding[]): Grade {
  const serious = findings.some((finding) => finding.severity === 'high')
  const medium = serious || findings.some((finding) => finding.severity === 'medium')
  switch (verdict) {
    case 'authenticated':
      return serious ? 'D' : medium ? 'B' : 'A'
    case 'valid':
      return serious ? 'D' : 'B'
    case 'unauthenticated':
      return serious ? 'D' : 'C'
    case 'plaintext':
    case 'broken':
      return 'F'
    case 'refused':
    case 'unreachable':
    case 'temporary':
    case 'no-mail':
    case 'not-tested':
      return '–'
  }
}

/** A domain is as good as the worst of its servers, and not without fault where its own records are not. */
export function gradeDomain(ofHosts: readonly Grade[], findings: readonly Finding[]): Grade {
  const grade = worstGrade(ofHosts)
  const grave = findings.some(({ severity }) => severity === 'medium' || severity === 'high')
  return grade === 'A' && grave ? 'B' : grade
}

/** The worst of several; – only where none says more. */
export function worstGrade(all: readonly Grade[]): Grade {
  return grades.findLast((grade) => all.includes(grade)) ?? '–'
}
