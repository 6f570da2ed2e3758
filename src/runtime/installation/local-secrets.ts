import { randomBytes, randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { SealingKind } from '../../config.ts'
import { loginRoles, type RolePasswords } from '../../db/roles.ts'
import { EmbeddedServerError } from '../../embedded/embedded-server-error.ts'

/** What a local installation needs to keep to itself. */
export interface LocalSecrets {
  readonly fingerprintKey: Uint8Array
  readonly passwords: RolePasswords
  /** Master keys that secrets are sealed with, by kind of environments, the newest first. */
  readonly sealingKeys: Readonly<Record<SealingKind, readonly Uint8Array[]>>
  /** What keys for checks follow from. */
  readonly checksKey: Uint8Array
}

const roles = ['migrator', ...loginRoles] as const
const keyList = z.array(z.base64()).min(1)
const stored = z.strictObject({
  fingerprintKey: z.base64(),
  passwords: z.record(z.string(), z.string()),
  // An installation of an earlier release has none yet.
  sealingKeys: z.strictObject({ development: keyList, staging: keyList, production: keyList }).optional(),
  checksKey: z.base64().optional(),
})

type Stored = z.infer<typeof stored>

async function read(file: string): Promise<Stored | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new EmbeddedServerError(`${file} cannot be read. It must belong to the account that starts this.`)
  }
  try {
    return stored.parse(JSON.parse(text))
  } catch {
    throw new EmbeddedServerError(
      `${file} is damaged. Move it away and start again: new passwords and keys are made, requests repeated from before ` +
        'are no longer recognised, and secrets have to be supplied again.',
    )
  }
}

// Written aside and renamed, so that it is whole or not there.
async function write(file: string, secrets: Stored): Promise<void> {
  const draft = `${file}.${randomUUID()}`
  await writeFile(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  await rename(draft, file)
}

function random(): string {
  return randomBytes(24).toString('base64url')
}

function newKeys(): string[] {
  return [randomBytes(32).toString('base64')]
}

function decoded(keys: readonly string[] = []): readonly Uint8Array[] {
  return keys.map((key) => Buffer.from(key, 'base64'))
}

/**
 * The passwords and the keys of the installation in `folder`, which only its owner can read. Made once; a login that a later
 * release brings gets its own. Expects that no other process starts an installation there at the same time.
 */
export async function localSecrets(folder: string): Promise<LocalSecrets> {
  const file = join(folder, 'secrets.json')
  const existing = await read(file)
  const secrets: Stored = {
    fingerprintKey: existing?.fingerprintKey ?? randomBytes(32).toString('base64'),
    passwords: Object.fromEntries(roles.map((role) => [role, existing?.passwords[role] ?? random()])),
    sealingKeys: existing?.sealingKeys ?? {
      development: newKeys(),
      staging: newKeys(),
      production: newKeys(),
    },
    checksKey: existing?.checksKey ?? randomBytes(32).toString('base64'),
  }
  if (JSON.stringify(existing) !== JSON.stringify(secrets)) await write(file, secrets)
  return {
    fingerprintKey: Buffer.from(secrets.fingerprintKey, 'base64'),
    passwords: secrets.passwords as RolePasswords,
    sealingKeys: {
      development: decoded(secrets.sealingKeys?.development),
      staging: decoded(secrets.sealingKeys?.staging),
      production: decoded(secrets.sealingKeys?.production),
    },
    checksKey: Buffer.from(secrets.checksKey ?? '', 'base64'),
  }
}
