import type { HostResult } from '../../check/index.ts'

/** Parts of a result, by the names that the printers use. */
export type Survey = NonNullable<HostResult['survey']>
export type SuiteList = Survey['suites'][number]
export type GroupList = Survey['groups'][number]
export type Certificate = Survey['certificates'][number]['chain'][number]
export type NotTested = HostResult['notTested'][number]
