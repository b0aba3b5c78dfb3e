import type { DatabaseSync } from 'node:sqlite'
import { guard } from './failure.ts'

/**
 * Does several changes together: all of them, or none and what kept them from being done.
 *
 * @param path of the database, for errors
 * @throws SealpostError as `guard` does
 */
export function changeTogether<T>(database: DatabaseSync, path: string, action: () => T): T {
  return guard(path, () => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = action()
      database.exec('COMMIT')
      return result
    } catch (error) {
      // SQLite has rolled back by itself where the disk was full.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  })
}
