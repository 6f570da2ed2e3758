import { randomBytes } from 'node:crypto'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import type { Pool } from 'pg'
import { openTemporalClient, type TemporalAddress } from '../../src/temporal/connection.ts'

/** A value that nothing else has, with a name that tells where it was planted. */
export interface Canary {
  readonly planted: string
  readonly value: string
}

export function canary(planted: string): Canary {
  return { planted, value: `canary${randomBytes(18).toString('hex')}` }
}

// Base64 of the same bytes looks different at each of three alignments; the ends depend on what stands beside them.
function base64Forms(value: string, encoding: 'base64' | 'base64url'): readonly string[] {
  return [0, 2, 3].map((start, before) => {
    const encoded = Buffer.from('\0'.repeat(before) + value).toString(encoding)
    return encoded.slice(start, -4)
  })
}

/** The forms that a value may take where text or bytes are stored. */
export function formsOf(value: string): readonly string[] {
  const forms = [value, ...base64Forms(value, 'base64'), ...base64Forms(value, 'base64url')]
  const hexadecimal = forms.map((form) => Buffer.from(form).toString('hex'))
  return [...new Set([...forms, ...hexadecimal])]
}

/** One thing that is looked through: a table, a history, a log, an answer. */
export interface Haystack {
  readonly name: string
  readonly text: string
}

/** Where canaries were found, as `planted in place`. */
export function findings(canaries: readonly Canary[], haystacks: readonly Haystack[]): readonly string[] {
  return canaries.flatMap(({ planted, value }) => {
    const forms = formsOf(value)
    return haystacks
      .filter(({ text }) => forms.some((form) => text.toLowerCase().includes(form.toLowerCase())))
      .map(({ name }) => `${planted} in ${name}`)
  })
}

/** Every table of a database, whole; bytes are in hexadecimal. */
export async function tablesOf(name: string, superuser: Pool): Promise<readonly Haystack[]> {
  const { rows } = await superuser.query<{ table: string }>(
    `SELECT relname AS table FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`,
  )
  return Promise.all(
    rows.map(async ({ table }) => {
      const whole = await superuser.query<{ text: string }>(`SELECT row::text AS text FROM "${table}" AS row`)
      return { name: `${name}.${table}`, text: whole.rows.map(({ text }) => text).join('\n') }
    }),
  )
}

/** Every history of a namespace, as it is stored and with every payload decoded. */
export async function historiesOf(temporal: TemporalAddress): Promise<readonly Haystack[]> {
  const { client, close } = openTemporalClient(temporal)
  const found: Haystack[] = []
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory())
    const decoded = [...history.matchAll(/"data": ?"([^"]+)"/g)].map(([, data]) =>
      Buffer.from(data ?? '', 'base64').toString('latin1'),
    )
    found.push({ name: `history of ${workflowId}`, text: `${history}\n${decoded.join('\n')}` })
  }
  await close()
  return found
}
