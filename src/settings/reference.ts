import { z } from 'zod'
import { settingsSchema } from './schema.ts'

/** One line of a reference page. */
export interface ReferenceEntry {
  /** `delivery.timeouts.connect` */
  readonly path: string
  /** What may stand there, in words. */
  readonly type: string
  /** As it would stand in the file; `required`, or `none`. */
  readonly default: string
  readonly about: string
  /** A value to show where there is no default, as it would stand in the file. */
  readonly example?: string
}

/** The parts of JSON Schema that zod writes. */
interface Shape {
  readonly title?: string
  readonly description?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Shape
  readonly items?: Shape
  readonly enum?: readonly unknown[]
  readonly const?: string
  readonly anyOf?: readonly Shape[]
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: unknown
  readonly example?: string
}

/** The JSON Schema of sealpost.yaml, for editors. */
export function settingsJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(settingsSchema, { io: 'input' })
}

/** Every setting, in the order of the schema. */
export function settingsReference(): readonly ReferenceEntry[] {
  return describeSchema(settingsSchema)
}

/** Lists the entries that a schema of a YAML file allows, from the schema itself. */
export function describeSchema(schema: z.ZodType): readonly ReferenceEntry[] {
  return listEntries(z.toJSONSchema(schema, { io: 'input' }) as Shape, '')
}

function listEntries(shape: Shape, prefix: string): ReferenceEntry[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => {
    const path = `${prefix}${name}`
    if (inner.properties) return listEntries(inner, `${path}.`)
    const fallback = inner.default === undefined ? 'none' : printValue(inner.default)
    const entry = {
      path,
      type: nameType(inner),
      default: shape.required?.includes(name) ? 'required' : fallback,
      about: inner.description ?? '',
      ...(inner.example === undefined ? {} : { example: inner.example }),
    }
    return [entry, ...(inner.anyOf ?? []).flatMap((branch) => listEntries(branch, `${path}.`))]
  })
}

function nameType(shape: Shape): string {
  if (shape.title !== undefined) return shape.title
  if (shape.enum) return shape.enum.map(String).join(' | ')
  if (shape.const !== undefined) return shape.const
  if (shape.anyOf) return shape.anyOf.map((branch) => nameType(branch)).join(' | ')
  if (shape.type === 'integer') return `number ${shape.minimum} to ${shape.maximum}`
  if (shape.type === 'array') return `list of ${nameType(shape.items ?? {})}`
  if (shape.type === 'object') return 'map'
  return { boolean: 'true | false', string: 'text' }[shape.type ?? ''] ?? shape.type ?? 'anything'
}

function printValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => printValue(item)).join(', ')}]`
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return String(value)
}
