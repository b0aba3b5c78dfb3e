import { describe, expect, it } from 'vitest'
import { formats } from './format/index.ts'
import { hideInValue, hideSecrets, showText } from './secret.ts'

describe('what is shown of a file', () => {
  it.each([
    ['smtp://ann:hunter2@smtp.example.com:587', 'smtp://…@smtp.example.com:587'],
    ['smtp://token@smtp.example.com', 'smtp://…@smtp.example.com'],
    ['password = hunter2', 'password = …'],
    ["'pass' => 'hunter2',", "'pass' => '…',"],
    ['auth: { user: "ann", pass: "hunter2" }, secure: false', 'auth: { user: "ann", pass: "…" }, secure: false'],
    ['SMTP_API_KEY="hunter2"', 'SMTP_API_KEY="…"'],
    ["$cfg['smtp_password'] = 'hunter2';", "$cfg['smtp_password'] = '…';"],
    ['smtp://ann:hunter2@hunter2/hunter2@smtp.example.com', 'smtp://…@smtp.example.com'],
  ])('%s', (line, shown) => {
    expect(hideSecrets(line)).toBe(shown)
    expect(hideSecrets(line)).not.toContain('hunter2')
  })

  it('takes out the values of secret keys by their place, whatever they look like', () => {
    const text = '{"mail":{"options":{"auth":{"user":"ann","pass":"hun \\"ter2"},"secure":false}}}'
    const shown = showText(formats.json.read(text), 0, text.length)
    expect(shown).not.toContain('ter2')
    expect(shown).toContain('"secure":false')
  })

  it.each(["smtp://ann:hun'ter2 ter2@smtp.example.com", 'ann:hun@ter2@smtp.example.com'])('the value %s', (value) => {
    expect(hideInValue(value)).toMatch(/^(?:smtp:\/\/)?…@smtp\.example\.com$/)
    const text = JSON.stringify({ mail: { options: { host: value, secure: false } } })
    const shown = showText(formats.json.read(text), 0, text.length)
    expect(shown).toContain('…@smtp.example.com","secure":false')
    expect(shown).not.toContain('ter2')
  })

  it('takes out what of a secret reaches into the part that is shown', () => {
    const text = 't({ auth: { pass: `hunter\nter2` }, secure: false })\n'
    const shown = showText(formats.javascript.read(text), text.indexOf('ter2`'), text.length)
    expect(shown).toBe('… }, secure: false })\n')
  })
})
