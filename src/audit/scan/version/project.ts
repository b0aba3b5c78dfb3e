import { type Spec, exactly, parseRequirement, unknown } from './spec.ts'

/** What a project file says of a package; undefined where it does not name it. */
type Lookup = (name: string) => Spec | undefined

/** A file of a package manager. */
interface ProjectFile {
  /** Its name; `*` stands for the project's own. */
  readonly name: string
  readonly read: (text: string) => Lookup
}

/** Package managers as `packages` names them, with their files: what was installed before what was asked for. */
export const projectFiles: Readonly<Record<string, readonly ProjectFile[]>> = {
  composer: [
    { name: 'composer.lock', read: readComposerLock },
    { name: 'composer.json', read: readTables(['require', 'require-dev']) },
  ],
  npm: [
    { name: 'package-lock.json', read: readNpmLock },
    { name: 'npm-shrinkwrap.json', read: readNpmLock },
    { name: 'pnpm-lock.yaml', read: readPnpmLock },
    { name: 'yarn.lock', read: byPattern((name) => `^"?${name}@[^\\n]*:\\r?\\n  version:? "?([^"\\s]+)"?`, exactly) },
    { name: 'package.json', read: readTables(['dependencies', 'devDependencies', 'optionalDependencies']) },
  ],
  pypi: [
    { name: 'poetry.lock', read: readTomlLock },
    { name: 'uv.lock', read: readTomlLock },
    { name: 'pdm.lock', read: readTomlLock },
    { name: 'Pipfile.lock', read: readTables(['default', 'develop']) },
    { name: 'requirements.txt', read: readRequirements },
    { name: 'requirements/production.txt', read: readRequirements },
    { name: 'requirements/base.txt', read: readRequirements },
    { name: 'pyproject.toml', read: readPyproject },
  ],
  gem: [
    { name: 'Gemfile.lock', read: byPattern((name) => `^    ${name} \\(([^)\\s]+)\\)`, exactly) },
    {
      name: 'Gemfile',
      read: byPattern((name) => `^[ \\t]*gem[ \\t]+["']${name}["'](?:,[ \\t]*["']([^"'\\n]+)["'])?`, parseRequirement),
    },
  ],
  // go.dev/ref/mod, Minimal version selection: what go.mod names is what is built.
  go: [{ name: 'go.mod', read: byPattern((name) => `^[ \\t]*(?:require[ \\t]+)?${name}[ \\t]+v?(\\d\\S*)`, exactly) }],
  cargo: [
    { name: 'Cargo.lock', read: readTomlLock },
    { name: 'Cargo.toml', read: byPattern(keyed, (given) => parseRequirement(given, 'range')) },
  ],
  hex: [
    { name: 'mix.lock', read: byPattern((name) => `^[ \\t]*"${name}":[ \\t]*\\{:hex,[ \\t]*:\\w+,[ \\t]*"([^"\\n]+)"`, exactly) },
    { name: 'mix.exs', read: byPattern((name) => `\\{:${name},[ \\t]*"([^"\\n]+)"`, parseRequirement) },
  ],
  maven: [
    { name: 'pom.xml', read: readPom },
    { name: 'build.gradle', read: readGradle },
    { name: 'build.gradle.kts', read: readGradle },
  ],
  nuget: [
    { name: 'packages.lock.json', read: readNugetLock },
    { name: 'Directory.Packages.props', read: readNuget },
    { name: '*.csproj', read: readNuget },
    { name: '*.fsproj', read: readNuget },
  ],
}

/** Some managers take one name in several spellings. */
export function normalizeName(manager: string, name: string): string {
  if (manager === 'pypi') return name.toLowerCase().replace(/[-_.]+/g, '-') // PEP 503
  return manager === 'composer' ? name.toLowerCase() : name
}

type Json = Readonly<Record<string, unknown>>

function parseJson(text: string): Json {
  try {
    const parsed: unknown = JSON.parse(text)
    return isTable(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

function isTable(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}

function own(table: unknown, key: string): unknown {
  return isTable(table) && Object.hasOwn(table, key) ? table[key] : undefined
}

/** Where a lock file holds several versions, there is no telling which of them sends mail. */
function one(specs: readonly Spec[]): Spec | undefined {
  const [first] = specs
  if (!first) return undefined
  return specs.every(({ exact, least }) => exact === first.exact && least === first.least) ? first : unknown
}

/** Lines that hold the name, quoted for a pattern, whose first group is the version. Patterns are linear in the text. */
function byPattern(
  pattern: (name: string) => string,
  parse: (given: string | undefined) => Spec,
  spell = quote,
): ProjectFile['read'] {
  return (text) => (name) => {
    const found = text.matchAll(new RegExp(pattern(spell(name)), 'gim'))
    return one([...found].slice(0, 1000).map((groups) => parse(groups.slice(1).find((group) => group !== undefined))))
  }
}

function quote(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** A name of PEP 503 in any of its spellings. */
function spellings(name: string): string {
  return name.split('-').map(quote).join('[-_.]+')
}

/** TOML: `name = "1"` or `name = { version = "1" }`. */
function keyed(name: string): string {
  const string = `["']([^"'\\n]+)["']`
  return `^[ \\t]*["']?${name}["']?[ \\t]*=[ \\t]*(?:${string}|\\{[^}\\n]{0,300}?version[ \\t]{0,9}=[ \\t]{0,9}${string})`
}

function readComposerLock(text: string): Lookup {
  const lock = parseJson(text)
  const packages = [lock['packages'], lock['packages-dev']].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
  const named = packages.map((item) => ({ name: own(item, 'name'), version: own(item, 'version') }))
  return (wanted) =>
    one(
      named
        .filter(({ name }) => typeof name === 'string' && name.toLowerCase() === wanted)
        .map(({ version }) => exactly(version)),
    )
}

/** Tables of names and requirements; Pipfile.lock has tables in them. */
function readTables(tables: readonly string[]): ProjectFile['read'] {
  return (text) => {
    const file = parseJson(text)
    return (name) =>
      one(
        tables.flatMap((table) => {
          const given = own(file[table], name)
          return given === undefined ? [] : [parseRequirement(own(given, 'version') ?? given)]
        }),
      )
  }
}

function readNpmLock(text: string): Lookup {
  const lock = parseJson(text)
  return (name) => {
    // Directly below the project is what the project itself gets; version 1 of the file has other words for it.
    const direct = own(lock['packages'], `node_modules/${name}`) ?? own(lock['dependencies'], name)
    return direct === undefined ? undefined : exactly(own(direct, 'version'))
  }
}

function readPnpmLock(text: string): Lookup {
  const direct = byPattern((name) => `^ +'?${name}'?:\\r?\\n +specifier: .*\\r?\\n +version: '?(\\d[^'(\\s]*)`, exactly)(text)
  const any = byPattern((name) => `^ +'?/?${name}[@/](\\d[^:'(_\\s]*)`, exactly)(text)
  return (name) => direct(name) ?? any(name)
}

/** `[[package]]` with name and version: Poetry, uv, PDM, Cargo. */
function readTomlLock(text: string): Lookup {
  return byPattern((name) => `^name = "${name}"\\r?\\nversion = "([^"\\n]+)"`, exactly, spellings)(text)
}

function readRequirements(text: string): Lookup {
  const line = (name: string): string => `^[ \\t]*${name}(?![\\w.-]*\\w)[ \\t]*(?:\\[[^\\]\\n]*\\])?[ \\t]*([^#;\\r\\n]*)`
  return byPattern(line, parseRequirement, spellings)(text)
}

function readPyproject(text: string): Lookup {
  const item = (name: string): string => `["']${name}[ \\t]{0,9}(?:\\[[^\\]"'\\n]*\\])?[ \\t]{0,9}([<>=~!][^"';\\n]*)?["';]`
  const table = byPattern(keyed, parseRequirement, spellings)(text)
  const list = byPattern(item, parseRequirement, spellings)(text)
  return (name) => table(name) ?? list(name)
}

/** `group:artifact` or `group/artifact`. */
function splitMaven(name: string): readonly [group: string, artifact: string] {
  const [group = '', artifact = ''] = name.split(/[:/]/)
  return [group, artifact]
}

function readPom(text: string): Lookup {
  const properties = new Map<string, string | undefined>()
  const resolve = (given: string | undefined): string | undefined => {
    const property = /^\$\{([\w.-]+)\}$/.exec(given ?? '')?.[1]
    if (property === undefined) return given
    // Each is looked for once, in a file that may name it in every line.
    if (!properties.has(property)) properties.set(property, properties.size < maxProperties ? readTag(text, property) : undefined)
    return properties.get(property)
  }
  const blocks = [...listElements(text, 'dependency'), ...listElements(text, 'parent')].map((block) => ({
    group: readTag(block, 'groupId'),
    artifact: readTag(block, 'artifactId'),
    version: exactly(resolve(readTag(block, 'version'))),
  }))
  return (name) => {
    const [group, artifact] = splitMaven(name)
    const ofGroup = blocks.filter((block) => block.group === group)
    const mine = ofGroup.filter((block) => block.artifact === artifact).map(({ version }) => version)
    // Left to the parent or a bill of materials, which are of the same group and version.
    return withManaged(
      one(mine),
      ofGroup.map(({ version }) => version),
    )
  }
}

function withManaged(own: Spec | undefined, managed: readonly Spec[]): Spec | undefined {
  return own && own.exact === undefined ? (one(managed.filter(({ exact }) => exact !== undefined)) ?? own) : own
}

const maxProperties = 500
const maxElements = 5000

function listElements(text: string, tag: string): string[] {
  const blocks: string[] = []
  for (let at = text.indexOf(`<${tag}>`); at !== -1; at = text.indexOf(`<${tag}>`, at)) {
    const end = text.indexOf(`</${tag}>`, at)
    if (end === -1 || blocks.length === maxElements) break
    blocks.push(text.slice(at, end))
    at = end
  }
  return blocks
}

function readTag(text: string, tag: string): string | undefined {
  const at = text.indexOf(`<${tag}>`)
  const start = at + tag.length + 2
  const end = at === -1 ? -1 : text.indexOf('<', start)
  return end === -1 ? undefined : text.slice(start, end).trim()
}

function readGradle(text: string): Lookup {
  return (name) => {
    const [group, artifact] = splitMaven(name).map(quote)
    const own = byPattern(() => `["']${group}:${artifact}(?::([^"':@\\n]+))?["':@]`, exactly)(text)(name)
    const plugin = byPattern(() => `["']${group}["']\\)?[ \\t]+version[ \\t]+["']([^"'\\n]+)["']`, exactly)(text)(name)
    return withManaged(own, plugin ? [plugin] : [])
  }
}

function readNuget(text: string): Lookup {
  return byPattern(
    (name) =>
      `<Package(?:Reference|Version)\\s[^<>]{0,300}?(?:Include|Update)="${name}"(?:[^<>]{0,300}?\\sVersion="([^"]+)"|[^<>]{0,300}>\\s{0,99}<Version>([^<]+))?`,
    exactly,
  )(text)
}

function readNugetLock(text: string): Lookup {
  const frameworks = own(parseJson(text), 'dependencies')
  const tables = Object.values(isTable(frameworks) ? frameworks : {})
  return (name) =>
    one(
      tables.flatMap((packages) => {
        const found = own(packages, name)
        return found === undefined ? [] : [exactly(own(found, 'resolved'))]
      }),
    )
}
