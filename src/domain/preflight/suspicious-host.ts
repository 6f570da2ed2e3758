/** Why a host does not look like one of production; each reads on after "This endpoint …". */
const suspicions = Object.freeze({
  here: 'leads to the machine that calls it',
  privately: 'has an address that exists in a private network only',
  reserved: 'has a name that is reserved for tests and examples',
  tunnel: 'is a tunnel or a collector of test requests',
  named: 'is named like one of staging or of a test',
})

const loopbackNames: ReadonlySet<string> = new Set(['localhost', 'localhost.localdomain', 'ip6-localhost'])

const reservedEndings = Object.freeze([
  '.localhost',
  '.local',
  '.internal',
  '.intranet',
  '.lan',
  '.home.arpa',
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
  'gitpod.io',
])

const testWords: ReadonlySet<string> = new Set([
  'staging',
  'stage',
  'stg',
  'test',
  'tests',
  'testing',
  'tst',
  'uat',
  'qa',
  'sandbox',
  'sbx',
  'dev',
  'develop',
  'development',
  'demo',
  'preprod',
  'preview',
  'nonprod',
  'mock',
  'stub',
  'local',
])

function endsWithAny(host: string, endings: readonly string[]): boolean {
  return endings.some((ending) =>
    ending.startsWith('.') ? host.endsWith(ending) : host === ending || host.endsWith(`.${ending}`),
  )
}

function addressSuspicion(host: string): string | null {
  if (host.startsWith('[')) return addressSuspicionV6(host.slice(1, -1))
  const parts = host.split('.').map(Number)
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part))) return null
  const [first = 0, second = 0] = parts
  if (first === 127 || first === 0) return suspicions.here
  const privately =
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second <= 127)
  return privately ? suspicions.privately : null
}

function addressSuspicionV6(address: string): string | null {
  if (address === '::1' || address === '::') return suspicions.here
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address)
  if (mapped !== null) {
    const [high = 0, low = 0] = mapped.slice(1).map((part) => Number.parseInt(part, 16))
    return addressSuspicion([high >> 8, high & 255, low >> 8, low & 255].join('.'))
  }
  return /^f[cd]|^fe[89ab]/.test(address) ? suspicions.privately : null
}

/** What makes a URL look like none of production, as words after "This endpoint …"; null where nothing does. */
export function suspicionOf({ hostname, protocol }: URL): string | null {
  const host = canonicalHost(hostname, protocol)
  if (loopbackNames.has(host)) return suspicions.here
  const address = addressSuspicion(host)
  if (address !== null) return address
  if (endsWithAny(host, tunnels)) return suspicions.tunnel
  if (endsWithAny(host, reservedEndings)) return suspicions.reserved
  return host.split(/[.\-_]|(?<=[a-z])(?=[0-9])/).some((word) => testWords.has(word))
    ? suspicions.named
    : null
}

// Only for the web's own schemes does the platform write addresses such as 0x7f.1 in their one form.
function canonicalHost(hostname: string, protocol: string): string {
  const text = hostname.toLowerCase().replace(/\.+$/, '')
  if (protocol === 'http:' || protocol === 'https:') return text
  return URL.parse(`http://${text}/`)?.hostname ?? text
}
