import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { listProblems, nameLink } from './certificate.ts'

/** RFC 5246 7.4.2, RFC 8446 4.4.2. Case 53. */
export const certificateIncomplete: Rule<HostObservation> = {
  id: 'certificate-incomplete',
  severity: 'medium',
  title: 'The server leaves out a certificate that leads to its authority',
  why: 'Browsers may fetch what is missing, mail servers do not: to them the certificate leads nowhere.',
  next: "Ask the provider to send the authority's intermediate certificates too (with certbot: fullchain.pem, not cert.pem).",
  look: (seen) =>
    listProblems(seen, 'incomplete', (problem) => {
      const [url] = problem.repair
      const where = url === undefined ? 'it says not where to get it' : `it can be had at ${visible(url)}`
      const whose = problem.logged ? '' : ', unless the authority is a private one'
      return `${nameLink(problem)} is issued by ${visible(problem.issuer)}, which is not sent; ${where}${whose}`
    }),
}
