import { visible } from '../../escape.ts'
import { printCount, printTable } from '../table.ts'
import type { HostResult } from '../../check/index.ts'
import type { Certificate, GroupList, SuiteList, Survey } from './facts.ts'
import { wrap } from '../wrap.ts'

/** All that one server can do, as tables for a terminal. */
export function printDepth(host: HostResult, width: number): string[] {
  const { survey, connections, passed } = host
  if (!survey && passed.length === 0) return []
  const opened = ` (${printCount(connections.survey, 'connection')} for the survey, ${printCount(connections.probes, 'probe')})`
  return [
    ...wrap('  ', `what ${visible(`${host.mx} ${host.address ?? ''}`)} can do${opened}`, 4, width),
    ...(survey ? printSurvey(survey, width) : []),
    ...wrapList('sessions', host.resumption.map(describeResumption), width),
    ...(passed.length > 0 ? wrap('    tested and fine: ', passed.map((rule) => visible(rule)).join(', '), 6, width) : []),
  ]
}

function wrapList(head: string, words: readonly string[], width: number): string[] {
  return words.length === 0 ? [] : wrap(`    ${head}: `, words.map((word) => visible(word)).join(', '), 6, width)
}

export function describeResumption({ version, ticket, resumed, earlyData }: HostResult['resumption'][number]): string {
  const how = resumed === undefined ? 'not known' : resumed ? 'resumed' : 'not resumed'
  return `${version} ${how}${ticket ? ' by ticket' : ''}${earlyData > 0 ? `, early data up to ${earlyData} octets` : ''}`
}

function printSurvey(survey: Survey, width: number): string[] {
  const list = (head: string, words: readonly string[]): string[] => wrapList(head, words, width)
  return [
    ...list(
      'versions',
      survey.versions.map(({ version, accepted }) => `${version} ${sayAccepted(accepted)}`),
    ),
    ...survey.suites.flatMap((suites) => printSuites(suites, width)),
    ...survey.groups.flatMap((groups) => list(`groups of ${visible(groups.version)}`, [describeGroups(groups)])),
    ...list('Diffie-Hellman', survey.dh.map(describeDh)),
    ...list('signatures', survey.schemes),
    ...list(
      'extensions',
      Object.entries(survey.extensions).map(([name, accepted]) => `${name} ${sayAccepted(accepted)}`),
    ),
    ...survey.certificates.flatMap((certificate) => printCertificate(certificate, width)),
  ]
}

function printSuites(list: SuiteList, width: number): string[] {
  const rows = list.suites.map(({ strength, bits, id, name }) => [strength, bits, visible(id), visible(name)])
  const table = printTable(['', 'bits', 'id', 'cipher suite'], rows, width - 6)
  return [
    `    ${visible(list.version)}, ${orderWords[list.order]}`,
    ...table.split('\n').map((line) => `      ${line}`),
    ...(list.complete ? [] : ['      the list is not complete: there may be more']),
  ]
}

function printCertificate({ keyType, chain, sni }: Survey['certificates'][number], width: number): string[] {
  const [leaf] = chain
  const head = `    certificate (${visible(keyType)}${sni ? '' : ', without SNI'})`
  if (!leaf) return [`${head}: could not be read`]
  const tell = (name: string, text: string): string[] => wrap(`      ${name.padEnd(8)} `, visible(text), 15, width)
  return [
    head,
    ...tell('subject', leaf.subject),
    ...tell('names', [...leaf.names, ...leaf.addresses].join(', ')),
    ...tell('issuer', leaf.issuer),
    ...tell('valid', `${leaf.notBefore.slice(0, 10)} to ${leaf.notAfter.slice(0, 10)}`),
    ...tell('key', describeKey(leaf)),
    ...tell('signed', describeSignature(leaf)),
    ...tell('SHA-256', leaf.sha256),
    ...tell('chain', printCount(chain.length, 'certificate')),
  ]
}

export const orderWords: Readonly<Record<SuiteList['order'], string>> = {
  server: 'in the order of the server, which decides',
  client: 'the client decides the order',
  unknown: 'whose order decides is not known',
}

export function sayAccepted(accepted: boolean | undefined): string {
  return accepted === undefined ? 'not known' : accepted ? 'yes' : 'no'
}

export function describeGroups({ groups, complete }: GroupList): string {
  return [...groups.map(({ name }) => name), ...(complete ? [] : ['and maybe more'])].join(', ')
}

export function describeDh({ bits, name }: Survey['dh'][number]): string {
  return name === undefined ? `${bits} bits` : `${bits} bits (${name})`
}

export function describeKey({ keyType, keyBits }: Certificate): string {
  return keyBits === undefined ? keyType : `${keyType} ${keyBits} bits`
}

export function describeSignature({ signature }: Certificate): string {
  return signature ? `${signature.key} ${signature.hash ?? ''}`.trimEnd() : 'not known'
}
