import { html } from '../../escape.ts'
import { printCount } from '../table.ts'
import {
  describeDh,
  describeGroups,
  describeKey,
  describeResumption,
  describeSignature,
  orderWords,
  sayAccepted,
} from './depth.ts'
import type { HostResult } from '../../check/index.ts'
import type { SuiteList, Survey } from './facts.ts'
import { undouble } from '../undouble.ts'
import { labelOf, toneOf } from './verdict.ts'

/** One server, folded: facts, tables, what was not tested, dialogues. */
export function printHostPart(host: HostResult): string {
  const { tls, survey, connections, notTested, passed } = host
  const at = host.address === undefined ? '' : ` ${host.address} port ${host.port}`
  const facts = list([
    ['Verdict', `${host.verdict}: ${host.words}`],
    ['The server wrote', host.quote],
    ['DANE', host.dane && [host.dane.words, host.dane.matchWords].filter((words) => words !== undefined).join('; ')],
    ['Named by the MTA-STS policy', host.listed === undefined ? undefined : host.listed ? 'yes' : 'no'],
    ['What senders must do', host.demand?.steps.map(({ words }) => words).join('; ')],
    ['Protocol', `${host.protocol}, ${host.security === 'implicit' ? 'TLS from the start' : 'STARTTLS'}`],
    ['Preference', host.preference?.toString()],
    ['TLS', tls && `${tls.version}, ${tls.cipher}${tls.group === undefined ? '' : `, ${tls.group}`}`],
    ['Forward secrecy', tls && (tls.forwardSecrecy ? 'yes' : 'no')],
    ['Connections', `${connections.survey} for the survey, ${connections.probes} for probes`],
    ['Sessions', host.resumption.map(describeResumption).join(', ')],
    ['Not all was asked', host.stopped],
  ])
  return `<details><summary><span class="grade ${toneOf(host.grade)}">${host.grade}</span> ${html(`${host.mx}${at}`)}: ${labelOf(host)}</summary>
${facts}
${survey ? printSurvey(survey) : printCertificates(tls ? [{ keyType: '', chain: tls.chain, sni: tls.servername !== undefined }] : [])}
${notTested.length === 0 ? '' : `<h4>Not tested, so neither safe nor unsafe</h4><ul>${notTested.map(({ title, why }) => `<li>${undouble(html(`${title}: ${why}`))}</li>`).join('')}</ul>`}
${passed.length === 0 ? '' : `<h4>Tested and fine</h4><p>${passed.map((rule) => `<code>${html(rule)}</code>`).join(', ')}</p>`}
${host.transcripts.length === 0 ? '' : `<details><summary>${printCount(host.transcripts.length, 'connection')}, word by word</summary>${host.transcripts.map(printTranscript).join('\n')}</details>`}
</details>`
}

function printSurvey(survey: Survey): string {
  return `${list([
    ['Versions', survey.versions.map(({ version, accepted }) => `${version} ${sayAccepted(accepted)}`).join(', ')],
    ...survey.groups.map((groups) => [`Groups of ${html(groups.version)}`, describeGroups(groups)] as const),
    ['Diffie-Hellman', survey.dh.map(describeDh).join(', ')],
    ['Signatures', survey.schemes.join(', ')],
    [
      'Extensions',
      Object.entries(survey.extensions)
        .map(([name, accepted]) => `${name} ${sayAccepted(accepted)}`)
        .join(', '),
    ],
  ])}
${survey.suites.map(printSuites).join('\n')}
${printCertificates(survey.certificates)}`
}

function printSuites({ version, order, suites, complete }: SuiteList): string {
  const rows = suites.map(
    ({ strength, bits, id, name }) =>
      `<tr><td class="is-${strength}">${strength}</td><td class="n">${bits}</td><td><code>${html(name)}</code></td><td><code>${html(id)}</code></td></tr>`,
  )
  return `<h4>${html(version)}, ${orderWords[order]}</h4>
<div class="scroll"><table>
<tr><th>Strength</th><th class="n">Bits</th><th>Cipher suite</th><th>Id</th></tr>
${rows.join('\n')}
</table></div>${complete ? '' : '<p>The list is not complete: there may be more.</p>'}`
}

function printCertificates(certificates: Survey['certificates']): string {
  return certificates
    .flatMap(({ chain, sni }) =>
      chain.map((certificate, index) =>
        [
          `<h4>${index === 0 ? `Certificate${sni ? '' : ' without SNI'}` : `Its authority ${index}`}</h4>`,
          list([
            ['Subject', certificate.subject],
            ['Names', [...certificate.names, ...certificate.addresses].join(', ')],
            ['Issuer', certificate.issuer],
            ['Valid', `${certificate.notBefore.slice(0, 10)} to ${certificate.notAfter.slice(0, 10)}`],
            ['Key', describeKey(certificate)],
            ['Signed with', describeSignature(certificate)],
            ['SHA-256', certificate.sha256],
          ]),
        ].join('\n'),
      ),
    )
    .join('\n')
}

function printTranscript(lines: HostResult['transcripts'][number]): string {
  const mark = { client: '>', server: '<', note: '*' } as const
  const told = lines.map(({ at, from, text }) => html(`${(at / 1000).toFixed(3).padStart(8)} ${mark[from]} ${text}`))
  return `<pre>${told.join('\n')}</pre>`
}

/** Names and values; what is not known is left out. */
function list(entries: readonly (readonly [string, string | undefined])[]): string {
  const known = entries.filter(([, value]) => value !== undefined && value !== '')
  if (known.length === 0) return ''
  return `<dl>${known.map(([name, value = '']) => `<dt>${name}</dt><dd>${undouble(html(value))}</dd>`).join('')}</dl>`
}
