import { type ErrorCode, SealpostError, systemError } from '../errors.ts'

/** SQLite's primary result codes (sqlite.org/rescode.html) that a person can do something about. */
const codes: Readonly<Record<number, ErrorCode>> = {
  5: 'SP_STORE_IN_USE',
  6: 'SP_STORE_IN_USE',
  8: 'SP_FILE_UNWRITABLE',
  // An input or output error on a database that was fine a moment ago: in practice a full disk.
  10: 'SP_DISK_FULL',
  11: 'SP_STORE_DAMAGED',
  13: 'SP_DISK_FULL',
  14: 'SP_FILE_UNWRITABLE',
  26: 'SP_STORE_DAMAGED',
}

/** Runs what touches the database and turns SQLite's errors into registered ones. */
export function guard<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw explain(error, path)
  }
}

export function explain(error: unknown, path: string): SealpostError {
  const number = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : -1
  const code = codes[number]
  return code ? new SealpostError(code, { where: path, cause: error }) : systemError(error, path)
}
