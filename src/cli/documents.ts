import { writeFile } from 'node:fs/promises'
import { assetTypesDocument } from '../domain/asset/document.ts'
import { preflightDocument } from '../domain/preflight/document.ts'
import { rightsDocument } from '../domain/rights/document.ts'

async function write(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) process.stdout.write(text)
  else await writeFile(file, text)
}

/** Writes the page "who may do what" to a file, or to standard output. */
export function writeRights(file: string | undefined): Promise<void> {
  return write(rightsDocument(), file)
}

/** Writes the page of the asset types that ship, likewise. */
export function writeAssetTypes(file: string | undefined): Promise<void> {
  return write(assetTypesDocument(), file)
}

/** Writes the page of preflight and its rules, likewise. */
export function writePreflight(file: string | undefined): Promise<void> {
  return write(preflightDocument(), file)
}
