import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/**
 * The folder that keeps the local servers' data: `configured` (COUNTERSIGN_DATA) when it is given, otherwise `countersign` in
 * `xdgDataHome` (XDG_DATA_HOME) or in `~/.local/share`. The folder is not created.
 */
export function dataFolder(configured?: string, xdgDataHome?: string): string {
  if (configured !== undefined && configured !== '') return resolve(configured)
  return join(baseFolder(xdgDataHome, '.local', 'share'), 'countersign')
}

/** The folder for what can be made again: `countersign` in `xdgCacheHome` (XDG_CACHE_HOME) or in `~/.cache`. It is not created. */
export function cacheFolder(xdgCacheHome?: string): string {
  return join(baseFolder(xdgCacheHome, '.cache'), 'countersign')
}

// The XDG Base Directory Specification says that relative values are invalid and to be ignored.
function baseFolder(configured: string | undefined, ...fallback: string[]): string {
  return configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), ...fallback)
}
