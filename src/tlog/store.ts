/** Where the files of a log are read from. */
export interface TileReader {
  /**
   * A whole file, by its path below the log's own (`checkpoint`, `tile/0/000`); undefined where there is none. What is
   * longer than any file of a log may be given cut.
   */
  read(path: string): Promise<Uint8Array | undefined>
}

/** Where a log is kept. One writer at a time. */
export interface TileStore extends TileReader {
  /**
   * Writes a whole file or nothing. A checkpoint takes the place of the one before; a tile is written once.
   *
   * @throws SealpostError SP_LOG_DAMAGED where a tile is there already and holds other octets
   */
  write(path: string, octets: Uint8Array): Promise<void>
  /** Waits until all that was written before, and its names, outlast a loss of power. */
  sync(): Promise<void>
  /** The names in a folder; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** Removes a file, or a folder with all in it, where there is one. */
  remove(path: string): Promise<void>
}

/** The file that holds the signed checkpoint. */
export const checkpointPath = 'checkpoint'
