import { assetShape, versionWithContentShape } from '../../../src/contract/assets/assets.ts'
import { replaceAt } from '../../../src/domain/asset/json/pointer.ts'
import type { EnvironmentId } from '../../../src/domain/identifiers.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import { isJsonObject, type JsonValue } from '../../../src/trust/json.ts'
import { type Answer, type Client, expected, settled } from '../client.ts'
import { DemoFailed } from '../narrative.ts'
import { type ExampleAsset, resolveContent } from './example-assets.ts'

/** The id that each example got, by its file's name. */
export type Ids = ReadonlyMap<string, string>

async function idOf(ask: Client, key: string, answer: Answer): Promise<string> {
  const command = await settled(ask, key, answer)
  if (command === undefined) return expected(answer, 201, assetShape).id
  if (command.asset === undefined) throw new DemoFailed(`${answer.asked} made no asset.`)
  return command.asset
}

/** Creates examples in an environment, each one after those it names. */
export async function createExamples(
  ask: Client,
  key: string,
  environment: EnvironmentId,
  examples: readonly ExampleAsset[],
): Promise<Ids> {
  const ids = new Map<string, string>()
  for (const { file, type, name, content } of examples) {
    const body = { type, name, content: resolveContent(content, ids) }
    const answer = await ask(key, 'POST', `/v1/environments/${environment}/assets`, { body })
    ids.set(file, await idOf(ask, key, answer))
  }
  return ids
}

/** The id an example got. */
export function idIn(ids: Ids, file: string): string {
  const id = ids.get(file)
  if (id === undefined) throw new DemoFailed(`There is no example "${file}".`)
  return id
}

export async function readAsset(ask: Client, key: string, id: string) {
  return expected(await ask(key, 'GET', `/v1/assets/${id}`), 200, assetShape)
}

/** A version's content, and its digest as computed here from that content. */
export async function readVersion(ask: Client, key: string, id: string, version: number) {
  const answer = await ask(key, 'GET', `/v1/assets/${id}/versions/${version}`)
  const read = expected(answer, 200, versionWithContentShape)
  const content = isJsonObject(answer.body) ? answer.body.content : undefined
  if (!isJsonObject(content)) throw new DemoFailed(`${answer.asked} came without content.`)
  return { ...read, content, recomputed: digestOf(canonicalBytes(content)) }
}

/** Writes the next version of an asset: the newest one with another value at one place. */
export async function editAsset(
  ask: Client,
  key: string,
  id: string,
  { pointer, value }: { readonly pointer: string; readonly value: JsonValue },
) {
  const seen = await ask(key, 'GET', `/v1/assets/${id}`)
  const { version } = expected(seen, 200, assetShape)
  const { content } = await readVersion(ask, key, id, version)
  const body = { content: replaceAt(content, pointer, value) }
  return expected(await ask(key, 'PUT', `/v1/assets/${id}`, { body, ifMatch: seen.etag }), 200, assetShape)
}
