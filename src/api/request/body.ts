import type { Context, MiddlewareHandler } from 'hono'
import type { JsonValue } from '../../domain/json.ts'
import { Refused } from '../../services/refused.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import type { ApiEnvironment } from '../environment.ts'
import { parseYaml } from './yaml.ts'

/** How large a body may be, and how deep its arrays and objects may nest. */
export interface BodyLimits {
  readonly bytes: number
  readonly depth: number
}

export const ordinaryBody: BodyLimits = Object.freeze({ bytes: 1_048_576, depth: 64 })

/** Of a body that is content of an asset with a little around it, so that content may be as large and deep as it may. */
export const contentBody: BodyLimits = Object.freeze({ bytes: 1_048_576 + 65_536, depth: 65 })

function tooLarge(maximumBytes: number): Refused {
  return new Refused('too-large', `The body is larger than ${maximumBytes} bytes.`)
}

async function readBytes(c: Context<ApiEnvironment>, maximumBytes: number): Promise<Uint8Array> {
  if (Number(c.req.header('Content-Length') ?? 0) > maximumBytes) throw tooLarge(maximumBytes)
  const { body } = c.req.raw
  if (body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maximumBytes) throw tooLarge(maximumBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What a body may be written in. */
export type BodyFormat = 'json' | 'yaml'

function formatOf(contentType: string): BodyFormat | undefined {
  const [essence, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  if (!parameters.every((one) => /^charset="?utf-8"?$/.test(one))) return undefined
  if (essence === 'application/json') return 'json'
  return essence === 'application/yaml' ? 'yaml' : undefined
}

/** Has the framework's validator find a parsed document in place of the bytes, which are gone. */
function replaceBody(c: Context<ApiEnvironment>, body: JsonValue | undefined, format: BodyFormat): void {
  // What the framework would read is its cache, which holds promises whatever its types say.
  Object.assign(c.req.bodyCache, { text: Promise.resolve(body === undefined ? '' : JSON.stringify(body)) })
  if (format === 'json') return
  const headers = new Headers(c.req.raw.headers)
  headers.set('Content-Type', 'application/json')
  c.req.raw = new Request(c.req.url, { method: c.req.method, headers })
}

/**
 * Reads the body as bytes and parses it strictly, before the route's own schema sees it. Raises JsonRefused, which the
 * problem mapper knows.
 */
export function readBody(
  limits: BodyLimits,
  formats: readonly BodyFormat[] = ['json'],
): MiddlewareHandler<ApiEnvironment> {
  const taken = formats.map((format) => `application/${format}`).join(' or ')
  return async (c, next) => {
    const contentType = c.req.header('Content-Type')
    const format = contentType === undefined ? 'json' : formatOf(contentType)
    if (format === undefined || !formats.includes(format)) {
      throw new Refused('unsupported-media-type', `Send the body as ${taken} in UTF-8.`)
    }
    const bytes = await readBytes(c, limits.bytes)
    if (contentType === undefined && bytes.byteLength > 0) {
      throw new Refused('unsupported-media-type', `Say in Content-Type that the body is ${taken}.`)
    }
    const parse = format === 'yaml' ? parseYaml : parseStrict
    const body = contentType === undefined ? undefined : parse(bytes, limits)
    if (body !== undefined) c.set('body', body)
    replaceBody(c, body, format)
    await next()
  }
}
