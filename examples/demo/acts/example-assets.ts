import { readdir, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/trust/json.ts'
import { parseStrict } from '../../../src/trust/strict-parse.ts'
import { DemoFailed } from '../narrative.ts'

/** One file of examples/assets, by its name without the ending. */
export interface ExampleAsset {
  readonly file: string
  readonly type: string
  readonly name: string
  readonly content: JsonObject
}

const fileShape = z.strictObject({ type: z.string(), name: z.string(), content: z.json() })

function placeholderOf(value: JsonValue): string | undefined {
  if (!isJsonObject(value) || Object.keys(value).join() !== '$asset') return undefined
  return typeof value.$asset === 'string' ? value.$asset : undefined
}

function namedIn(value: JsonValue): readonly string[] {
  const named = placeholderOf(value)
  if (named !== undefined) return [named]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(namedIn) : []
}

function replaceIn(value: JsonValue, ids: ReadonlyMap<string, string>): JsonValue {
  const named = placeholderOf(value)
  if (named !== undefined) {
    const id = ids.get(named)
    if (id === undefined) throw new DemoFailed(`The example "${named}" is named but was not created.`)
    return id
  }
  if (Array.isArray(value)) return value.map((element: JsonValue) => replaceIn(element, ids))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, replaceIn(inner, ids)]))
}

/** The content with every `{ "$asset": file }` replaced by the id that asset got. */
export function resolveContent(content: JsonObject, ids: ReadonlyMap<string, string>): JsonObject {
  const resolved = replaceIn(content, ids)
  if (!isJsonObject(resolved)) throw new DemoFailed('The content of an example is an object.')
  return resolved
}

/** The examples in an order in which each one comes after those it names. */
export function creationOrder(examples: readonly ExampleAsset[]): readonly ExampleAsset[] {
  const ordered: ExampleAsset[] = []
  const created = new Set<string>()
  while (ordered.length < examples.length) {
    const next = examples.find(
      ({ file, content }) => !created.has(file) && namedIn(content).every((named) => created.has(named)),
    )
    if (next === undefined) throw new DemoFailed('Some examples name each other, or one that does not exist.')
    created.add(next.file)
    ordered.push(next)
  }
  return ordered
}

/** Reads the examples of one environment, in the order in which they can be created. */
export async function readExamples(environment: 'staging' | 'production'): Promise<readonly ExampleAsset[]> {
  const folder = new URL(`../../assets/${environment}/`, import.meta.url)
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()
  const examples = await Promise.all(
    files.map(async (file): Promise<ExampleAsset> => {
      const { type, name, content } = fileShape.parse(parseStrict(await readFile(new URL(file, folder))))
      if (!isJsonObject(content)) throw new DemoFailed(`The content of ${file} is no object.`)
      return { file: file.replace(/\.json$/, ''), type, name, content }
    }),
  )
  return creationOrder(examples)
}
