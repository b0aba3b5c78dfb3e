import {
  type KnownServer,
  type ProbeOptions,
  type Probed,
  type Strain,
  type TlsSurvey,
  probeEarlyCcs,
  probeFallbackScsv,
  probeHeartbleed,
  probeIntolerance,
  probeRobot,
  probeTicketName,
  probeTicketbleed,
} from '../tls/index.ts'
import type { Resumption } from './resumption.ts'
import type { Visit } from './visit.ts'

const active = {
  heartbleed: probeHeartbleed,
  'early-ccs': probeEarlyCcs,
  robot: probeRobot,
  'fallback-scsv': probeFallbackScsv,
} as const

/** Weaknesses that are found by trying alone. */
export type ProbeName =
  | keyof typeof active
  | 'ticketbleed'
  | 'ticket-name'
  | 'version-intolerance'
  | 'size-intolerance'
  | 'suites-intolerance'
  | 'extension-intolerance'

const strains: Readonly<Record<Strain, ProbeName>> = {
  tls13: 'version-intolerance',
  'size-256': 'size-intolerance',
  'size-512': 'size-intolerance',
  'ml-kem': 'size-intolerance',
  'many-suites': 'suites-intolerance',
  'unknown-extension': 'extension-intolerance',
}

/** Tries every weakness, one connection after the other, gravest first. */
export async function runProbes(
  visit: Visit,
  survey: TlsSurvey,
  resumption: readonly Resumption[],
  options: ProbeOptions,
): Promise<Partial<Record<ProbeName, Probed>>> {
  const open = async () => visit.open('probe')
  const known = describeServer(survey)
  const probes: Partial<Record<ProbeName, Probed>> = {}
  for (const [name, probe] of Object.entries(active)) {
    // Object.entries forgets what the keys are.
    probes[name as keyof typeof active] = await probe(open, known, options)
  }
  const session = resumption.find(({ version }) => version === 'TLSv1.2')
  if (session || !known.versions.includes(0x0303)) {
    probes.ticketbleed = await probeTicketbleed(open, known, session?.ticket, options)
    probes['ticket-name'] = await probeTicketName(open, known, session?.ticket, options)
  } else {
    probes.ticketbleed = probes['ticket-name'] = { kind: 'not-tested', why: 'no session could be opened' }
  }
  for (const { to, probed } of await probeIntolerance(open, known, options)) {
    const name = strains[to]
    // Of several sizes the worst counts.
    if (!probes[name] || rank(probed) > rank(probes[name])) probes[name] = probed
  }
  return probes
}

function rank({ kind }: Probed): number {
  return ['not-applicable', 'safe', 'not-tested', 'vulnerable'].indexOf(kind)
}

function describeServer(survey: TlsSurvey): KnownServer {
  const versions = survey.versions.filter(({ accepted, version }) => accepted && version >= 0x0300).map(({ version }) => version)
  const old = versions.findLast((version) => version < 0x0304)
  const list = survey.suites.find(({ version }) => version === old)
  return { versions, suites: list?.suites.map(({ id }) => id) ?? [], heartbeat: survey.extensions.heartbeat }
}
