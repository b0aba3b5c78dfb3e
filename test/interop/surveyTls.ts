/**
 * Lists and probes what speaks TLS at once and no mail at all, so that `sealpost check` has nobody to greet. A program, so
 * that it can run in the namespace of the client: `node surveyTls.ts HOST PORT NAME` prints a `BareSurvey` as JSON.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { systemClock } from '../../src/clock.ts'
import {
  type TlsSurvey,
  exchangeHello,
  probeEarlyCcs,
  probeFallbackScsv,
  probeHeartbleed,
  probeRobot,
  readCertificate,
  surveyDeeply,
  versionName,
} from '../../src/tls/index.ts'
import type { BareSurvey } from './lab/bare.ts'

const [host = '', port = '', servername = ''] = process.argv.slice(2)
const options = { timeoutMs: 10_000, clock: systemClock, servername }

async function open() {
  const socket = connect(Number(port), host)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

const survey = await surveyDeeply(async (hello) => exchangeHello(await open(), hello, options), {
  servername,
  version: undefined,
  keyType: undefined,
})
const accepted = survey.versions.filter((fact) => fact.accepted === true).map(({ version }) => version)
const old = survey.suites.find(({ version }) => version === accepted.findLast((one) => one < 0x0304))
const { heartbeat } = survey.extensions
const known = { versions: accepted, suites: old?.suites.map(({ id }) => id) ?? [], heartbeat }
const probes = {
  heartbleed: await probeHeartbleed(open, known, options),
  'early-ccs': await probeEarlyCcs(open, known, options),
  robot: await probeRobot(open, known, options),
  'fallback-scsv': await probeFallbackScsv(open, known, options),
}
process.stdout.write(JSON.stringify({ survey: describe(survey), heartbeat, probes } satisfies BareSurvey))

/** In the words of `sealpost check --json`. */
function describe({ versions, suites, groups, chains }: TlsSurvey): BareSurvey['survey'] {
  return {
    versions: versions.map((fact) => ({ version: nameOf(fact.version), accepted: fact.accepted ?? null })),
    suites: suites.map((list) => ({
      version: nameOf(list.version),
      order: list.order,
      suites: list.suites.map(identify),
      complete: list.complete,
    })),
    groups: groups.map((list) => ({ version: nameOf(list.version), groups: list.groups.map((id) => identify({ id })) })),
    certificates: chains.map(({ sent }) => ({ chain: sent.flatMap((der) => readCertificate(der) ?? []) })),
  }
}

function nameOf(version: number): string {
  return versionName(version) ?? String(version)
}

function identify({ id }: { readonly id: number }): { readonly id: string } {
  return { id: `0x${id.toString(16).padStart(4, '0')}` }
}
