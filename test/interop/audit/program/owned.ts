import { chown, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { accounts, type House } from '../../lab/house.ts'

/** Makes folders that belong to a user of the house. */
export async function makeOwned(house: House, user: keyof typeof accounts, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(house.folder, path), { recursive: true })
    await chown(join(house.folder, path), accounts[user], accounts[user])
  }
}
