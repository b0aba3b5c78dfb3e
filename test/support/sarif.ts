import { z } from 'zod'

/*
 * What SARIF 2.1.0 (OASIS, "Plus Errata 01") says of the objects that Sealpost writes: names, types, what must be there.
 * The standard closes every object, and so do these; an object that is not here may not be written.
 */
const level = z.enum(['none', 'note', 'warning', 'error'])

/** 3.11.8: not empty; 3.11.5: a brace alone would be a placeholder; 3.11.6: brackets and parentheses a link. */
const message = z.strictObject({
  text: z
    .string()
    .min(1)
    .refine((text) => !/[{}]/.test(text.replace(/\{\{|\}\}/g, '')), 'a placeholder without argument')
    .refine((text) => !text.includes(']('), 'a link'),
})

const multiformatMessageString = z.strictObject({ text: z.string().min(1) })

/** 3.4.3, RFC 3986 4.1: a reference, here a relative one. */
const uriReference = z.string().regex(/^(?:[A-Za-z0-9\-._~!$&'()*+,;=@/]|%[0-9A-F]{2})+$/)

const location = z.strictObject({
  // 3.30: lines are counted from 1. A server has no lines, and a file no logical location.
  physicalLocation: z.strictObject({
    artifactLocation: z.strictObject({ uri: uriReference }),
    region: z.strictObject({ startLine: z.int().min(1) }).optional(),
  }),
  logicalLocations: z
    .array(z.strictObject({ name: z.string(), fullyQualifiedName: z.string(), kind: z.literal('resource') }))
    .optional(),
})

const reportingDescriptor = z.strictObject({
  id: z.string().min(1),
  shortDescription: multiformatMessageString,
  fullDescription: multiformatMessageString.optional(),
  help: multiformatMessageString.optional(),
  defaultConfiguration: z.strictObject({ level }).optional(),
  // 3.8: a property bag takes any property; these are those that programs read.
  properties: z.strictObject({ 'security-severity': z.string().regex(/^\d+\.\d$/), tags: z.array(z.string()) }).optional(),
})

const result = z
  .strictObject({
    ruleId: z.string(),
    ruleIndex: z.int().min(0),
    kind: z.enum(['pass', 'open', 'informational', 'notApplicable', 'review', 'fail']),
    level,
    message,
    locations: z.array(location).length(1),
    partialFingerprints: z.record(z.string(), z.string().min(1)),
    properties: z
      .strictObject({
        target: z.string(),
        severity: z.string().optional(),
        address: z.string().optional(),
        bytes: z.string().optional(),
      })
      .optional(),
  })
  // 3.27.10: what is no failure has the level none.
  .refine(({ kind, level }) => (kind === 'fail') === (level !== 'none'))

export const sarifSchema = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z
      .strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string().min(1),
            version: z.string(),
            semanticVersion: z.string().regex(/^\d+\.\d+\.\d+/),
            rules: z.array(reportingDescriptor),
          }),
        }),
        automationDetails: z.strictObject({ id: z.string() }),
        invocations: z.array(
          z.strictObject({
            executionSuccessful: z.boolean(),
            toolExecutionNotifications: z.array(z.strictObject({ level, message, locations: z.array(location) })),
          }),
        ),
        results: z.array(result),
      })
      // 3.27.6: the index leads to the rule of that id; 3.19.23: no rule twice.
      .refine(({ tool, results }) => results.every(({ ruleId, ruleIndex }) => tool.driver.rules[ruleIndex]?.id === ruleId))
      .refine(({ tool }) => new Set(tool.driver.rules.map(({ id }) => id)).size === tool.driver.rules.length),
  ),
})
