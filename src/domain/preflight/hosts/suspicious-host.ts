import { suspicions } from './suspicions.ts'
import { suspicionOfAddress } from './suspicious-address.ts'
import { isNamedLikeTest } from './test-words.ts'

// Names that mean the machine itself, and public ones that lead there.
const loopbackEndings = Object.freeze([
  'localhost',
  'localhost.localdomain',
  'ip6-localhost',
  'ip6-loopback',
  'localtest.me',
  'lvh.me',
])

const privateEndings = Object.freeze([
  '.local',
  '.localdomain',
  '.internal',
  '.intranet',
  '.lan',
  '.corp',
  '.home',
  '.home.arpa',
  '.private',
])

const reservedEndings = Object.freeze([
  '.test',
  '.example',
  '.invalid',
  'example.com',
  'example.net',
  'example.org',
])

const tunnels = Object.freeze([
  'ngrok.io',
  'ngrok.app',
  'ngrok.dev',
  'ngrok-free.app',
  'ngrok-free.dev',
  'trycloudflare.com',
  'loca.lt',
  'localtunnel.me',
  'serveo.net',
  'localhost.run',
  'lhr.life',
  'pagekite.me',
  'tunnelmole.net',
  'devtunnels.ms',
  'bore.pub',
  'zrok.io',
  'ts.net',
  'webhook.site',
  'requestbin.com',
  'pipedream.net',
  'beeceptor.com',
  'hookdeck.com',
  'requestcatcher.com',
  'mockbin.org',
  'httpbin.org',
  'postman-echo.com',
  'app.github.dev',
  'nip.io',
  'sslip.io',
  'gitpod.io',
])

function endsWithAny(host: string, endings: readonly string[]): boolean {
  return endings.some((ending) =>
    ending.startsWith('.') ? host.endsWith(ending) : host === ending || host.endsWith(`.${ending}`),
  )
}

/** What makes a URL look like none of production, as words after "This endpoint …"; null where nothing does. */
export function suspicionOf({ hostname }: URL): string | null {
  const host = canonicalHost(hostname)
  const address = suspicionOfAddress(host)
  if (address !== null) return address
  if (endsWithAny(host, loopbackEndings)) return suspicions.here
  if (endsWithAny(host, privateEndings)) return suspicions.privately
  if (endsWithAny(host, tunnels)) return suspicions.tunnel
  if (endsWithAny(host, reservedEndings)) return suspicions.reserved
  if (isNamedLikeTest(host)) return suspicions.named
  return /[.:]/.test(host) ? null : suspicions.privately
}

// Only for the web's own schemes does the platform write addresses such as 0x7f.1 in their one form by itself.
function canonicalHost(hostname: string): string {
  const text = hostname.toLowerCase().replace(/\.+$/, '')
  return URL.parse(`http://${text}/`)?.hostname ?? text
}
