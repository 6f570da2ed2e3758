import { cacheFolder } from '../../src/embedded/data-folder.ts'
import { findTemporal } from '../../src/embedded/temporal-binary.ts'

/** The Temporal that this machine has or gets; the first time this may take minutes. */
export async function temporalForTests(): Promise<string> {
  return findTemporal({
    cacheFolder: cacheFolder(process.env.XDG_CACHE_HOME),
    path: process.env.PATH ?? '',
    onProgress: (message) => process.stderr.write(`${message}\n`),
  })
}
