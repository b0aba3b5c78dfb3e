/** Whether a campaign keeps to what receivers and laws ask of bulk mail, looked at before anything is sent. */
export { type Compliance, type ComplianceChoice, type Verdict, checkCompliance } from './check.ts'
export type {
  ComplianceFacts,
  HistoryFacts,
  LinkFacts,
  RouteFacts,
  SecondHopFacts,
  SenderFacts,
  SwitchFacts,
  TrackingFacts,
  VolumeFacts,
} from './facts.ts'
export type { ComplianceFinding, Rule, Severity } from './finding.ts'
export { gatherDns } from './gatherDns.ts'
export { type ListFacts, type SampleRow, ListSurvey } from './list.ts'
export { type ReceiverId, findReceiver, receivers } from './receiver.ts'
export { rules } from './rule/index.ts'
export { type SampleFacts, readSample } from './sample.ts'
export { type Source, sources } from './source.ts'
