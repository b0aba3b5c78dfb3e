import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

const folder = new URL('verifier/', import.meta.url)

/**
 * The page that verifies receipts: one file that needs nothing else. Its script is what stands in `src/evidence/verify`, with the
 * types taken out and the files put one after another; nothing of it is written a second time.
 */
export function printVerifierPage(): string {
  const script = `\n// Sealpost: src/evidence/verify as it is, without its types, and the page around it (docs/verifier). Made by npm run docs.\n${joinFiles(new URL('page.js', folder))}`
  const style = `\n${readFileSync(new URL('page.css', folder), 'utf8')}`
  // No script and no style but these two runs, and nothing is fetched or sent (CSP 3).
  const policy = `default-src 'none'; script-src '${digest(script)}'; style-src '${digest(style)}'; base-uri 'none'; form-action 'none'`
  return readFileSync(new URL('page.html', folder), 'utf8')
    .replace('POLICY', () => policy)
    .replace(/(?<=<style>)\s*STYLE\s*(?=<)/, () => style)
    .replace(/(?<=<script type="module">)\s*SCRIPT\s*(?=<)/, () => script)
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}

/** A file and all that it imports, each once and after what it needs itself, in one scope. */
function joinFiles(entry: URL): string {
  const seen = new Set<string>()
  const texts: string[] = []
  const visit = (file: URL): void => {
    if (seen.has(file.href)) return
    seen.add(file.href)
    const source = readFileSync(file, 'utf8')
    const plain = file.href.endsWith('.ts') ? stripTypeScriptTypes(source) : source
    for (const [, names = '', path = ''] of plain.matchAll(importLine)) {
      if (!path.startsWith('.')) throw new Error(`${file.href} imports ${path}: the page has nothing of that name`)
      // What is left where types alone were imported.
      if (names.replaceAll(/[\s,]/g, '') !== '') visit(new URL(path, file))
    }
    texts.push(plain.replaceAll(importLine, '').replaceAll(/^export (?=(?:async |const|function|let|class))/gm, ''))
  }
  visit(entry)
  return format(texts.join('\n'))
}

const importLine = /^import\s+\{([^}]*)\}\s+from '([^']+)'\n?/gm

/** Taking types out leaves holes; an auditor is to read this. */
function format(script: string): string {
  const oxfmt = fileURLToPath(new URL('../node_modules/.bin/oxfmt', import.meta.url))
  const { status, stdout, stderr } = spawnSync(oxfmt, ['--stdin-filepath=verifier.js'], { input: script, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the script of the page cannot be read: ${stderr}`)
  if (stdout.includes('</script')) throw new Error('the script of the page would end within itself')
  return stdout
}
