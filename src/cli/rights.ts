import { writeFile } from 'node:fs/promises'
import { rightsDocument } from '../domain/rights/document.ts'

/** Writes the page "who may do what" to a file, or to standard output. */
export async function writeRights(file: string | undefined): Promise<void> {
  if (file === undefined) process.stdout.write(rightsDocument())
  else await writeFile(file, rightsDocument())
}
