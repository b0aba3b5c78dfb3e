import { describe, expect, it } from 'vitest'
import { formats } from './format/index.ts'
import { hideSecrets, showText } from './secret.ts'

describe('what is shown of a file', () => {
  it.each([
    ['smtp://ann:hunter2@smtp.example.com:587', 'smtp://…@smtp.example.com:587'],
    ['smtp://token@smtp.example.com', 'smtp://…@smtp.example.com'],
    ['password = hunter2', 'password = …'],
    ["'pass' => 'hunter2',", "'pass' => '…',"],
    ['auth: { user: "ann", pass: "hunter2" }, secure: false', 'auth: { user: "ann", pass: "…" }, secure: false'],
    ['SMTP_API_KEY="hunter2"', 'SMTP_API_KEY="…"'],
    ["$cfg['smtp_password'] = 'hunter2';", "$cfg['smtp_password'] = '…';"],
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
})
