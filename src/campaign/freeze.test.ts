import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { freezeCampaign, parseFrozen } from './freeze.ts'
import { loadCampaign } from './load.ts'

const lines = 'name: spring\nlist: ./list.csv\nfrom: news@shop.test\nsubject: Hi\ntext: ./message.txt\n'

it('keeps which keys sign by absolute path, so that another process can sign; the digest does not change with them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  try {
    await writeFile(join(folder, 'list.csv'), 'email\nada@a.test\n')
    await writeFile(join(folder, 'message.txt'), 'Hello\n')
    const freeze = async (more: string) => {
      await writeFile(join(folder, 'campaign.yaml'), lines + more)
      return freezeCampaign(await loadCampaign(relative('.', join(folder, 'campaign.yaml'))))
    }
    const signed = await freeze('dkim: [{ domain: shop.test, selector: s1, key: ./s1.pem }]\n')
    const back = parseFrozen(JSON.stringify(signed))
    expect(back).toEqual(signed)
    expect(back.dkim).toMatchObject([{ domain: 'shop.test', selector: 's1', key: join(folder, 's1.pem') }])
    expect(back.dkim?.every(({ key }) => isAbsolute(key))).toBe(true)
    const plain = await freeze('')
    expect(plain.digest).toBe(signed.digest)
    expect(plain).not.toHaveProperty('dkim')
  } finally {
    await rm(folder, { recursive: true })
  }
})
